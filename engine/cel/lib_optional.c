// SPDX-License-Identifier: Apache-2.0
// Optional values: making them, asking them, and what stands in for none.
#include "cel/code.h"
#include "cel/function.h"
#include "cel/text.h"

static struct cel_value of(const struct cel_call *call, const struct cel_value *args) {
    return cel_optional_of(&args[0], call->scratch);
}

static struct cel_value none(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    (void)args;
    return (struct cel_value){.kind = CEL_OPTIONAL};
}

static bool is_zero(const struct cel_value *value) {
    switch ((enum cel_kind)value->kind) {
    case CEL_NULL: return true;
    case CEL_BOOL: return !value->b;
    case CEL_INT:
    case CEL_UINT: return !value->u;
    case CEL_DOUBLE: return value->d == 0;
    case CEL_STRING:
    case CEL_BYTES: return !value->n;
    case CEL_LIST: return !cel_list_size(value);
    case CEL_MAP: return !value->map->n;
    case CEL_DURATION: return !value->i && !value->n;
    default: return false;
    }
}

static struct cel_value of_non_zero(const struct cel_call *call, const struct cel_value *args) {
    return is_zero(&args[0]) ? none(call, args) : of(call, args);
}

static struct cel_value has_value(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_bool(args[0].optional);
}

static struct cel_value value(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[0].optional ? *args[0].optional
                            : cel_fail(CEL_ERR_ARGUMENT, "the optional has no value");
}

static struct cel_value or_value(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[0].optional ? *args[0].optional : args[1];
}

static struct cel_value or_optional(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[0].optional ? args[0] : args[1];
}

static struct cel_value first(const struct cel_call *call, const struct cel_value *args) {
    struct cel_value item;

    if (!cel_list_size(&args[0]))
        return none(call, args);
    item = cel_list_at(&args[0], 0, call->scratch);
    return of(call, &item);
}

static struct cel_value last(const struct cel_call *call, const struct cel_value *args) {
    size_t n = cel_list_size(&args[0]);
    struct cel_value item;

    if (!n)
        return none(call, args);
    item = cel_list_at(&args[0], n - 1, call->scratch);
    return of(call, &item);
}

static const struct cel_function functions[] = {
    CEL_ROW("optional.of", false, 1, cel_optional_a, of, &cel_param_a),
    CEL_ROW("optional.ofNonZeroValue", false, 1, cel_optional_a, of_non_zero, &cel_param_a),
    CEL_ROW("optional.none", false, 0, cel_type_optional_dyn, none, NULL),
    CEL_ROW("hasValue", true, 1, cel_type_bool, has_value, &cel_optional_a),
    CEL_ROW("value", true, 1, cel_param_a, value, &cel_optional_a),
    CEL_ROW("orValue", true, 2, cel_param_a, or_value, &cel_optional_a, &cel_param_a),
    CEL_ROW("or", true, 2, cel_optional_a, or_optional, &cel_optional_a, &cel_optional_a),
    CEL_ROW("first", true, 1, cel_optional_a, first, &cel_list_a),
    CEL_ROW("last", true, 1, cel_optional_a, last, &cel_list_a),
};

CEL_LIBRARY(cel_lib_optional);
