// SPDX-License-Identifier: Apache-2.0
// Functions that look at a value: size, type, dyn, and the tests of strings and bytes.
#include <string.h>

#include "base/text.h"
#include "cel/function.h"
#include "cel/text.h"

static struct cel_value size_string(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int((int64_t)toc_utf8_count(args[0].s, args[0].n));
}

static struct cel_value size_bytes(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int(args[0].n);
}

static struct cel_value size_list(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int((int64_t)cel_list_size(&args[0]));
}

static struct cel_value size_map(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int((int64_t)args[0].map->n);
}

static struct cel_value contains(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_bool(!args[1].n || memmem(args[0].s, args[0].n, args[1].s, args[1].n));
}

static struct cel_value starts_with(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_bool(args[1].n <= args[0].n &&
                    (!args[1].n || !memcmp(args[0].s, args[1].s, args[1].n)));
}

static struct cel_value ends_with(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_bool(
        args[1].n <= args[0].n &&
        (!args[1].n || !memcmp(args[0].s + args[0].n - args[1].n, args[1].s, args[1].n)));
}

static struct cel_value type_of(const struct cel_call *call, const struct cel_value *args) {
    struct cel_type *type;

    if (args[0].kind != CEL_OBJECT)
        return cel_type_value(cel_type_of_kind((enum cel_kind)args[0].kind));
    type = toc_arena_alloc(call->scratch, sizeof(*type));
    if (!type)
        return cel_fail(CEL_ERR_RESOURCE, "out of scratch memory");
    *type = (struct cel_type){.kind = CEL_OBJECT, .object = args[0].object};
    return cel_type_value(type);
}

static struct cel_value as_it_is(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[0];
}

static struct cel_value not(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_bool(!args[0].b);
}

#define SIZE(type, call)                                                                           \
    CEL_ROW("size", false, 1, cel_type_int, call, &type),                                          \
        CEL_ROW("size", true, 1, cel_type_int, call, &type)
#define TEST(name, type, call) CEL_ROW(name, true, 2, cel_type_bool, call, &type, &type)

static const struct cel_function functions[] = {
    SIZE(cel_type_string, size_string),
    SIZE(cel_type_bytes, size_bytes),
    SIZE(cel_list_a, size_list),
    SIZE(cel_map_ab, size_map),
    TEST("contains", cel_type_string, contains),
    TEST("contains", cel_type_bytes, contains),
    TEST("startsWith", cel_type_string, starts_with),
    TEST("startsWith", cel_type_bytes, starts_with),
    TEST("endsWith", cel_type_string, ends_with),
    TEST("endsWith", cel_type_bytes, ends_with),
    CEL_ROW("type", false, 1, cel_type_type, type_of, &cel_param_a),
    CEL_ROW("dyn", false, 1, cel_type_dyn, as_it_is, &cel_param_a),
    CEL_ROW("!_", false, 1, cel_type_bool, not, &cel_type_bool),
};

CEL_LIBRARY(cel_lib_basic);
