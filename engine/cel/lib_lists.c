// SPDX-License-Identifier: Apache-2.0
// Lists and sets: Kubernetes' sum, min, max, indexOf; cel-go's distinct, sort, slice,
// sets.contains.
#include <math.h>

#include "base/sort.h"
#include "cel/compare.h"
#include "cel/function.h"
#include "cel/text.h"
#include "cel/time.h"

#define NO_MEMORY cel_fail(CEL_ERR_RESOURCE, "out of scratch memory")
#define NO_ORDER cel_fail(CEL_ERR_NO_OVERLOAD, "the elements have no order")

/* Elements compared with each other in pairs: bounds the time of distinct and of sets. */
#define MAX_PAIRS_SIDE 4096

static struct cel_value add(const struct cel_value *a, const struct cel_value *b) {
    struct cel_value sum = {.kind = a->kind};
    bool overflow = false;

    if (a->kind != b->kind)
        return cel_fail(CEL_ERR_NO_OVERLOAD, "sum takes elements of one type");
    if (a->kind == CEL_INT)
        overflow = __builtin_add_overflow(a->i, b->i, &sum.i);
    else if (a->kind == CEL_UINT)
        overflow = __builtin_add_overflow(a->u, b->u, &sum.u);
    else if (a->kind == CEL_DOUBLE)
        sum.d = a->d + b->d;
    else if (a->kind == CEL_DURATION)
        return cel_time_sum(CEL_DURATION, a, b, false);
    else
        return cel_fail(CEL_ERR_NO_OVERLOAD, "sum takes numbers");
    return overflow ? cel_fail(CEL_ERR_OVERFLOW, "the sum is out of range") : sum;
}

/* The sum of no elements is the zero of the type that the list would have held. */
static struct cel_value sum(const struct cel_call *call, const struct cel_value *args,
                            enum cel_kind kind) {
    struct cel_value total = {.kind = (uint8_t)kind};
    size_t n = cel_list_size(&args[0]);

    for (size_t i = 0; i < n; i++) {
        struct cel_value item = cel_list_at(&args[0], i, call->scratch);

        if (!i)
            total = (struct cel_value){.kind = item.kind};
        total = add(&total, &item);
        if (cel_is_error(&total))
            break;
    }
    return total;
}

#define SUM(name, kind)                                                                            \
    static struct cel_value name(const struct cel_call *call, const struct cel_value *args) {      \
        return sum(call, args, kind);                                                              \
    }

SUM(sum_int, CEL_INT)
SUM(sum_uint, CEL_UINT)
SUM(sum_double, CEL_DOUBLE)
SUM(sum_duration, CEL_DURATION)

static struct cel_value extreme(const struct cel_call *call, const struct cel_value *list,
                                int wanted) {
    size_t n = cel_list_size(list);
    struct cel_value best = cel_fail(CEL_ERR_ARGUMENT, "an empty list has no extreme element");

    for (size_t i = 0; i < n; i++) {
        struct cel_value item = cel_list_at(list, i, call->scratch);
        int order = i ? cel_compare(&item, &best) : wanted;

        if (order == CEL_NO_ORDER)
            return NO_ORDER;
        if (order == wanted)
            best = item;
    }
    return best;
}

static struct cel_value max(const struct cel_call *call, const struct cel_value *args) {
    return extreme(call, &args[0], 1);
}

static struct cel_value min(const struct cel_call *call, const struct cel_value *args) {
    return extreme(call, &args[0], -1);
}

static struct cel_value is_sorted(const struct cel_call *call, const struct cel_value *args) {
    size_t n = cel_list_size(&args[0]);

    for (size_t i = 1; i < n; i++) {
        struct cel_value a = cel_list_at(&args[0], i - 1, call->scratch);
        struct cel_value b = cel_list_at(&args[0], i, call->scratch);
        int order = cel_compare(&a, &b);

        if (order == CEL_NO_ORDER)
            return NO_ORDER;
        if (order == 1)
            return cel_bool(false);
    }
    return cel_bool(true);
}

