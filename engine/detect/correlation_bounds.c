// SPDX-License-Identifier: Apache-2.0
// Bounds: numbers that a count or a sum is held against.
#include "detect/correlation_bounds.h"

#include <errno.h>

static int read_bound(const struct toc_yaml *doc, const struct toc_node *node,
                      const struct toc_compiled *compiled, int64_t *ret) {
    __attribute__((cleanup(toc_arena_free))) struct toc_arena *work = NULL;
    _cleanup_cel_program_ struct cel_program *program = NULL;
    struct toc_yaml_text text = {doc, node};
    struct cel_source source = toc_yaml_source(&text);
    struct cel_scope scope = compiled->scope;
    struct cel_activation nothing = {0};
    struct cel_value value;

    // Parameters and constants only: a bound does not change from event to event.
    scope.root = NULL;
    scope.n_vars = 0;
    if (cel_compile(&source, &scope, &cel_type_int, doc->diags, &program) < 0)
        return -EINVAL;
    if (toc_arena_new(1u << 20, &work) < 0)
        return -ENOMEM;
    value = cel_run(program, &nothing, work);
    if (value.kind != CEL_INT) {
        toc_yaml_error(doc, node, "this gives no number: %s",
                       cel_error_name((enum cel_error)value.error));
        return -EINVAL;
    }
    *ret = value.i;
    return 0;
}

void toc_bounds_range(const struct toc_correlation *correlation, struct toc_range *ret) {
    const int64_t *bounds = correlation->bounds;

    *ret = (struct toc_range){INT64_MIN, INT64_MAX};
    for (unsigned op = 0; op < TOC_N_BOUNDS; op++) {
        int64_t low = INT64_MIN, high = INT64_MAX, bound = bounds[op];

        if (!(correlation->has_bounds >> op & 1) || op == TOC_NEQ)
            continue;
        if (op == TOC_GTE || op == TOC_EQ)
            low = bound;
        if (op == TOC_LTE || op == TOC_EQ)
            high = bound;
        // Nothing is above the greatest number: an empty range says so.
        if (op == TOC_GT && __builtin_add_overflow(bound, 1, &low))
            high = INT64_MIN, low = INT64_MAX;
        if (op == TOC_LT && __builtin_sub_overflow(bound, 1, &high))
            high = INT64_MIN, low = INT64_MAX;
        ret->low = low > ret->low ? low : ret->low;
        ret->high = high < ret->high ? high : ret->high;
    }
}

static int check(const struct toc_yaml *doc, const struct toc_node *node,
                 const struct toc_correlation *correlation) {
    bool sum = correlation->type == TOC_VALUE_SUM;
    // A group exists once it has counted something; a distinct value may yet be unobserved.
    int64_t least = sum ? INT64_MIN : correlation->type == TOC_EVENT_COUNT ? 1 : 0;
    const int64_t *neq = &correlation->bounds[TOC_NEQ];
    struct toc_range range;
    int64_t low;

    toc_bounds_range(correlation, &range);
    low = range.low > least ? range.low : least;
    if (low > range.high ||
        (low == range.high && correlation->has_bounds >> TOC_NEQ & 1 && *neq == low)) {
        toc_diag_set_hint(toc_yaml_error(doc, node, "the condition can never be true"),
                          sum ? "its bounds exclude each other"
                              : "its bounds exclude each other, or every count");
        return -EINVAL;
    }
    if (correlation->slides && toc_bounds_hold(correlation, 0)) {
        toc_diag_set_hint(toc_yaml_error(doc, node, "the condition holds for an empty window"),
                          "it can never become true: raise the bound");
        return -EINVAL;
    }
    return 0;
}

int toc_bounds_compile(const struct toc_yaml *doc, const struct toc_correlation_spec *spec,
                       const struct toc_compiled *compiled, struct toc_correlation *ret) {
    int err = 0;

    for (unsigned op = 0; op < TOC_N_BOUNDS; op++) {
        if (!spec->bounds[op])
            continue;
        ret->has_bounds |= (uint8_t)(1 << op);
        if (read_bound(doc, spec->bounds[op], compiled, &ret->bounds[op]) < 0)
            err = -EINVAL;
    }
    return err || !spec->good ? err : check(doc, spec->condition, ret);
}

bool toc_bounds_hold(const struct toc_correlation *correlation, int64_t value) {
    const int64_t *bounds = correlation->bounds;

    for (unsigned op = 0; op < TOC_N_BOUNDS; op++) {
        const bool holds[TOC_N_BOUNDS] = {
            [TOC_GTE] = value >= bounds[op], [TOC_GT] = value > bounds[op],
            [TOC_LT] = value < bounds[op],   [TOC_LTE] = value <= bounds[op],
            [TOC_EQ] = value == bounds[op],  [TOC_NEQ] = value != bounds[op],
        };

        if (correlation->has_bounds >> op & 1 && !holds[op])
            return false;
    }
    return true;
}
