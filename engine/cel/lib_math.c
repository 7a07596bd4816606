// SPDX-License-Identifier: Apache-2.0
// cel-go's math functions: extremes, rounding, signs, bits.
#include <math.h>

#include "cel/compare.h"
#include "cel/function.h"
#include "cel/text.h"

static struct cel_value extreme(const struct cel_call *call, const struct cel_value *list,
                                int wanted) {
    size_t n = cel_list_size(list);
    struct cel_value best = {0};

    if (!n)
        return cel_fail(CEL_ERR_ARGUMENT, "an empty list has no least or greatest element");
    for (size_t i = 0; i < n; i++) {
        struct cel_value item = cel_list_at(list, i, call->scratch);

        if (item.kind != CEL_INT && item.kind != CEL_UINT && item.kind != CEL_DOUBLE)
            return cel_fail(CEL_ERR_NO_OVERLOAD, "math.least and math.greatest take numbers");
        if (!i || cel_compare(&item, &best) == wanted)
            best = item;
    }
    return best;
}

static struct cel_value greatest(const struct cel_call *call, const struct cel_value *args) {
    return extreme(call, &args[0], 1);
}

static struct cel_value least(const struct cel_call *call, const struct cel_value *args) {
    return extreme(call, &args[0], -1);
}

static struct cel_value same(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[0];
}

/* One function of a double each. */
#define OF_DOUBLE(name, result)                                                                    \
    static struct cel_value name(const struct cel_call *call, const struct cel_value *args) {      \
        double d = args[0].d;                                                                      \
                                                                                                   \
        (void)call;                                                                                \
        return result;                                                                             \
    }

OF_DOUBLE(do_ceil, cel_double(ceil(d)))
OF_DOUBLE(do_floor, cel_double(floor(d)))
OF_DOUBLE(do_round, cel_double(round(d)))
OF_DOUBLE(do_trunc, cel_double(trunc(d)))
OF_DOUBLE(do_sqrt, cel_double(sqrt(d)))
OF_DOUBLE(is_nan, cel_bool(isnan(d)))
OF_DOUBLE(is_inf, cel_bool(isinf(d)))
OF_DOUBLE(is_finite, cel_bool(isfinite(d)))
OF_DOUBLE(abs_double, cel_double(fabs(d)))
OF_DOUBLE(sign_double, cel_double(isnan(d) ? d : (d > 0) - (d < 0)))

/* One function of two integers each, for both kinds of them. */
#define OF_BITS(name, member, make, op)                                                            \
    static struct cel_value name(const struct cel_call *call, const struct cel_value *args) {      \
        (void)call;                                                                                \
        return make(args[0].member op args[1].member);                                             \
    }

OF_BITS(and_int, i, cel_int, &)
OF_BITS(and_uint, u, cel_uint, &)
OF_BITS(or_int, i, cel_int, |)
OF_BITS(or_uint, u, cel_uint, |)
OF_BITS(xor_int, i, cel_int, ^)
OF_BITS(xor_uint, u, cel_uint, ^)

static struct cel_value not_int(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int(~args[0].i);
}

static struct cel_value not_uint(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_uint(~args[0].u);
}

/* Shifts move bits whatever the sign, and move all of them out from 64 on. */
static struct cel_value shift(const struct cel_value *args, bool left) {
    struct cel_value result = args[0];

    if (args[1].i < 0)
        return cel_fail(CEL_ERR_ARGUMENT, "a shift by less than zero");
    if (args[1].i >= 64)
        result.u = 0;
    else
        result.u = left ? result.u << args[1].i : result.u >> args[1].i;
    return result;
}

static struct cel_value shift_left(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return shift(args, true);
}

static struct cel_value shift_right(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return shift(args, false);
}

static struct cel_value abs_int(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    if (args[0].i == INT64_MIN)
        return cel_fail(CEL_ERR_OVERFLOW, "the result is out of range");
    return cel_int(args[0].i < 0 ? -args[0].i : args[0].i);
}

static struct cel_value sign_int(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int((args[0].i > 0) - (args[0].i < 0));
}

static struct cel_value sign_uint(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_uint(args[0].u > 0);
}

static struct cel_value sqrt_int(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_double(sqrt((double)args[0].i));
}

static struct cel_value sqrt_uint(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_double(sqrt((double)args[0].u));
}

#define D cel_type_double
#define I cel_type_int
#define U cel_type_uint
#define ONE(name, result, call, arg) CEL_ROW("math." name, false, 1, result, call, &arg)
#define TWO(name, type, call, second) CEL_ROW("math." name, false, 2, type, call, &type, &second)
#define NUMBERS(name, i, u, d) ONE(name, I, i, I), ONE(name, U, u, U), ONE(name, D, d, D)

static const struct cel_function functions[] = {
    NUMBERS("greatest", same, same, same),
    ONE("greatest", cel_param_a, greatest, cel_list_a),
    NUMBERS("least", same, same, same),
    ONE("least", cel_param_a, least, cel_list_a),
    ONE("ceil", D, do_ceil, D),
    ONE("floor", D, do_floor, D),
    ONE("round", D, do_round, D),
    ONE("trunc", D, do_trunc, D),
    ONE("sqrt", D, do_sqrt, D),
    ONE("sqrt", D, sqrt_int, I),
    ONE("sqrt", D, sqrt_uint, U),
    ONE("isNaN", cel_type_bool, is_nan, D),
    ONE("isInf", cel_type_bool, is_inf, D),
    ONE("isFinite", cel_type_bool, is_finite, D),
    NUMBERS("abs", abs_int, same, abs_double),
    NUMBERS("sign", sign_int, sign_uint, sign_double),
    TWO("bitAnd", I, and_int, I),
    TWO("bitAnd", U, and_uint, U),
    TWO("bitOr", I, or_int, I),
    TWO("bitOr", U, or_uint, U),
    TWO("bitXor", I, xor_int, I),
    TWO("bitXor", U, xor_uint, U),
    ONE("bitNot", I, not_int, I),
    ONE("bitNot", U, not_uint, U),
    TWO("bitShiftLeft", I, shift_left, I),
    TWO("bitShiftLeft", U, shift_left, I),
    TWO("bitShiftRight", I, shift_right, I),
    TWO("bitShiftRight", U, shift_right, I),
};

CEL_LIBRARY(cel_lib_math);
