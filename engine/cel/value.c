// SPDX-License-Identifier: Apache-2.0
// Making values, naming kinds and errors, and walking lists whatever their form.
#include <string.h>

#include "cel/text.h"
#include "cel/type.h"

struct cel_value cel_string(const char *s, size_t n) {
    return (struct cel_value){.kind = CEL_STRING, .n = (uint32_t)n, .s = s};
}

struct cel_value cel_bytes(const char *s, size_t n) {
    return (struct cel_value){.kind = CEL_BYTES, .n = (uint32_t)n, .s = s};
}

struct cel_value cel_static_string(const char *s) {
    return cel_string(s, strlen(s));
}

struct cel_value cel_int(int64_t i) {
    return (struct cel_value){.kind = CEL_INT, .i = i};
}

struct cel_value cel_uint(uint64_t u) {
    return (struct cel_value){.kind = CEL_UINT, .u = u};
}

struct cel_value cel_double(double d) {
    return (struct cel_value){.kind = CEL_DOUBLE, .d = d};
}

struct cel_value cel_bool(bool b) {
    return (struct cel_value){.kind = CEL_BOOL, .b = b};
}

struct cel_value cel_null(void) {
    return (struct cel_value){.kind = CEL_NULL};
}

struct cel_value cel_fail(enum cel_error error, const char *static_text) {
    return (struct cel_value){.kind = CEL_ERROR, .error = (uint8_t)error, .s = static_text};
}

struct cel_value cel_type_value(const struct cel_type *type) {
    return (struct cel_value){.kind = CEL_TYPE, .type = type};
}

struct cel_value cel_time(enum cel_kind kind, int64_t seconds, int32_t nanos) {
    return (struct cel_value){.kind = (uint8_t)kind, .n = (uint32_t)nanos, .i = seconds};
}

struct cel_value cel_copy_string(struct toc_arena *arena, const char *s, size_t n) {
    char *copy = toc_arena_strndup(arena, s, n);

    return copy ? cel_string(copy, n) : cel_fail(CEL_ERR_RESOURCE, "out of scratch memory");
}

struct cel_value cel_items(const struct cel_value *items, size_t n, struct toc_arena *arena) {
    struct cel_list *list = toc_arena_alloc(arena, sizeof(*list));

    if (!list || (n && !items))
        return cel_fail(CEL_ERR_RESOURCE, "out of scratch memory");
    *list = (struct cel_list){.items = items, .n = n};
    return (struct cel_value){.kind = CEL_LIST, .form = CEL_FORM_ITEMS, .list = list};
}

size_t cel_list_size(const struct cel_value *list) {
    switch (list->form) {
    case CEL_FORM_ITEMS: return list->list->n;
    case CEL_FORM_NAMES: return (size_t)__builtin_popcount(list->n);
    default: return list->n;
    }
}

static struct cel_value nth_name(const struct cel_value *list, size_t index) {
    uint32_t bits = list->n;
    const char *name;

    while (index--)
        bits &= bits - 1;
    name = toc_names_name(list->names, (uint16_t)__builtin_ctz(bits));
    return cel_static_string(name ? name : "");
}

struct cel_value cel_list_at(const struct cel_value *list, size_t index,
                             struct toc_arena *scratch) {
    (void)scratch;
    switch (list->form) {
    case CEL_FORM_ITEMS: return list->list->items[index];
    case CEL_FORM_NAMES: return nth_name(list, index);
    default:
        return (struct cel_value){.kind = CEL_OBJECT,
                                  .object = list->object,
                                  .base = list->base,
                                  .data = (const char *)list->data + index * list->object->size};
    }
}

const char *cel_kind_name(enum cel_kind kind) {
    static const char *const names[] = {
        [CEL_ERROR] = "error",
        [CEL_NULL] = "null_type",
        [CEL_BOOL] = "bool",
        [CEL_INT] = "int",
        [CEL_UINT] = "uint",
        [CEL_DOUBLE] = "double",
        [CEL_STRING] = "string",
        [CEL_BYTES] = "bytes",
        [CEL_LIST] = "list",
        [CEL_MAP] = "map",
        [CEL_TYPE] = "type",
        [CEL_TIMESTAMP] = "google.protobuf.Timestamp",
        [CEL_OBJECT] = "object",
        [CEL_DYN] = "dyn",
        [CEL_DURATION] = "google.protobuf.Duration",
        [CEL_IP] = "net.IP",
        [CEL_CIDR] = "net.CIDR",
        [CEL_OPTIONAL] = "optional_type",
        [CEL_PARAM] = "any",
    };

    return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "?";
}

const char *cel_error_name(enum cel_error error) {
    static const char *const names[] = {
        [CEL_ERR_UNOBSERVED] = "unobserved",    [CEL_ERR_NO_SUCH_FIELD] = "no_such_field",
        [CEL_ERR_NO_SUCH_KEY] = "no_such_key",  [CEL_ERR_NO_OVERLOAD] = "no_such_overload",
        [CEL_ERR_OVERFLOW] = "overflow",        [CEL_ERR_DIVIDE_BY_ZERO] = "divide_by_zero",
        [CEL_ERR_INDEX] = "index_out_of_range", [CEL_ERR_ARGUMENT] = "invalid_argument",
        [CEL_ERR_MATCH_LIMIT] = "match_limit",  [CEL_ERR_RESOURCE] = "resource_limit",
    };

    return error < sizeof(names) / sizeof(names[0]) ? names[error] : "?";
}
