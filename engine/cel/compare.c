// SPDX-License-Identifier: Apache-2.0
// Order and equality of values, across the kinds of numbers.
#include "cel/compare.h"

#include <math.h>
#include <string.h>

#include "cel/field.h"

static int sign(bool less, bool greater) {
    return less ? -1 : greater;
}

static int compare_doubles(double a, double b) {
    return isnan(a) || isnan(b) ? CEL_UNORDERED : sign(a<b, a> b);
}

// Beyond the integers' range a double decides alone; inside it the integer is taken as a double, as
// the other implementations of the language do.
static int compare_double_int(double d, int64_t i) {
    return compare_doubles(d, (double)i);
}

static int compare_double_uint(double d, uint64_t u) {
    return compare_doubles(d, (double)u);
}

static int compare_int_uint(int64_t i, uint64_t u) {
    if (i < 0)
        return -1;
    return sign((uint64_t)i<u, (uint64_t)i> u);
}

static int flip(int order) {
    return order == 1 || order == -1 ? -order : order;
}

static int compare_numbers(const struct cel_value *a, const struct cel_value *b) {
    if (a->kind == CEL_DOUBLE)
        return b->kind == CEL_INT ? compare_double_int(a->d, b->i)
                                  : compare_double_uint(a->d, b->u);
    if (b->kind == CEL_DOUBLE)
        return flip(compare_numbers(b, a));
    return a->kind == CEL_INT ? compare_int_uint(a->i, b->u) : -compare_int_uint(b->i, a->u);
}

static int compare_bytes(const struct cel_value *a, const struct cel_value *b) {
    size_t n = a->n < b->n ? a->n : b->n;
    int order = n ? memcmp(a->s, b->s, n) : 0;

    return order ? sign(order<0, order> 0) : sign(a->n<b->n, a->n> b->n);
}

static bool is_number(const struct cel_value *value) {
    return value->kind == CEL_INT || value->kind == CEL_UINT || value->kind == CEL_DOUBLE;
}

int cel_compare(const struct cel_value *a, const struct cel_value *b) {
    if (a->kind != b->kind)
        return is_number(a) && is_number(b) ? compare_numbers(a, b) : CEL_NO_ORDER;
    switch (a->kind) {
    case CEL_BOOL: return a->b - b->b;
    case CEL_INT: return sign(a->i<b->i, a->i> b->i);
    case CEL_UINT: return sign(a->u<b->u, a->u> b->u);
    case CEL_DOUBLE: return compare_doubles(a->d, b->d);
    case CEL_STRING:
    case CEL_BYTES: return compare_bytes(a, b);
    case CEL_TIMESTAMP:
    case CEL_DURATION:
        if (a->i != b->i)
            return sign(a->i < b->i, true);
        return sign((int32_t)a->n<(int32_t)b->n, (int32_t)a->n>(int32_t) b->n);
    default: return CEL_NO_ORDER;
    }
}

static bool equal_lists(const struct cel_value *a, const struct cel_value *b) {
    size_t n = cel_list_size(a);

    if (n != cel_list_size(b))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct cel_value x = cel_list_at(a, i, NULL), y = cel_list_at(b, i, NULL);

        if (!cel_equal(&x, &y))
            return false;
    }
    return true;
}

const struct cel_value *cel_map_find(const struct cel_map *map, const struct cel_value *key) {
    for (size_t i = 0; i < map->n; i++)
        if (cel_equal(&map->keys[i], key))
            return &map->values[i];
    return NULL;
}

static bool equal_maps(const struct cel_map *a, const struct cel_map *b) {
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct cel_value *other = cel_map_find(b, &a->keys[i]);

        if (!other || !cel_equal(&a->values[i], other))
            return false;
    }
    return true;
}

static bool equal_ips(const struct cel_value *a, const struct cel_value *b) {
    size_t n = a->ip->version == 4 ? 4 : 16;

    return a->ip->version == b->ip->version && !memcmp(a->ip->bytes, b->ip->bytes, n);
}

static bool equal_types(const struct cel_type *a, const struct cel_type *b) {
    return a->kind == b->kind && a->object == b->object;
}

bool cel_equal(const struct cel_value *a, const struct cel_value *b) {
    if (a->kind != b->kind)
        return is_number(a) && is_number(b) && compare_numbers(a, b) == 0;
    switch (a->kind) {
    case CEL_NULL: return true;
    case CEL_LIST: return equal_lists(a, b);
    case CEL_MAP: return equal_maps(a->map, b->map);
    case CEL_TYPE: return equal_types(a->type, b->type);
    case CEL_OBJECT: return cel_object_equal(a, b);
    case CEL_OPTIONAL:
        if (!a->optional || !b->optional)
            return a->optional == b->optional;
        return cel_equal(a->optional, b->optional);
    case CEL_IP: return equal_ips(a, b);
    case CEL_CIDR: return a->n == b->n && equal_ips(a, b);
    default: return cel_compare(a, b) == 0;
    }
}
