// SPDX-License-Identifier: Apache-2.0
// + - * / % and negation, with every overflow an error.
#include <math.h>
#include <string.h>

#include "cel/function.h"
#include "cel/text.h"
#include "cel/time.h"

#define OVERFLOWS cel_fail(CEL_ERR_OVERFLOW, "the result is out of range")
#define BY_ZERO cel_fail(CEL_ERR_DIVIDE_BY_ZERO, "division by zero")

/* The same three operators for both kinds of integers. */
#define CHECKED(name, member, of, builtin)                                                         \
    static struct cel_value name(const struct cel_call *call, const struct cel_value *args) {      \
        struct cel_value result = {.kind = of};                                                    \
                                                                                                   \
        (void)call;                                                                                \
        return builtin(args[0].member, args[1].member, &result.member) ? OVERFLOWS : result;       \
    }

CHECKED(add_int, i, CEL_INT, __builtin_add_overflow)
CHECKED(add_uint, u, CEL_UINT, __builtin_add_overflow)
CHECKED(subtract_int, i, CEL_INT, __builtin_sub_overflow)
CHECKED(subtract_uint, u, CEL_UINT, __builtin_sub_overflow)
CHECKED(multiply_int, i, CEL_INT, __builtin_mul_overflow)
CHECKED(multiply_uint, u, CEL_UINT, __builtin_mul_overflow)

static struct cel_value divide_int(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    if (!args[1].i)
        return BY_ZERO;
    if (args[0].i == INT64_MIN && args[1].i == -1)
        return OVERFLOWS;
    return cel_int(args[0].i / args[1].i);
}

static struct cel_value divide_uint(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[1].u ? cel_uint(args[0].u / args[1].u) : BY_ZERO;
}

static struct cel_value modulo_int(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    if (!args[1].i)
        return BY_ZERO;
    if (args[0].i == INT64_MIN && args[1].i == -1)
        return OVERFLOWS;
    return cel_int(args[0].i % args[1].i);
}

static struct cel_value modulo_uint(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[1].u ? cel_uint(args[0].u % args[1].u) : BY_ZERO;
}

static struct cel_value negate_int(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[0].i == INT64_MIN ? OVERFLOWS : cel_int(-args[0].i);
}

static struct cel_value negate_double(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_double(-args[0].d);
}

static struct cel_value add_double(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_double(args[0].d + args[1].d);
}

static struct cel_value subtract_double(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_double(args[0].d - args[1].d);
}

static struct cel_value multiply_double(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_double(args[0].d * args[1].d);
}

// IEEE division by zero is what the language asks for; the sanitizer takes it for a mistake.
#ifdef __clang__
__attribute__((no_sanitize("float-divide-by-zero")))
#endif
static struct cel_value
divide_double(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_double(args[0].d / args[1].d);
}

static struct cel_value concatenate(const struct cel_call *call, const struct cel_value *args) {
    size_t n = (size_t)args[0].n + args[1].n;
    struct cel_value result = args[0];
    char *text;

    if (n > UINT32_MAX || !(text = toc_arena_alloc(call->scratch, n + 1)))
        return cel_fail(CEL_ERR_RESOURCE, "out of scratch memory");
    if (args[0].n)
        memcpy(text, args[0].s, args[0].n);
    if (args[1].n)
        memcpy(text + args[0].n, args[1].s, args[1].n);
    result.s = text;
    result.n = (uint32_t)n;
    return result;
}

static struct cel_value join_lists(const struct cel_call *call, const struct cel_value *args) {
    size_t a = cel_list_size(&args[0]), b = cel_list_size(&args[1]);
    struct cel_value *items = toc_arena_array(call->scratch, a + b, sizeof(*items));

    for (size_t i = 0; items && i < a; i++)
        items[i] = cel_list_at(&args[0], i, call->scratch);
    for (size_t i = 0; items && i < b; i++)
        items[a + i] = cel_list_at(&args[1], i, call->scratch);
    return cel_items(items, a + b, call->scratch);
}

static struct cel_value add_times(const struct cel_call *call, const struct cel_value *args) {
    bool time = args[0].kind == CEL_TIMESTAMP || args[1].kind == CEL_TIMESTAMP;

    (void)call;
    return cel_time_sum(time ? CEL_TIMESTAMP : CEL_DURATION, &args[0], &args[1], false);
}

static struct cel_value subtract_times(const struct cel_call *call, const struct cel_value *args) {
    bool time = args[0].kind == CEL_TIMESTAMP && args[1].kind == CEL_DURATION;

    (void)call;
    return cel_time_sum(time ? CEL_TIMESTAMP : CEL_DURATION, &args[0], &args[1], true);
}

#define BINARY(name, type, call) CEL_ROW(name, false, 2, type, call, &type, &type)
#define TIMES(name, a, b, result, call) CEL_ROW(name, false, 2, result, call, &a, &b)

static const struct cel_function functions[] = {
    BINARY("_+_", cel_type_int, add_int),
    BINARY("_+_", cel_type_uint, add_uint),
    BINARY("_+_", cel_type_double, add_double),
    BINARY("_+_", cel_type_string, concatenate),
    BINARY("_+_", cel_type_bytes, concatenate),
    BINARY("_+_", cel_list_a, join_lists),
    BINARY("_+_", cel_type_duration, add_times),
    TIMES("_+_", cel_type_timestamp, cel_type_duration, cel_type_timestamp, add_times),
    TIMES("_+_", cel_type_duration, cel_type_timestamp, cel_type_timestamp, add_times),
    BINARY("_-_", cel_type_int, subtract_int),
    BINARY("_-_", cel_type_uint, subtract_uint),
    BINARY("_-_", cel_type_double, subtract_double),
    BINARY("_-_", cel_type_duration, subtract_times),
    TIMES("_-_", cel_type_timestamp, cel_type_duration, cel_type_timestamp, subtract_times),
    TIMES("_-_", cel_type_timestamp, cel_type_timestamp, cel_type_duration, subtract_times),
    BINARY("_*_", cel_type_int, multiply_int),
    BINARY("_*_", cel_type_uint, multiply_uint),
    BINARY("_*_", cel_type_double, multiply_double),
    BINARY("_/_", cel_type_int, divide_int),
    BINARY("_/_", cel_type_uint, divide_uint),
    BINARY("_/_", cel_type_double, divide_double),
    BINARY("_%_", cel_type_int, modulo_int),
    BINARY("_%_", cel_type_uint, modulo_uint),
    CEL_ROW("-_", false, 1, cel_type_int, negate_int, &cel_type_int),
    CEL_ROW("-_", false, 1, cel_type_double, negate_double, &cel_type_double),
};

CEL_LIBRARY(cel_lib_arithmetic);
