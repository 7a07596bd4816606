// SPDX-License-Identifier: Apache-2.0
// Equality of anything with anything, and the order of what has one.
#include <math.h>
#include <string.h>

#include "oracle.h"

static double as_double(const struct ov *value) {
    return value->kind == CEL_INT    ? (double)value->i
           : value->kind == CEL_UINT ? (double)value->u
                                     : value->d;
}

static __int128 as_integer(const struct ov *value) {
    return value->kind == CEL_INT ? (__int128)value->i : (__int128)value->u;
}

static enum oorder order(bool less, bool greater) {
    return less ? O_LESS : greater ? O_GREATER : O_EQUAL;
}

/* Integers exactly; as soon as one is a double, as doubles. */
static enum oorder compare_numbers(const struct ov *a, const struct ov *b) {
    if (a->kind != CEL_DOUBLE && b->kind != CEL_DOUBLE)
        return order(as_integer(a) < as_integer(b), as_integer(a) > as_integer(b));
    if (isnan(as_double(a)) || isnan(as_double(b)))
        return O_UNORDERED;
    return order(as_double(a) < as_double(b), as_double(a) > as_double(b));
}

/* Code points in UTF-8 have the order of their bytes. */
static enum oorder compare_text(const struct ov *a, const struct ov *b) {
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (a->s[i] != b->s[i])
            return (unsigned char)a->s[i] < (unsigned char)b->s[i] ? O_LESS : O_GREATER;
    return order(a->n<b->n, a->n> b->n);
}

enum oorder ov_compare(const struct ov *a, const struct ov *b) {
    if (ov_is_number(a) && ov_is_number(b))
        return compare_numbers(a, b);
    if (a->kind != b->kind)
        return O_NO_ORDER;
    switch (a->kind) {
    case CEL_BOOL: return order(!a->b && b->b, a->b && !b->b);
    case CEL_STRING:
    case CEL_BYTES: return compare_text(a, b);
    case CEL_TIMESTAMP:
    case CEL_DURATION: return order(a->ns<b->ns, a->ns> b->ns);
    default: return O_NO_ORDER;
    }
}

const struct ov *ov_find(struct oracle *o, const struct ov *map, const struct ov *key) {
    for (size_t i = 0; i < map->n; i++)
        if (ov_equal(o, &map->items[2 * i], key))
            return &map->items[2 * i + 1];
    return NULL;
}

static bool equal_maps(struct oracle *o, const struct ov *a, const struct ov *b) {
    for (size_t i = 0; i < a->n; i++) {
        const struct ov *other = ov_find(o, b, &a->items[2 * i]);

        if (!other || !ov_equal(o, &a->items[2 * i + 1], other))
            return false;
    }
    return a->n == b->n;
}

static bool equal_items(struct oracle *o, const struct ov *a, const struct ov *b) {
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (!ov_equal(o, &a->items[i], &b->items[i]))
            return false;
    return a->n == b->n;
}

/* Objects are equal when the same fields were observed, with equal values. */
static bool equal_objects(struct oracle *o, const struct ov *a, const struct ov *b) {
    if (a->object != b->object ||
        toc_object_variant(a->object, a->data) != toc_object_variant(b->object, b->data))
        return false;
    for (uint16_t i = 0; i < a->object->n_fields; i++) {
        const char *name = a->object->fields[i].name;
        struct ov x = oracle_field(o, a, name, strlen(name));
        struct ov y = oracle_field(o, b, name, strlen(name));

        if (x.kind == CEL_ERROR && y.kind == CEL_ERROR ? x.error != y.error : !ov_equal(o, &x, &y))
            return false;
    }
    return true;
}

bool ov_equal(struct oracle *o, const struct ov *a, const struct ov *b) {
    if (ov_is_number(a) && ov_is_number(b))
        return compare_numbers(a, b) == O_EQUAL;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case CEL_NULL: return true;
    case CEL_IP:
    case CEL_CIDR: return a->i == b->i && compare_text(a, b) == O_EQUAL;
    case CEL_TYPE: return compare_text(a, b) == O_EQUAL;
    case CEL_LIST:
    case CEL_OPTIONAL: return equal_items(o, a, b);
    case CEL_MAP: return equal_maps(o, a, b);
    case CEL_OBJECT: return equal_objects(o, a, b);
    default: return ov_compare(a, b) == O_EQUAL;
    }
}