static int64_t position(const struct cel_call *call, const struct cel_value *list,
                        const struct cel_value *value, bool last) {
    size_t n = cel_list_size(list);
    int64_t found = -1;

    for (size_t i = 0; i < n && (last || found < 0); i++) {
        struct cel_value item = cel_list_at(list, i, call->scratch);

        if (cel_equal(&item, value))
            found = (int64_t)i;
    }
    return found;
}

static struct cel_value index_of(const struct cel_call *call, const struct cel_value *args) {
    return cel_int(position(call, &args[0], &args[1], false));
}

static struct cel_value last_index_of(const struct cel_call *call, const struct cel_value *args) {
    return cel_int(position(call, &args[0], &args[1], true));
}

static struct cel_value *copy(const struct cel_call *call, const struct cel_value *list,
                              size_t *ret_n) {
    struct cel_value *items;

    *ret_n = cel_list_size(list);
    items = toc_arena_array(call->scratch, *ret_n, sizeof(*items));
    for (size_t i = 0; items && i < *ret_n; i++)
        items[i] = cel_list_at(list, i, call->scratch);
    return items;
}

static struct cel_value distinct(const struct cel_call *call, const struct cel_value *args) {
    size_t n, kept = 0;
    struct cel_value *items = copy(call, &args[0], &n);

    if (!items || n > MAX_PAIRS_SIDE)
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        size_t j = 0;

        while (j < kept && !cel_equal(&items[j], &items[i]))
            j++;
        if (j == kept)
            items[kept++] = items[i];
    }
    return cel_items(items, kept, call->scratch);
}

static int is_nan(const void *value) {
    return isnan(((const struct cel_value *)value)->d) != 0;
}

static int is_negative(const void *value) {
    return signbit(((const struct cel_value *)value)->d) != 0;
}

static int by_value(const void *a, const void *b) {
    int order = cel_compare(a, b);

    // A comparison with NaN decides nothing, and sorting needs a decision: it comes first.
    if (order == CEL_UNORDERED)
        return is_nan(b) - is_nan(a);
    // The only equal values of one kind that differ; sorting is not stable.
    if (order == 0 && ((const struct cel_value *)a)->kind == CEL_DOUBLE)
        return is_negative(b) - is_negative(a);
    return order == -1 || order == 1 ? order : 0;
}

static struct cel_value sort(const struct cel_call *call, const struct cel_value *args) {
    size_t n;
    struct cel_value *items = copy(call, &args[0], &n);

    for (size_t i = 1; items && i < n; i++)
        if (items[i].kind != items[0].kind || cel_compare(&items[i], &items[0]) == CEL_NO_ORDER)
            return NO_ORDER;
    if (items && n)
        toc_sort(items, n, sizeof(*items), by_value);
    return cel_items(items, n, call->scratch);
}

static struct cel_value reverse(const struct cel_call *call, const struct cel_value *args) {
    size_t n;
    struct cel_value *items = copy(call, &args[0], &n);

    for (size_t i = 0; items && i < n / 2; i++) {
        struct cel_value item = items[i];

        items[i] = items[n - 1 - i];
        items[n - 1 - i] = item;
    }
    return cel_items(items, n, call->scratch);
}

static struct cel_value slice(const struct cel_call *call, const struct cel_value *args) {
    size_t n;
    struct cel_value *items = copy(call, &args[0], &n);

    if (args[1].i < 0 || args[1].i > args[2].i || args[2].i > (int64_t)n)
        return cel_fail(CEL_ERR_INDEX, "the slice is not in the list");
    return cel_items(items ? items + args[1].i : NULL, (size_t)(args[2].i - args[1].i),
                     call->scratch);
}

