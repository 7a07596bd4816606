// SPDX-License-Identifier: Apache-2.0
// Macros: one expression over each element of a list or map, without copying records.
#include "cel/op_loop.h"

#include "cel/text.h"

bool cel_loop_range(const struct loop *op, struct cel_frame *frame, struct cel_value *range,
                    size_t *ret_n, struct cel_value *ret) {
    cel_exec(op->loop.range, frame, range);
    if (range->kind == CEL_LIST) {
        *ret_n = cel_list_size(range);
        return true;
    }
    if (range->kind == CEL_MAP) {
        *ret_n = range->map->n;
        return true;
    }
    if (range->kind == CEL_ERROR)
        *ret = *range;
    else
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "a macro goes over a list or a map");
    return false;
}

/* A condition that must be a bool: false when it is none, with the error in ret. */
static bool condition(cel_code_ptr code, struct cel_frame *frame, struct cel_value *ret) {
    cel_exec(code, frame, ret);
    if (ret->kind == CEL_BOOL)
        return true;
    if (ret->kind != CEL_ERROR)
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "the condition of a macro is a bool");
    return false;
}

static void run_exists_one(const struct cel_code *code, struct cel_frame *frame,
                           struct cel_value *ret) {
    const struct loop *op = (const struct loop *)code;
    struct cel_value range;
    size_t n, found = 0;

    if (!cel_loop_range(op, frame, &range, &n, ret) || !cel_burn(frame, n, ret))
        return;
    for (size_t i = 0; i < n; i++) {
        bind_step(op, frame, &range, i);
        if (!condition(op->loop.first, frame, ret))
            return;
        found += ret->b;
    }
    cel_set_bool(ret, found == 1);
}

/* Whether step i passes the filter: 1, 0, or -1 with an error in ret. */
static int passes(const struct loop *op, struct cel_frame *frame, const struct cel_value *range,
                  size_t i, struct cel_value *ret) {
    bind_step(op, frame, range, i);
    if (!op->loop.first)
        return 1;
    return condition(op->loop.first, frame, ret) ? ret->b : -1;
}

static void run_list(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct loop *op = (const struct loop *)code;
    struct cel_value range, *items;
    size_t n, kept = 0;

    if (!cel_loop_range(op, frame, &range, &n, ret) || !cel_burn(frame, n, ret))
        return;
    items = toc_arena_array(frame->scratch, n, sizeof(*items));
    for (size_t i = 0; items && i < n; i++) {
        int pass = passes(op, frame, &range, i, ret);

        if (pass < 0)
            return;
        if (!pass)
            continue;
        if (op->loop.second)
            cel_exec(op->loop.second, frame, &items[kept]);
        else
            items[kept] = frame->slots[op->loop.slot];
        if (items[kept].kind == CEL_ERROR) {
            *ret = items[kept];
            return;
        }
        kept++;
    }
    *ret = cel_items(items, kept, frame->scratch);
}

static bool add_entries(struct cel_map *map, const struct cel_value *entries,
                        struct cel_value *ret) {
    if (entries->kind != CEL_MAP || entries->map->n != 1) {
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "transformMapEntry makes maps of one entry");
        return false;
    }
    return cel_map_add(map, &entries->map->keys[0], &entries->map->values[0], ret);
}

static bool map_step(const struct loop *op, struct cel_frame *frame, const struct cel_value *range,
                     size_t i, struct cel_map *map, struct cel_value *ret) {
    int pass = passes(op, frame, range, i, ret);
    struct cel_value value, key;

    if (pass <= 0)
        return !pass;
    key = frame->slots[op->loop.slot];
    cel_exec(op->loop.second, frame, &value);
    if (value.kind == CEL_ERROR) {
        *ret = value;
        return false;
    }
    if (op->loop.macro == CEL_MACRO_ENTRY)
        return add_entries(map, &value, ret);
    return cel_map_add(map, &key, &value, ret);
}

static void run_map(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct loop *op = (const struct loop *)code;
    struct cel_value range;
    struct cel_map *map;
    size_t n;

    // Every new key is compared with those before it.
    if (!cel_loop_range(op, frame, &range, &n, ret) ||
        !cel_burn(frame, n + (uint64_t)n * n / 2, ret))
        return;
    map = cel_map_new(frame->scratch, n);
    if (!map) {
        cel_set_error(ret, CEL_ERR_RESOURCE, "out of scratch memory");
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (!map_step(op, frame, &range, i, map, ret))
            return;
    *ret = (struct cel_value){.kind = CEL_MAP, .map = map};
}

/* An error bound to a name surfaces where the name is used. */
static void run_bind(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct loop *op = (const struct loop *)code;
    struct cel_value value;

    cel_exec(op->loop.range, frame, &value);
    frame->slots[op->loop.slot] = value;
    cel_exec(op->loop.first, frame, ret);
}

static void run_opt(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct loop *op = (const struct loop *)code;
    struct cel_value value;

    cel_exec(op->loop.range, frame, ret);
    if (ret->kind == CEL_ERROR || (ret->kind == CEL_OPTIONAL && !ret->optional))
        return;
    if (ret->kind != CEL_OPTIONAL) {
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "optMap takes an optional");
        return;
    }
    frame->slots[op->loop.slot] = *ret->optional;
    cel_exec(op->loop.first, frame, &value);
    if (value.kind == CEL_ERROR || op->loop.macro == CEL_MACRO_OPT_FLAT)
        *ret = value;
    else
        *ret = cel_optional_of(&value, frame->scratch);
}

cel_code_ptr cel_op_loop(struct cel_unit *unit, const struct cel_loop *loop) {
    static void (*const runs[])(const struct cel_code *, struct cel_frame *, struct cel_value *) = {
        [CEL_MACRO_ALL] = cel_run_all,
        [CEL_MACRO_EXISTS] = cel_run_exists,
        [CEL_MACRO_EXISTS_ONE] = run_exists_one,
        [CEL_MACRO_LIST] = run_list,
        [CEL_MACRO_MAP] = run_map,
        [CEL_MACRO_ENTRY] = run_map,
        [CEL_MACRO_BIND] = run_bind,
        [CEL_MACRO_OPT_MAP] = run_opt,
        [CEL_MACRO_OPT_FLAT] = run_opt,
    };
    struct loop *op = CEL_CLOSURE(unit, loop, runs[loop->macro]);

    if (!op)
        return NULL;
    op->loop = *loop;
    op->tests = !loop->two && loop->first && loop->first->mask &&
                cel_op_path(loop->first)->from == CEL_FROM_SLOT &&
                cel_op_path(loop->first)->slot == loop->slot;
    return &op->code;
}
