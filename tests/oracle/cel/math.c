// SPDX-License-Identifier: Apache-2.0
// The math functions.
#include <math.h>

#include "oracle.h"

static struct ov extreme(const struct ov *list, enum oorder wanted) {
    struct ov best;

    if (!list->n)
        return ov_error(CEL_ERR_ARGUMENT);
    best = list->items[0];
    for (size_t i = 0; i < list->n; i++) {
        if (!ov_is_number(&list->items[i]))
            return ov_error(CEL_ERR_NO_OVERLOAD);
        if (ov_compare(&list->items[i], &best) == wanted)
            best = list->items[i];
    }
    return best;
}

static bool extremes(const struct ocall *call, struct ov *ret) {
    static const char *const names[] = {"math.least", "math.greatest"};
    static const enum oorder wanted[] = {O_LESS, O_GREATER};

    for (int i = 0; i < 2; i++) {
        if (oracle_is(call, names[i], false, "l"))
            *ret = extreme(&call->args[0], wanted[i]);
        else if (oracle_is(call, names[i], false, "i") || oracle_is(call, names[i], false, "u") ||
                 oracle_is(call, names[i], false, "d"))
            *ret = call->args[0];
        else
            continue;
        return true;
    }
    return false;
}

static bool rounding(const struct ocall *call, struct ov *ret) {
    double d = call->n ? call->args[0].d : 0;

    if (oracle_is(call, "math.ceil", false, "d"))
        *ret = ov_double(ceil(d));
    else if (oracle_is(call, "math.floor", false, "d"))
        *ret = ov_double(floor(d));
    else if (oracle_is(call, "math.trunc", false, "d"))
        *ret = ov_double(trunc(d));
    else if (oracle_is(call, "math.round", false, "d"))
        *ret = ov_double(round(d));
    else if (oracle_is(call, "math.isNaN", false, "d"))
        *ret = ov_bool(isnan(d));
    else if (oracle_is(call, "math.isInf", false, "d"))
        *ret = ov_bool(isinf(d));
    else if (oracle_is(call, "math.isFinite", false, "d"))
        *ret = ov_bool(!isnan(d) && !isinf(d));
    else
        return false;
    return true;
}

static bool signs(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0];

    if (oracle_is(call, "math.abs", false, "i"))
        *ret = ov_int_of(a->i < 0 ? -(__int128)a->i : a->i);
    else if (oracle_is(call, "math.abs", false, "u"))
        *ret = *a;
    else if (oracle_is(call, "math.abs", false, "d"))
        *ret = ov_double(fabs(a->d));
    else if (oracle_is(call, "math.sign", false, "i"))
        *ret = ov_int(a->i > 0 ? 1 : a->i < 0 ? -1 : 0);
    else if (oracle_is(call, "math.sign", false, "u"))
        *ret = ov_uint(a->u ? 1 : 0);
    else if (oracle_is(call, "math.sign", false, "d"))
        *ret = ov_double(isnan(a->d) ? a->d : a->d > 0 ? 1 : a->d < 0 ? -1 : 0);
    else
        return false;
    return true;
}

/* Bit by bit. */
static uint64_t combine(char op, uint64_t a, uint64_t b) {
    uint64_t result = 0;

    for (int i = 0; i < 64; i++) {
        uint64_t x = a >> i & 1, y = b >> i & 1;
        uint64_t bit = op == '&' ? x && y : op == '|' ? x || y : x != y;

        result |= bit << i;
    }
    return result;
}

static uint64_t shifted(uint64_t bits, int64_t by, bool left) {
    if (by > 64)
        by = 64;
    for (; by; by--)
        bits = left ? bits << 1 : bits >> 1;
    return bits;
}

static bool bits(const struct ocall *call, struct ov *ret) {
    static const struct {
        const char *name;
        char op;
    } names[] = {{"math.bitAnd", '&'}, {"math.bitOr", '|'}, {"math.bitXor", '^'}};
    const struct ov *a = &call->args[0], *b = a + 1;

    for (size_t i = 0; i < 3; i++) {
        if (oracle_is(call, names[i].name, false, "ii"))
            *ret = ov_int((int64_t)combine(names[i].op, (uint64_t)a->i, (uint64_t)b->i));
        else if (oracle_is(call, names[i].name, false, "uu"))
            *ret = ov_uint(combine(names[i].op, a->u, b->u));
        else
            continue;
        return true;
    }
    if (oracle_is(call, "math.bitNot", false, "i"))
        *ret = ov_int((int64_t)combine('^', (uint64_t)a->i, UINT64_MAX));
    else if (oracle_is(call, "math.bitNot", false, "u"))
        *ret = ov_uint(combine('^', a->u, UINT64_MAX));
    else
        return false;
    return true;
}

static bool shifts(const struct ocall *call, struct ov *ret) {
    static const char *const names[] = {"math.bitShiftRight", "math.bitShiftLeft"};
    const struct ov *a = &call->args[0], *by = a + 1;

    for (int left = 0; left < 2; left++) {
        bool ints = oracle_is(call, names[left], false, "ii");

        if (!ints && !oracle_is(call, names[left], false, "ui"))
            continue;
        if (by->i < 0)
            *ret = ov_error(CEL_ERR_ARGUMENT);
        else if (ints)
            *ret = ov_int((int64_t)shifted((uint64_t)a->i, by->i, left));
        else
            *ret = ov_uint(shifted(a->u, by->i, left));
        return true;
    }
    return false;
}

bool oracle_math(const struct ocall *call, struct ov *ret) {
    return extremes(call, ret) || rounding(call, ret) || signs(call, ret) || bits(call, ret) ||
           shifts(call, ret);
}
