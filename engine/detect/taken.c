// SPDX-License-Identifier: Apache-2.0
// Takes the expressions of a signature apart.
#include "detect/taken.h"

#include <errno.h>
#include <string.h>

static bool is_condition(const struct toc_expression *expression, const struct toc_part *part) {
    switch ((enum toc_expression_kind)expression->kind) {
    case TOC_EXPR_WHEN:
    case TOC_EXPR_CLAUSE_WHEN:
    case TOC_EXPR_UNTIL:
    case TOC_EXPR_CONDITION: return true;
    case TOC_EXPR_CLAUSE_FIELD: return cel_program_type(part->program)->kind == CEL_BOOL;
    default: return false;
    }
}

/* The parts that have no program of their own yet get one. 0, or -ENOMEM. */
static int add_part(const struct toc_part *part, const struct toc_taken_item *item,
                    struct toc_taken *ret) {
    const struct cel_source source = {
        .text = item->expression->text + item->text.at, .n = item->text.n, .file = ""};
    struct toc_taken_item *added = &ret->items[ret->n];
    int err;

    *added = *item;
    if (!added->program) {
        err = cel_compile(&source, part->scope, &cel_type_bool, NULL, &added->owned);
        if (err == -ENOMEM)
            return err;
        added->program = added->owned;
    }
    ret->n++;
    return 0;
}

static int add_expression(const struct toc_compiled *compiled, size_t i,
                          const struct cel_outline *outline, struct toc_taken *ret) {
    const struct toc_expression *expression = &compiled->signature->expressions[i];
    const struct toc_part part = toc_compiled_part(compiled, i);
    int err = 0;

    for (size_t k = 0; k < outline->n && !err; k++) {
        struct toc_taken_item item = {
            .expression = expression,
            .text = outline->items[k].part,
            .program = k ? NULL : part.program,
            .depth = outline->items[k].depth,
            .value = !k && !is_condition(expression, &part),
        };

        if (!k || outline->items[k].condition)
            err = add_part(&part, &item, ret);
    }
    return err;
}

int toc_take_apart(const struct toc_compiled *compiled, struct toc_arena *arena,
                   struct toc_taken *ret) {
    const struct toc_signature *signature = compiled->signature;
    struct cel_outline outlines[TOC_MAX_EXPRESSIONS] = {0};
    size_t n = 0;
    int err = 0;

    *ret = (struct toc_taken){0};
    for (size_t i = 0; i < signature->n_expressions && !err; i++) {
        const char *text = signature->expressions[i].text;
        const struct cel_source source = {.text = text, .n = strlen(text), .file = ""};

        err = cel_outline(&source, arena, &outlines[i]);
        n += outlines[i].n;
    }
    ret->items = err ? NULL : toc_arena_array(arena, n + 1, sizeof(*ret->items));
    if (!ret->items)
        return err ? err : -ENOMEM;
    for (size_t i = 0; i < signature->n_expressions && !err; i++)
        err = add_expression(compiled, i, &outlines[i], ret);
    return err;
}

void toc_taken_clear(struct toc_taken *taken) {
    for (size_t i = 0; i < taken->n; i++)
        cel_program_free(&taken->items[i].owned);
    taken->n = 0;
}
