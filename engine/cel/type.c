// SPDX-License-Identifier: Apache-2.0
// Types of expressions: which fit where, and what two of them have in common.
#include "cel/type.h"

const struct cel_type cel_type_bool = {.kind = CEL_BOOL};
const struct cel_type cel_type_int = {.kind = CEL_INT};
const struct cel_type cel_type_uint = {.kind = CEL_UINT};
const struct cel_type cel_type_double = {.kind = CEL_DOUBLE};
const struct cel_type cel_type_string = {.kind = CEL_STRING};
const struct cel_type cel_type_bytes = {.kind = CEL_BYTES};
const struct cel_type cel_type_null = {.kind = CEL_NULL};
const struct cel_type cel_type_timestamp = {.kind = CEL_TIMESTAMP};
const struct cel_type cel_type_duration = {.kind = CEL_DURATION};
const struct cel_type cel_type_dyn = {.kind = CEL_DYN};
const struct cel_type cel_type_list_dyn = {.kind = CEL_LIST};
const struct cel_type cel_type_map_dyn = {.kind = CEL_MAP};
const struct cel_type cel_type_type = {.kind = CEL_TYPE};
const struct cel_type cel_type_ip = {.kind = CEL_IP};
const struct cel_type cel_type_cidr = {.kind = CEL_CIDR};
const struct cel_type cel_type_optional_dyn = {.kind = CEL_OPTIONAL};
const struct cel_type cel_type_error = {.kind = CEL_ERROR};
const struct cel_type cel_type_list_string = {.kind = CEL_LIST, .elem = &cel_type_string};

const struct cel_type cel_param_a = {.kind = CEL_PARAM};
const struct cel_type cel_param_b = {.kind = CEL_PARAM};
const struct cel_type cel_list_a = {.kind = CEL_LIST, .elem = &cel_param_a};
const struct cel_type cel_map_ab = {.kind = CEL_MAP, .key = &cel_param_a, .elem = &cel_param_b};
const struct cel_type cel_optional_a = {.kind = CEL_OPTIONAL, .elem = &cel_param_a};

static bool has_elem(const struct cel_type *type) {
    return type->kind == CEL_LIST || type->kind == CEL_MAP || type->kind == CEL_OPTIONAL;
}

bool cel_type_same(const struct cel_type *a, const struct cel_type *b) {
    if (a == b)
        return true;
    if (a->kind != b->kind || a->kind == CEL_PARAM)
        return false;
    if (a->kind == CEL_OBJECT)
        return a->object == b->object;
    if (has_elem(a) && !cel_type_same(cel_elem(a), cel_elem(b)))
        return false;
    return a->kind != CEL_MAP || cel_type_same(cel_key(a), cel_key(b));
}

const struct cel_type *cel_type_join(const struct cel_type *a, const struct cel_type *b) {
    if (!a || !b)
        return a ? a : b;
    if (!cel_type_same(a, b))
        return &cel_type_dyn;
    // Names of two closed sets are just strings together.
    return a->names == b->names ? a : b->names ? cel_type_of_kind((enum cel_kind)a->kind) : b;
}

static enum cel_fit worse(enum cel_fit a, enum cel_fit b) {
    return a < b ? a : b;
}

static enum cel_fit fit_param(const struct cel_type *param, const struct cel_type *arg,
                              struct cel_binding *binding) {
    const struct cel_type **bound = param == &cel_param_a ? &binding->a : &binding->b;
    struct cel_binding none = {0};
    enum cel_fit fit;

    if (!*bound || cel_is_dyn(*bound)) {
        *bound = *bound ? *bound : arg;
        return CEL_FIT_YES;
    }
    if (cel_is_dyn(arg)) {
        *bound = arg;
        return CEL_FIT_YES;
    }
    fit = cel_type_fit(*bound, arg, &none);
    // One of the two may still turn out to be the other: until then it is known to be neither.
    if (fit == CEL_FIT_MAYBE)
        *bound = &cel_type_dyn;
    return fit;
}

/* What fits only perhaps says nothing of what the parameters in it stand for. */
static void forget_params(const struct cel_type *param, struct cel_binding *binding) {
    if (param->kind == CEL_PARAM)
        *(param == &cel_param_a ? &binding->a : &binding->b) = &cel_type_dyn;
    if (param->key)
        forget_params(param->key, binding);
    if (param->elem)
        forget_params(param->elem, binding);
}

enum cel_fit cel_type_fit(const struct cel_type *param, const struct cel_type *arg,
                          struct cel_binding *binding) {
    enum cel_fit fit = CEL_FIT_YES;

    if (param->kind == CEL_PARAM)
        return fit_param(param, arg, binding);
    if (param->kind == CEL_DYN)
        return CEL_FIT_YES;
    if (cel_is_dyn(arg)) {
        forget_params(param, binding);
        return CEL_FIT_MAYBE;
    }
    if (param->kind != arg->kind)
        return CEL_FIT_NO;
    if (param->kind == CEL_OBJECT && param->object && param->object != arg->object)
        return CEL_FIT_NO;
    if (param->kind == CEL_MAP)
        fit = cel_type_fit(cel_key(param), cel_key(arg), binding);
    if (has_elem(param))
        fit = worse(fit, cel_type_fit(cel_elem(param), cel_elem(arg), binding));
    return fit;
}

