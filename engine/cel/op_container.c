// SPDX-License-Identifier: Apache-2.0
// Making lists and maps.
#include "cel/code.h"
#include "cel/compare.h"
#include "cel/text.h"

struct container {
    struct cel_code code;
    size_t n; /* closures: twice the entries of a map */
    const bool *optional;
    cel_code_ptr items[];
};

static bool out_of_memory(struct cel_value *ret) {
    cel_set_error(ret, CEL_ERR_RESOURCE, "out of scratch memory");
    return false;
}

/* ?x in a list or map: an optional's value, or nothing. False: an error is in value. */
static bool take_optional(struct cel_value *value, bool *ret_skip) {
    if (value->kind != CEL_OPTIONAL) {
        if (value->kind != CEL_ERROR)
            cel_set_error(value, CEL_ERR_NO_OVERLOAD, "an entry with ? takes an optional");
        return false;
    }
    *ret_skip = !value->optional;
    if (value->optional)
        *value = *value->optional;
    return true;
}

static void run_list(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct container *op = (const struct container *)code;
    struct cel_value *items = toc_arena_array(frame->scratch, op->n, sizeof(*items));
    size_t n = 0;

    for (size_t i = 0; items && i < op->n; i++) {
        bool skip = false;

        cel_exec(op->items[i], frame, &items[n]);
        if (op->optional && op->optional[i])
            take_optional(&items[n], &skip);
        if (items[n].kind == CEL_ERROR) {
            *ret = items[n];
            return;
        }
        n += !skip;
    }
    *ret = cel_items(items, n, frame->scratch);
}

static bool is_key(const struct cel_value *key) {
    return key->kind == CEL_BOOL || key->kind == CEL_INT || key->kind == CEL_UINT ||
           key->kind == CEL_STRING;
}

bool cel_map_add(struct cel_map *map, const struct cel_value *key, const struct cel_value *value,
                 struct cel_value *error) {
    if (!is_key(key)) {
        cel_set_error(error, CEL_ERR_NO_OVERLOAD, "a map's key is a bool, int, uint or string");
        return false;
    }
    if (cel_map_find(map, key)) {
        cel_set_error(error, CEL_ERR_ARGUMENT, "a map has the same key twice");
        return false;
    }
    ((struct cel_value *)map->keys)[map->n] = *key;
    ((struct cel_value *)map->values)[map->n++] = *value;
    return true;
}

struct cel_map *cel_map_new(struct toc_arena *arena, size_t cap) {
    struct cel_map *map = toc_arena_alloc(arena, sizeof(*map));

    if (!map)
        return NULL;
    map->keys = toc_arena_array(arena, cap, sizeof(struct cel_value));
    map->values = toc_arena_array(arena, cap, sizeof(struct cel_value));
    return map->keys && map->values ? map : NULL;
}

static bool run_entry(const struct container *op, size_t i, struct cel_frame *frame,
                      struct cel_map *map, struct cel_value *ret) {
    struct cel_value key, value;
    bool skip = false;

    cel_exec(op->items[i], frame, &key);
    if (key.kind == CEL_ERROR) {
        *ret = key;
        return false;
    }
    cel_exec(op->items[i + 1], frame, &value);
    if (op->optional && op->optional[i])
        take_optional(&value, &skip);
    if (value.kind == CEL_ERROR) {
        *ret = value;
        return false;
    }
    return skip || cel_map_add(map, &key, &value, ret);
}

static void run_map(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct container *op = (const struct container *)code;
    struct cel_map *map = cel_map_new(frame->scratch, op->n / 2);

    if (!map) {
        out_of_memory(ret);
        return;
    }
    for (size_t i = 0; i < op->n; i += 2)
        if (!run_entry(op, i, frame, map, ret))
            return;
    *ret = (struct cel_value){.kind = CEL_MAP, .map = map};
}

static cel_code_ptr
container(struct cel_unit *unit, const cel_code_ptr *items, const bool *optional, size_t n,
          void (*run)(const struct cel_code *, struct cel_frame *, struct cel_value *)) {
    struct container *op = cel_keep(unit, sizeof(*op) + n * sizeof(op->items[0]));
    bool *flags = NULL;

    if (op && optional && n && (flags = cel_keep(unit, n * sizeof(bool))))
        memcpy(flags, optional, n * sizeof(bool));
    if (!op || (optional && n && !flags))
        return NULL;
    op->code.run = run;
    op->n = n;
    op->optional = flags;
    if (n)
        memcpy(op->items, items, n * sizeof(op->items[0]));
    return &op->code;
}

cel_code_ptr cel_op_list(struct cel_unit *unit, const cel_code_ptr *items, const bool *optional,
                         size_t n) {
    return container(unit, items, optional, n, run_list);
}

cel_code_ptr cel_op_map(struct cel_unit *unit, const cel_code_ptr *entries, const bool *optional,
                        size_t n) {
    return container(unit, entries, optional, n, run_map);
}
