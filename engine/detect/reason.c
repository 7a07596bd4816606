// SPDX-License-Identifier: Apache-2.0
// Explains a failed test: runs it again, and looks at every part of its expressions.
#include "detect/reason.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "detect/case_run.h"
#include "detect/reason_rest.h"

/* Elements of `each` that are worth a person's time. */
#define MAX_ELEMENTS 4

static size_t number_of(const struct toc_explainer *explainer, const struct toc_taken_item *item) {
    return (size_t)(item->expression - explainer->compiled->signature->expressions);
}

static struct cel_value value_of(struct toc_explainer *explainer, const struct cel_program *program,
                                 const struct cel_activation *activation) {
    toc_arena_reset(explainer->scratch);
    return cel_run(program, activation, explainer->scratch);
}

/* The item that an expression begins with, or the end. */
static size_t find(const struct toc_explainer *explainer, const struct cel_program *program) {
    size_t i = 0;

    while (i < explainer->taken.n &&
           (explainer->taken.items[i].depth || explainer->taken.items[i].program != program))
        i++;
    return i;
}

/* ---- First run: what was ever true ---- */

static void tally_run(void *ctx, const struct cel_program *program,
                      const struct cel_activation *activation, uint32_t element) {
    struct toc_explainer *explainer = ctx;
    size_t i = find(explainer, program);
    struct cel_value value;
    struct toc_tally *tally;

    (void)element;
    if (i == explainer->taken.n)
        return;
    tally = &explainer->tallies[number_of(explainer, &explainer->taken.items[i])];
    value = value_of(explainer, program, activation);
    tally->n_run++;
    tally->n_true += value.kind == CEL_BOOL && value.b;
}

static void tally_judged(void *ctx, int64_t value) {
    struct toc_explainer *explainer = ctx;

    if (!explainer->counted || value > explainer->most)
        explainer->most = value;
    explainer->counted = true;
}

/* ---- Second run: words ---- */

static void say(struct toc_explainer *explainer, const struct toc_taken_item *item,
                const char *element, const char *verdict) {
    bool when = item->expression->kind == TOC_EXPR_WHEN;

    if (explainer->lines++ >= TOC_REASON_LINES)
        return;
    toc_buf_addf(explainer->out, "%*s%s%s%s`", 2 * (item->depth ? item->depth : 1), "",
                 when ? "" : item->expression->where, when ? "" : ": ", element);
    toc_buf_add_one_line(explainer->out, item->expression->text + item->text.at, item->text.n);
    toc_buf_addf(explainer->out, "` is %s\n", verdict);
}

/* The fields that the event left out, since "unobserved" alone does not say which. */
static void say_unobserved(struct toc_explainer *explainer, const struct toc_whys *why,
                           const struct cel_activation *activation) {
    for (size_t i = 0; why && i < why->n && explainer->lines < TOC_REASON_LINES; i++) {
        struct cel_value value = value_of(explainer, why->items[i].program, activation);

        if (value.kind != CEL_ERROR || value.error != CEL_ERR_UNOBSERVED)
            continue;
        toc_buf_addf(explainer->out, "    %s is unobserved\n", why->items[i].expr);
        explainer->lines++;
    }
}

/* The whole of `a && b` says nothing that a and b do not. */
static bool has_parts(const struct toc_explainer *explainer, size_t i) {
    const struct toc_taken *taken = &explainer->taken;

    for (size_t k = i + 1; k < taken->n && taken->items[k].depth; k++)
        if (taken->items[k].program)
            return true;
    return false;
}

/* Says what is to be said about an item. True when its parts are worth looking at. */
static bool explain_item(struct toc_explainer *explainer, size_t i, const char *element,
                         const struct cel_value *value, bool *ret_unobserved) {
    const struct toc_taken_item *item = &explainer->taken.items[i];

    if (value->kind == CEL_BOOL && value->b == explainer->missing)
        return false;
    if (value->kind == CEL_ERROR && value->error == CEL_ERR_UNOBSERVED)
        *ret_unobserved = true;
    if (!item->depth && has_parts(explainer, i))
        return true;
    if (value->kind == CEL_BOOL)
        say(explainer, item, element, value->b ? "true" : "false");
    else if (value->kind == CEL_ERROR)
        say(explainer, item, element, cel_error_name(value->error));
    return true;
}

/* A condition and its parts. */
static void explain_condition(struct toc_explainer *explainer, size_t first,
                              const struct cel_activation *activation, const char *element) {
    const struct toc_taken *taken = &explainer->taken;
    size_t expression = number_of(explainer, &taken->items[first]);
    unsigned skip = UINT16_MAX; // parts deeper than this are of an item that explains nothing
    bool unobserved = false;

    for (size_t i = first; i < taken->n && (i == first || taken->items[i].depth); i++) {
        unsigned depth = taken->items[i].depth;
        struct cel_value value;

        if (!taken->items[i].program || depth > skip)
            continue;
        value = value_of(explainer, taken->items[i].program, activation);
        skip = explain_item(explainer, i, element, &value, &unobserved) ? UINT16_MAX : depth;
    }
    if (unobserved)
        say_unobserved(explainer, toc_compiled_part(explainer->compiled, expression).why,
                       activation);
}

