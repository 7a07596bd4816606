// SPDX-License-Identifier: Apache-2.0
// Values of the oracle: making them, their types, their text, and comparing with the other side's.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

#define SECOND INT64_C(1000000000)

struct ov ov_error(enum cel_error error) {
    return (struct ov){.kind = CEL_ERROR, .error = error};
}

struct ov ov_bool(bool b) {
    return (struct ov){.kind = CEL_BOOL, .b = b};
}

struct ov ov_int(int64_t i) {
    return (struct ov){.kind = CEL_INT, .i = i};
}

struct ov ov_uint(uint64_t u) {
    return (struct ov){.kind = CEL_UINT, .u = u};
}

struct ov ov_double(double d) {
    return (struct ov){.kind = CEL_DOUBLE, .d = d};
}

struct ov ov_string(const char *s, size_t n) {
    return (struct ov){.kind = CEL_STRING, .s = s, .n = n};
}

struct ov ov_bytes(const char *s, size_t n) {
    return (struct ov){.kind = CEL_BYTES, .s = s, .n = n};
}

struct ov ov_type(const char *name) {
    return (struct ov){.kind = CEL_TYPE, .s = name, .n = strlen(name)};
}

struct ov ov_items(enum cel_kind kind, const struct ov *items, size_t n) {
    return (struct ov){.kind = kind, .items = items, .n = n};
}

struct ov ov_int_of(__int128 i) {
    return i < INT64_MIN || i > INT64_MAX ? ov_error(CEL_ERR_OVERFLOW) : ov_int((int64_t)i);
}

struct ov ov_uint_of(__int128 i) {
    return i < 0 || i > UINT64_MAX ? ov_error(CEL_ERR_OVERFLOW) : ov_uint((uint64_t)i);
}

/* From 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z. */
struct ov ov_timestamp(__int128 ns) {
    if (ns < (__int128)-62135596800 * SECOND || ns >= (__int128)253402300800 * SECOND)
        return ov_error(CEL_ERR_OVERFLOW);
    return (struct ov){.kind = CEL_TIMESTAMP, .ns = ns};
}

struct ov ov_duration(__int128 ns) {
    if (ns < INT64_MIN || ns > INT64_MAX)
        return ov_error(CEL_ERR_OVERFLOW);
    return (struct ov){.kind = CEL_DURATION, .ns = ns};
}

struct ov *ov_array(struct oracle *o, size_t n) {
    struct ov *items = toc_arena_array(o->arena, n + 1, sizeof(*items));

    if (!items)
        abort();
    return items;
}

char *ov_text(struct oracle *o, size_t n) {
    char *text = toc_arena_alloc(o->arena, n + 1);

    if (!text)
        abort();
    return text;
}

struct ov ov_optional(struct oracle *o, const struct ov *value) {
    struct ov *copy = ov_array(o, 1);

    if (value)
        *copy = *value;
    return ov_items(CEL_OPTIONAL, copy, value ? 1 : 0);
}

bool ov_is(const struct ov *value, const char *text) {
    return value->n == strlen(text) && !memcmp(value->s, text, value->n);
}

bool ov_is_number(const struct ov *value) {
    return value->kind == CEL_INT || value->kind == CEL_UINT || value->kind == CEL_DOUBLE;
}

const char *ov_type_name(const struct ov *value) {
    switch (value->kind) {
    case CEL_NULL: return "null_type";
    case CEL_BOOL: return "bool";
    case CEL_INT: return "int";
    case CEL_UINT: return "uint";
    case CEL_DOUBLE: return "double";
    case CEL_STRING: return "string";
    case CEL_BYTES: return "bytes";
    case CEL_LIST: return "list";
    case CEL_MAP: return "map";
    case CEL_TIMESTAMP: return "google.protobuf.Timestamp";
    case CEL_DURATION: return "google.protobuf.Duration";
    case CEL_TYPE: return "type";
    case CEL_OBJECT: return value->object->name;
    case CEL_OPTIONAL: return "optional_type";
    case CEL_IP: return "net.IP";
    case CEL_CIDR: return "net.CIDR";
    default: abort();
    }
}

