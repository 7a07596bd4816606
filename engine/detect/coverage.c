// SPDX-License-Identifier: Apache-2.0
// Which sub-expressions of a condition its tests make true, and which false.
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "cel/outline.h"
#include "detect/matcher.h"
#include "detect/ruleset.h"
#include "event/record.h"

struct prober {
    const struct toc_compiled *compiled; /* of the test at hand */
    const struct cel_outline *outline;
    struct toc_coverage *covered; /* one for each item */
    struct toc_arena *scratch;
    struct cel_program **programs;
};

static void probe_one(struct prober *prober, const struct cel_activation *activation) {
    for (size_t i = 0; i < prober->outline->n; i++) {
        struct cel_value value;

        if (!prober->programs[i])
            continue;
        toc_arena_reset(prober->scratch);
        value = cel_run(prober->programs[i], activation, prober->scratch);
        if (value.kind != CEL_BOOL)
            prober->covered[i].n_errors++;
        else if (value.b)
            prober->covered[i].n_true++;
        else
            prober->covered[i].n_false++;
    }
}

static void probe_event(struct prober *prober, const struct toc_event *event) {
    struct toc_expr_context context = {0};
    struct cel_value element, list;
    struct cel_activation activation = {.record = event, .vars = &element, .user = &context};

    if (!(prober->compiled->signature->events >> event->variant & 1))
        return;
    if (!prober->compiled->list) {
        probe_one(prober, &activation);
        return;
    }
    toc_arena_reset(prober->scratch);
    list = cel_run(prober->compiled->list, &activation, prober->scratch);
    for (size_t i = 0; list.kind == CEL_LIST && i < cel_list_size(&list); i++) {
        element = cel_list_at(&list, i, prober->scratch);
        probe_one(prober, &activation);
    }
}

/* Under the parameters of the test. -ENOMEM; what does not stand alone is left out. */
static int compile(struct prober *prober) {
    const char *when = prober->compiled->signature->when;

    for (size_t i = 0; i < prober->outline->n; i++) {
        const struct cel_outline_item *item = &prober->outline->items[i];
        struct cel_source part = {.text = when + item->part.at, .n = item->part.n, .file = ""};

        if (item->condition && cel_compile(&part, &prober->compiled->scope, &cel_type_bool, NULL,
                                           &prober->programs[i]) == -ENOMEM)
            return -ENOMEM;
    }
    return 0;
}

static int probe_case(struct prober *prober, const struct toc_case *test) {
    int err = compile(prober);

    for (size_t i = 0; i < test->n_events && !err; i++)
        probe_event(prober, test->events[i]);
    for (size_t i = 0; i < prober->outline->n; i++)
        cel_program_free(&prober->programs[i]);
    return err;
}

static int probe(const struct toc_loaded *loaded, struct toc_arena *work, struct toc_arena *scratch,
                 toc_coverage_fn fn, void *ctx) {
    const char *when = loaded->pub.when;
    const struct cel_source source = {.text = when, .n = when ? strlen(when) : 0, .file = ""};
    struct cel_outline outline = {0};
    struct prober prober = {.outline = &outline, .scratch = scratch};
    int err = when ? cel_outline(&source, work, &outline) : 0;

    prober.covered = toc_arena_array(work, outline.n + 1, sizeof(*prober.covered));
    prober.programs = toc_arena_array(work, outline.n + 1, sizeof(*prober.programs));
    if (err || !prober.covered || !prober.programs)
        return err ? err : -ENOMEM;
    for (size_t i = 0; i < loaded->pub.n_tests && !err; i++) {
        prober.compiled = loaded->cases[i].with ? loaded->cases[i].with : loaded->own;
        err = probe_case(&prober, &loaded->cases[i]);
    }
    for (size_t i = 0; i < outline.n && !err; i++) {
        if (!outline.items[i].condition)
            continue;
        prober.covered[i].signature = &loaded->pub;
        prober.covered[i].expr = when + outline.items[i].part.at;
        prober.covered[i].n = outline.items[i].part.n;
        fn(ctx, &prober.covered[i]);
    }
    return err;
}

int toc_ruleset_coverage(const struct toc_ruleset *ruleset, toc_coverage_fn fn, void *ctx) {
    _cleanup_toc_arena_ struct toc_arena *work = NULL, *scratch = NULL;
    int err = toc_arena_new(TOC_MAX_SCRATCH, &work);

    if (!err)
        err = toc_arena_new(TOC_MAX_SCRATCH, &scratch);
    for (size_t i = 0; i < ruleset->n_signatures && !err; i++) {
        toc_arena_reset(work);
        if (ruleset->signatures[i]->own)
            err = probe(ruleset->signatures[i], work, scratch, fn, ctx);
    }
    return err;
}