static struct cel_value range(const struct cel_call *call, const struct cel_value *args) {
    size_t n = args[0].i > 0 ? (size_t)args[0].i : 0;
    struct cel_value *items = toc_arena_array(call->scratch, n, sizeof(*items));

    for (size_t i = 0; items && i < n; i++)
        items[i] = cel_int((int64_t)i);
    return cel_items(items, n, call->scratch);
}

/* ---- Sets ---- */

static bool holds_all(const struct cel_call *call, const struct cel_value *list,
                      const struct cel_value *wanted) {
    size_t n = cel_list_size(wanted);

    for (size_t i = 0; i < n; i++) {
        struct cel_value item = cel_list_at(wanted, i, call->scratch);

        if (position(call, list, &item, false) < 0)
            return false;
    }
    return true;
}

static bool too_long(const struct cel_value *args) {
    return cel_list_size(&args[0]) > MAX_PAIRS_SIDE || cel_list_size(&args[1]) > MAX_PAIRS_SIDE;
}

static struct cel_value sets_contains(const struct cel_call *call, const struct cel_value *args) {
    return too_long(args) ? NO_MEMORY : cel_bool(holds_all(call, &args[0], &args[1]));
}

static struct cel_value sets_equivalent(const struct cel_call *call, const struct cel_value *args) {
    return too_long(args) ? NO_MEMORY
                          : cel_bool(holds_all(call, &args[0], &args[1]) &&
                                     holds_all(call, &args[1], &args[0]));
}

static struct cel_value sets_intersects(const struct cel_call *call, const struct cel_value *args) {
    size_t n = cel_list_size(&args[0]);

    if (too_long(args))
        return NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        struct cel_value item = cel_list_at(&args[0], i, call->scratch);

        if (position(call, &args[1], &item, false) >= 0)
            return cel_bool(true);
    }
    return cel_bool(false);
}

#define A &cel_param_a
#define L &cel_list_a
#define I &cel_type_int

static const struct cel_type list_int = {.kind = CEL_LIST, .elem = &cel_type_int};
static const struct cel_type list_uint = {.kind = CEL_LIST, .elem = &cel_type_uint};
static const struct cel_type list_double = {.kind = CEL_LIST, .elem = &cel_type_double};
static const struct cel_type list_duration = {.kind = CEL_LIST, .elem = &cel_type_duration};

static const struct cel_function functions[] = {
    CEL_ROW("sum", true, 1, cel_type_int, sum_int, &list_int),
    CEL_ROW("sum", true, 1, cel_type_uint, sum_uint, &list_uint),
    CEL_ROW("sum", true, 1, cel_type_double, sum_double, &list_double),
    CEL_ROW("sum", true, 1, cel_type_duration, sum_duration, &list_duration),
    CEL_ROW("min", true, 1, cel_param_a, min, L),
    CEL_ROW("max", true, 1, cel_param_a, max, L),
    CEL_ROW("isSorted", true, 1, cel_type_bool, is_sorted, L),
    CEL_ROW("indexOf", true, 2, cel_type_int, index_of, L, A),
    CEL_ROW("lastIndexOf", true, 2, cel_type_int, last_index_of, L, A),
    CEL_ROW("distinct", true, 1, cel_list_a, distinct, L),
    CEL_ROW("sort", true, 1, cel_list_a, sort, L),
    CEL_ROW("reverse", true, 1, cel_list_a, reverse, L),
    CEL_ROW("slice", true, 3, cel_list_a, slice, L, I, I),
    CEL_ROW("lists.range", false, 1, cel_type_list_dyn, range, I),
    CEL_ROW("sets.contains", false, 2, cel_type_bool, sets_contains, L, L),
    CEL_ROW("sets.equivalent", false, 2, cel_type_bool, sets_equivalent, L, L),
    CEL_ROW("sets.intersects", false, 2, cel_type_bool, sets_intersects, L, L),
};

CEL_LIBRARY(cel_lib_lists);