static struct ov times_from(const struct cel_value *value) {
    return (struct ov){.kind = (enum cel_kind)value->kind,
                       .ns = (__int128)value->i * SECOND + (int32_t)value->n};
}

struct ov ov_from(struct oracle *o, const struct cel_value *value) {
    struct ov *items;

    switch (value->kind) {
    case CEL_NULL: return (struct ov){.kind = CEL_NULL};
    case CEL_BOOL: return ov_bool(value->b);
    case CEL_INT: return ov_int(value->i);
    case CEL_UINT: return ov_uint(value->u);
    case CEL_DOUBLE: return ov_double(value->d);
    case CEL_STRING: return ov_string(value->s, value->n);
    case CEL_BYTES: return ov_bytes(value->s, value->n);
    case CEL_TIMESTAMP:
    case CEL_DURATION: return times_from(value);
    case CEL_LIST:
        items = ov_array(o, value->list->n);
        for (size_t i = 0; i < value->list->n; i++)
            items[i] = ov_from(o, &value->list->items[i]);
        return ov_items(CEL_LIST, items, value->list->n);
    case CEL_OBJECT:
        return (struct ov){
            .kind = CEL_OBJECT, .object = value->object, .data = value->data, .base = value->base};
    default: abort();
    }
}

/* ---- Against the other side ---- */

static bool same_list(const struct ov *a, const struct cel_value *b, struct toc_arena *arena) {
    if (a->n != cel_list_size(b))
        return false;
    for (size_t i = 0; i < a->n; i++) {
        struct cel_value item = cel_list_at(b, i, arena);

        if (!ov_same(&a->items[i], &item, arena))
            return false;
    }
    return true;
}

static bool same_map(const struct ov *a, const struct cel_map *b, struct toc_arena *arena) {
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!ov_same(&a->items[2 * i], &b->keys[i], arena) ||
            !ov_same(&a->items[2 * i + 1], &b->values[i], arena))
            return false;
    return true;
}

static bool same_type(const struct ov *a, const struct cel_value *b) {
    struct toc_buf buf = {0};
    bool same;

    cel_value_text(b, &buf);
    same = buf.n == a->n && !memcmp(buf.p, a->s, a->n);
    toc_buf_free(&buf);
    return same;
}

bool ov_same(const struct ov *a, const struct cel_value *b, struct toc_arena *arena) {
    if (a->kind != (enum cel_kind)b->kind)
        return false;
    switch (a->kind) {
    case CEL_ERROR: return a->error == (enum cel_error)b->error;
    case CEL_BOOL: return a->b == b->b;
    case CEL_INT: return a->i == b->i;
    case CEL_UINT: return a->u == b->u;
    case CEL_DOUBLE:
        return isnan(a->d) ? isnan(b->d) : a->d == b->d && signbit(a->d) == signbit(b->d);
    case CEL_STRING:
    case CEL_BYTES: return a->n == b->n && (!a->n || !memcmp(a->s, b->s, a->n));
    case CEL_LIST: return same_list(a, b, arena);
    case CEL_MAP: return same_map(a, b->map, arena);
    case CEL_TIMESTAMP:
    case CEL_DURATION: return a->ns == times_from(b).ns;
    case CEL_TYPE: return same_type(a, b);
    case CEL_OBJECT: return a->object == b->object && a->data == b->data;
    case CEL_CIDR:
        if (a->i != b->n)
            return false;
        // fall through
    case CEL_IP: return a->n == (b->ip->version == 4 ? 4 : 16) && !memcmp(a->s, b->ip->bytes, a->n);
    case CEL_OPTIONAL:
        return !a->n ? !b->optional : b->optional && ov_same(&a->items[0], b->optional, arena);
    default: return true;
    }
}