bool cel_type_comparable(const struct cel_type *a, const struct cel_type *b) {
    if (cel_is_dyn(a) || cel_is_dyn(b))
        return true;
    if (a->kind == CEL_NULL || b->kind == CEL_NULL) {
        uint8_t other = a->kind == CEL_NULL ? b->kind : a->kind;

        return other == CEL_NULL || other == CEL_OBJECT || other == CEL_TIMESTAMP ||
               other == CEL_DURATION || other == CEL_OPTIONAL;
    }
    if (a->kind != b->kind || (a->kind == CEL_OBJECT && a->object != b->object))
        return false;
    if (has_elem(a) && !cel_type_comparable(cel_elem(a), cel_elem(b)))
        return false;
    return a->kind != CEL_MAP || cel_type_comparable(cel_key(a), cel_key(b));
}

static const struct cel_type *make(uint8_t kind, const struct cel_type *key,
                                   const struct cel_type *elem, struct toc_arena *arena) {
    struct cel_type *type = toc_arena_alloc(arena, sizeof(*type));

    if (type)
        *type = (struct cel_type){.kind = kind, .key = key, .elem = elem};
    return type;
}

const struct cel_type *cel_type_list_of(const struct cel_type *elem, struct toc_arena *arena) {
    return make(CEL_LIST, NULL, elem, arena);
}

const struct cel_type *cel_type_map_of(const struct cel_type *key, const struct cel_type *value,
                                       struct toc_arena *arena) {
    return make(CEL_MAP, key, value, arena);
}

const struct cel_type *cel_type_optional_of(const struct cel_type *elem, struct toc_arena *arena) {
    return make(CEL_OPTIONAL, NULL, elem, arena);
}

const struct cel_type *cel_type_bind(const struct cel_type *type, const struct cel_binding *binding,
                                     struct toc_arena *arena) {
    const struct cel_type *key = NULL, *elem;

    if (type->kind == CEL_PARAM) {
        const struct cel_type *bound = type == &cel_param_a ? binding->a : binding->b;

        return bound ? bound : &cel_type_dyn;
    }
    if (!has_elem(type) || !type->elem)
        return type;
    elem = cel_type_bind(type->elem, binding, arena);
    if (type->kind == CEL_MAP && !(key = cel_type_bind(cel_key(type), binding, arena)))
        return NULL;
    if (!elem || (elem == type->elem && key == type->key))
        return elem ? type : NULL;
    return make(type->kind, key, elem, arena);
}

const struct cel_type *cel_type_of_kind(enum cel_kind kind) {
    static const struct cel_type *const types[] = {
        [CEL_ERROR] = &cel_type_error,
        [CEL_NULL] = &cel_type_null,
        [CEL_BOOL] = &cel_type_bool,
        [CEL_INT] = &cel_type_int,
        [CEL_UINT] = &cel_type_uint,
        [CEL_DOUBLE] = &cel_type_double,
        [CEL_STRING] = &cel_type_string,
        [CEL_BYTES] = &cel_type_bytes,
        [CEL_LIST] = &cel_type_list_dyn,
        [CEL_MAP] = &cel_type_map_dyn,
        [CEL_TIMESTAMP] = &cel_type_timestamp,
        [CEL_DURATION] = &cel_type_duration,
        [CEL_TYPE] = &cel_type_type,
        [CEL_OPTIONAL] = &cel_type_optional_dyn,
        [CEL_IP] = &cel_type_ip,
        [CEL_CIDR] = &cel_type_cidr,
    };
    const struct cel_type *type = kind < sizeof(types) / sizeof(types[0]) ? types[kind] : NULL;

    return type ? type : &cel_type_dyn;
}

const struct cel_type *cel_type_of_value(const struct cel_value *value, struct toc_arena *arena) {
    const struct cel_type *elem = NULL, *type;
    size_t n;

    if (value->kind != CEL_LIST || value->form != CEL_FORM_ITEMS)
        return cel_type_of_kind((enum cel_kind)value->kind);
    n = cel_list_size(value);
    for (size_t i = 0; i < n; i++)
        elem = cel_type_join(elem, cel_type_of_kind((enum cel_kind)value->list->items[i].kind));
    type = elem ? cel_type_list_of(elem, arena) : NULL;
    return type ? type : &cel_type_list_dyn;
}

static void object_text(const struct cel_type *type, struct toc_buf *buf) {
    toc_buf_adds(buf, type->object ? type->object->name : "object");
}

void cel_type_text(const struct cel_type *type, struct toc_buf *buf) {
    if (type->kind == CEL_OBJECT) {
        object_text(type, buf);
        return;
    }
    toc_buf_adds(buf, cel_kind_name((enum cel_kind)type->kind));
    if (!has_elem(type))
        return;
    toc_buf_adds(buf, "<");
    if (type->kind == CEL_MAP) {
        cel_type_text(cel_key(type), buf);
        toc_buf_adds(buf, ", ");
    }
    cel_type_text(cel_elem(type), buf);
    toc_buf_adds(buf, ">");
}
