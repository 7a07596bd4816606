// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the nearest of the names that could have been meant.
#include "base/text.h"
#include "cel/check.h"
#include "cel/field.h"

void cel_suggest(struct toc_diag *diag, const struct cel_name *name, const char *const *candidates,
                 size_t n) {
    const char *nearest = toc_nearest(name->s, name->n, candidates, n);

    if (nearest)
        toc_diag_set_hint(diag, "did you mean `%s`?", nearest);
}

void cel_suggest_field(struct toc_diag *diag, const struct toc_object *object,
                       const struct cel_name *name, uint64_t variants) {
    const char *candidates[64];
    size_t n = 0;

    for (uint16_t i = 0; i < object->n_fields; i++)
        if (object->fields[i].variants & variants)
            candidates[n++] = object->fields[i].name;
    cel_suggest(diag, name, candidates, n);
}

void cel_suggest_name(struct cel_checker *checker, struct toc_diag *diag,
                      const struct cel_name *name) {
    const struct cel_scope *scope = checker->unit->scope;
    size_t n = 0, cap = scope->n_constants + scope->n_vars + (scope->root ? 64 : 0);
    const char **candidates;

    for (const struct cel_local *local = checker->locals; local; local = local->next)
        cap++;
    candidates = cel_work(checker->unit, (cap + 1) * sizeof(*candidates));
    if (!diag || !candidates)
        return;
    for (size_t i = 0; i < scope->n_constants; i++)
        candidates[n++] = scope->constants[i].name;
    for (size_t i = 0; i < scope->n_vars; i++)
        candidates[n++] = scope->vars[i].name;
    for (uint16_t i = 0; scope->root && i < scope->root->n_fields; i++)
        candidates[n++] = scope->root->fields[i].name;
    for (const struct cel_local *local = checker->locals; local; local = local->next) {
        candidates[n] = toc_arena_strndup(checker->unit->work, local->name.s, local->name.n);
        n += !!candidates[n];
    }
    cel_suggest(diag, name, candidates, n);
}