/* The quantities that a condition compares, as it saw them last. */
static void say_quantities(struct toc_explainer *explainer,
                           const struct cel_activation *activation) {
    const struct toc_correlation *correlation = explainer->compiled->correlation;

    if (explainer->lines++ >= TOC_REASON_LINES)
        return;
    toc_buf_adds(explainer->out, "   ");
    for (size_t i = 0; i < correlation->n_clauses; i++) {
        const struct cel_value *value = &activation->vars[i];

        toc_buf_addf(explainer->out, "%s %s = ", i ? "," : "", correlation->clauses[i].name);
        if (value->kind == CEL_ERROR)
            toc_buf_adds(explainer->out, cel_error_name(value->error));
        else
            cel_value_literal(value, explainer->out);
    }
    toc_buf_addc(explainer->out, '\n');
}

static void explain_list(struct toc_explainer *explainer, const struct cel_program *program,
                         const struct cel_activation *activation) {
    struct cel_value list = value_of(explainer, program, activation);

    if ((list.kind == CEL_LIST && cel_list_size(&list)) || explainer->lines++ >= TOC_REASON_LINES)
        return;
    toc_buf_addf(explainer->out, "  `%s` is %s\n", explainer->compiled->signature->each_list,
                 list.kind == CEL_LIST ? "empty" : "unobserved");
}

/* A part of a correlation is worth a word where it was never true though it should have been; the
 * signature's own condition at each event. */
static bool is_worth(const struct toc_explainer *explainer, const struct toc_taken_item *item) {
    size_t i = number_of(explainer, item);
    const struct toc_tally *tally = &explainer->tallies[i];

    switch ((enum toc_expression_kind)item->expression->kind) {
    case TOC_EXPR_WHEN: return true;
    case TOC_EXPR_CLAUSE_WHEN: return !explainer->missing || !tally->n_true;
    case TOC_EXPR_CONDITION:
        return (!explainer->missing || !tally->n_true) && explainer->n_run[i] == tally->n_run;
    default: return false;
    }
}

static void explain_run(void *ctx, const struct cel_program *program,
                        const struct cel_activation *activation, uint32_t element) {
    struct toc_explainer *explainer = ctx;
    size_t i = find(explainer, program);
    const struct toc_taken_item *item = &explainer->taken.items[i];
    char name[128] = "";

    if (i == explainer->taken.n)
        return;
    explainer->n_run[number_of(explainer, item)]++;
    if (item->expression->kind == TOC_EXPR_EACH) {
        explain_list(explainer, program, activation);
        return;
    }
    if (!is_worth(explainer, item) || (explainer->compiled->list && element >= MAX_ELEMENTS))
        return;
    if (explainer->compiled->list && item->expression->kind != TOC_EXPR_CONDITION)
        snprintf(name, sizeof(name), "%.100s[%u]: ", explainer->compiled->signature->each_list,
                 element);
    explain_condition(explainer, i, activation, name);
    if (item->expression->kind == TOC_EXPR_CONDITION)
        say_quantities(explainer, activation);
}

static void ignore_judged(void *ctx, int64_t value) {
    (void)ctx;
    (void)value;
}

static int run_twice(struct toc_explainer *explainer, const struct toc_loaded *loaded,
                     const struct toc_case *test) {
    const struct toc_probe tally = {tally_run, tally_judged, explainer};
    const struct toc_probe explain = {explain_run, ignore_judged, explainer};
    struct toc_case_watch watch = {.probe = &tally};
    struct toc_case_counts counts;
    int err = toc_case_run(loaded, test, &watch, &counts);

    watch.probe = &explain;
    return err ? err : toc_case_run(loaded, test, &watch, &counts);
}

static void clear(struct toc_explainer *explainer) {
    toc_taken_clear(&explainer->taken);
    toc_arena_free(&explainer->work);
    toc_arena_free(&explainer->scratch);
}

int toc_reason_explain(const struct toc_loaded *loaded, const struct toc_case *test, bool missing,
                       struct toc_buf *out) {
    __attribute__((cleanup(clear))) struct toc_explainer explainer = {
        .compiled = toc_case_compiled(loaded, test), .out = out, .missing = missing};
    size_t before = out->n;
    int err = toc_arena_new(TOC_MAX_SCRATCH, &explainer.work);

    if (!err)
        err = toc_arena_new(TOC_MAX_SCRATCH, &explainer.scratch);
    if (!err)
        err = toc_take_apart(explainer.compiled, explainer.work, &explainer.taken);
    if (err)
        return err;
    toc_reason_unseen(&explainer, test);
    err = run_twice(&explainer, loaded, test);
    if (!err && missing && explainer.compiled->correlation)
        toc_reason_correlation(&explainer);
    if (!err && missing && out->n == before)
        toc_reason_held(&explainer);
    return err;
}
