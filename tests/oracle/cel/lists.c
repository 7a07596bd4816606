// SPDX-License-Identifier: Apache-2.0
// Lists and sets.
#include <math.h>

#include "oracle.h"

static struct ov sum(const struct ov *list) {
    struct ov total = ov_int(0);

    for (size_t i = 0; i < list->n; i++) {
        const struct ov *item = &list->items[i];

        if ((!ov_is_number(item) && item->kind != CEL_DURATION) ||
            item->kind != list->items[0].kind)
            return ov_error(CEL_ERR_NO_OVERLOAD);
        if (item->kind == CEL_INT)
            total = ov_int_of((__int128)total.i + item->i);
        else if (item->kind == CEL_UINT)
            total = ov_uint_of((__int128)total.u + item->u);
        else if (item->kind == CEL_DURATION)
            total = ov_duration(total.ns + item->ns);
        else
            total = ov_double(total.d + item->d);
        if (total.kind == CEL_ERROR)
            break;
    }
    return total;
}

/* The first element that no other comes before (or after). */
static struct ov extreme(const struct ov *list, enum oorder wanted) {
    struct ov best;

    if (!list->n)
        return ov_error(CEL_ERR_ARGUMENT);
    best = list->items[0];
    for (size_t i = 1; i < list->n; i++) {
        enum oorder order = ov_compare(&list->items[i], &best);

        if (order == O_NO_ORDER)
            return ov_error(CEL_ERR_NO_OVERLOAD);
        if (order == wanted)
            best = list->items[i];
    }
    return best;
}

static struct ov is_sorted(const struct ov *list) {
    for (size_t i = 1; i < list->n; i++) {
        enum oorder order = ov_compare(&list->items[i - 1], &list->items[i]);

        if (order == O_NO_ORDER)
            return ov_error(CEL_ERR_NO_OVERLOAD);
        if (order == O_GREATER)
            return ov_bool(false);
    }
    return ov_bool(true);
}

static int64_t position(struct oracle *o, const struct ov *list, const struct ov *value,
                        bool last) {
    int64_t found = -1;

    for (size_t i = 0; i < list->n; i++)
        if (ov_equal(o, &list->items[i], value) && (last || found < 0))
            found = (int64_t)i;
    return found;
}

static struct ov distinct(struct oracle *o, const struct ov *list) {
    struct ov *items = ov_array(o, list->n), kept = ov_items(CEL_LIST, items, 0);

    for (size_t i = 0; i < list->n; i++)
        if (position(o, &kept, &list->items[i], false) < 0)
            items[kept.n++] = list->items[i];
    return kept;
}

static struct ov reverse(struct oracle *o, const struct ov *list) {
    struct ov *items = ov_array(o, list->n);

    for (size_t i = 0; i < list->n; i++)
        items[list->n - 1 - i] = list->items[i];
    return ov_items(CEL_LIST, items, list->n);
}

/* NaN, which has no order, goes first, and -0.0 before 0.0. */
static bool goes_after(const struct ov *a, const struct ov *b) {
    enum oorder order = ov_compare(a, b);

    if (order == O_EQUAL && a->kind == CEL_DOUBLE)
        return !signbit(a->d) && signbit(b->d);
    return order == O_GREATER || (order == O_UNORDERED && isnan(b->d) && !isnan(a->d));
}

/* By insertion; elements of one kind only. */
static struct ov sort(struct oracle *o, const struct ov *list) {
    struct ov *items = ov_array(o, list->n);

    for (size_t i = 0; i < list->n; i++) {
        size_t at = i;

        if (list->n > 1 && (list->items[i].kind != list->items[0].kind ||
                            ov_compare(&list->items[i], &list->items[0]) == O_NO_ORDER))
            return ov_error(CEL_ERR_NO_OVERLOAD);
        for (; at && goes_after(&items[at - 1], &list->items[i]); at--)
            items[at] = items[at - 1];
        items[at] = list->items[i];
    }
    return ov_items(CEL_LIST, items, list->n);
}

static struct ov slice(const struct ov *list, int64_t from, int64_t to) {
    if (from < 0 || from > to || to > (int64_t)list->n)
        return ov_error(CEL_ERR_INDEX);
    return ov_items(CEL_LIST, list->items + from, (size_t)(to - from));
}

static bool holds_all(struct oracle *o, const struct ov *list, const struct ov *wanted) {
    for (size_t i = 0; i < wanted->n; i++)
        if (position(o, list, &wanted->items[i], false) < 0)
            return false;
    return true;
}

static bool holds_any(struct oracle *o, const struct ov *list, const struct ov *wanted) {
    for (size_t i = 0; i < wanted->n; i++)
        if (position(o, list, &wanted->items[i], false) >= 0)
            return true;
    return false;
}

static bool sets(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0], *b = a + 1;

    if (oracle_is(call, "sets.contains", false, "ll"))
        *ret = ov_bool(holds_all(call->o, a, b));
    else if (oracle_is(call, "sets.equivalent", false, "ll"))
        *ret = ov_bool(holds_all(call->o, a, b) && holds_all(call->o, b, a));
    else if (oracle_is(call, "sets.intersects", false, "ll"))
        *ret = ov_bool(holds_any(call->o, a, b));
    else
        return false;
    return true;
}

bool oracle_lists(const struct ocall *call, struct ov *ret) {
    const struct ov *args = call->args;

    if (oracle_is(call, "sum", true, "l"))
        *ret = sum(&args[0]);
    else if (oracle_is(call, "min", true, "l"))
        *ret = extreme(&args[0], O_LESS);
    else if (oracle_is(call, "max", true, "l"))
        *ret = extreme(&args[0], O_GREATER);
    else if (oracle_is(call, "isSorted", true, "l"))
        *ret = is_sorted(&args[0]);
    else if (oracle_is(call, "indexOf", true, "l*"))
        *ret = ov_int(position(call->o, &args[0], &args[1], false));
    else if (oracle_is(call, "lastIndexOf", true, "l*"))
        *ret = ov_int(position(call->o, &args[0], &args[1], true));
    else if (oracle_is(call, "distinct", true, "l"))
        *ret = distinct(call->o, &args[0]);
    else if (oracle_is(call, "reverse", true, "l"))
        *ret = reverse(call->o, &args[0]);
    else if (oracle_is(call, "sort", true, "l"))
        *ret = sort(call->o, &args[0]);
    else if (oracle_is(call, "slice", true, "lii"))
        *ret = slice(&args[0], args[1].i, args[2].i);
    else
        return sets(call, ret);
    return true;
}
