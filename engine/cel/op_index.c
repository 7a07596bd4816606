// SPDX-License-Identifier: Apache-2.0
// container[index] and container.name where the type is known only at run time.
#include "base/text.h"
#include "cel/code.h"
#include "cel/compare.h"
#include "cel/text.h"

struct index {
    struct cel_code code;
    cel_code_ptr container, index;
    struct cel_value name;
    bool optional, test;
};

/* The position that a number names: any kind of number that is whole. */
static bool position(const struct cel_value *index, size_t n, size_t *ret) {
    if (index->kind == CEL_INT && index->i >= 0)
        *ret = (size_t)index->i;
    else if (index->kind == CEL_UINT)
        *ret = index->u;
    else if (index->kind == CEL_DOUBLE && index->d >= 0 && index->d < (double)n &&
             index->d == (double)(size_t)index->d)
        *ret = (size_t)index->d;
    else
        return false;
    return *ret < n;
}

static struct cel_value list_item(const struct cel_value *list, const struct cel_value *index,
                                  struct toc_arena *scratch) {
    size_t at;

    if (index->kind != CEL_INT && index->kind != CEL_UINT && index->kind != CEL_DOUBLE)
        return cel_fail(CEL_ERR_NO_OVERLOAD, "a list's index is a number");
    if (!position(index, cel_list_size(list), &at))
        return cel_fail(CEL_ERR_INDEX, "the index is not in the list");
    return cel_list_at(list, at, scratch);
}

static struct cel_value map_value(const struct cel_value *map, const struct cel_value *key) {
    const struct cel_value *found = cel_map_find(map->map, key);

    return found ? *found : cel_fail(CEL_ERR_NO_SUCH_KEY, "the map has no such key");
}

static struct cel_value object_field(const struct cel_value *object, const struct cel_value *name,
                                     struct toc_arena *scratch) {
    uint16_t variant = toc_object_variant(object->object, object->data);
    const struct toc_field *field = NULL;

    if (name->kind == CEL_STRING && variant < 64)
        field = toc_object_field(object->object, name->s, name->n, UINT64_C(1) << variant);
    if (!field)
        return cel_fail(CEL_ERR_NO_SUCH_FIELD, "the object has no such field");
    return cel_field_value(field, object->data, object->object, object->base, scratch);
}

static struct cel_value element(const struct cel_value *container, const struct cel_value *index,
                                bool is_index, struct toc_arena *scratch) {
    switch (container->kind) {
    case CEL_LIST:
        if (is_index)
            return list_item(container, index, scratch);
        break;
    case CEL_MAP: return map_value(container, index);
    case CEL_OBJECT:
        if (!is_index)
            return object_field(container, index, scratch);
        break;
    default: break;
    }
    return cel_fail(CEL_ERR_NO_OVERLOAD, "this value has no elements or fields");
}

static bool is_missing(const struct cel_value *value) {
    return value->kind == CEL_ERROR &&
           (value->error == CEL_ERR_NO_SUCH_KEY || value->error == CEL_ERR_INDEX ||
            value->error == CEL_ERR_NO_SUCH_FIELD || value->error == CEL_ERR_UNOBSERVED);
}

struct cel_value cel_optional_of(const struct cel_value *value, struct toc_arena *scratch) {
    struct cel_value *copy = toc_arena_alloc(scratch, sizeof(*copy));

    if (!copy)
        return cel_fail(CEL_ERR_RESOURCE, "out of scratch memory");
    *copy = *value;
    return (struct cel_value){.kind = CEL_OPTIONAL, .optional = copy};
}

/* A step through an optional gives an optional: of the element when both are there. */
static void optional_element(const struct index *op, const struct cel_value *container,
                             const struct cel_value *index, struct cel_frame *frame,
                             struct cel_value *ret) {
    const struct cel_value *inner = container;
    struct cel_value value;

    *ret = (struct cel_value){.kind = CEL_OPTIONAL};
    if (container->kind == CEL_OPTIONAL && !(inner = container->optional))
        return;
    value = element(inner, index, op->index, frame->scratch);
    if (value.kind == CEL_ERROR && !is_missing(&value))
        *ret = value;
    else if (value.kind != CEL_ERROR)
        *ret = cel_optional_of(&value, frame->scratch);
}

static void run_test(const struct cel_value *container, const struct cel_value *name,
                     struct cel_frame *frame, struct cel_value *ret) {
    struct cel_value inner = *container, value;

    if (container->kind == CEL_OPTIONAL) {
        if (!container->optional) {
            cel_set_bool(ret, false);
            return;
        }
        inner = *container->optional;
    }
    value = element(&inner, name, false, frame->scratch);
    if (value.kind == CEL_ERROR && !is_missing(&value))
        *ret = value;
    else
        cel_set_bool(ret, value.kind != CEL_ERROR);
}

static void run_index(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct index *op = (const struct index *)code;
    struct cel_value container, index = op->name;

    cel_exec(op->container, frame, &container);
    if (container.kind == CEL_ERROR) {
        *ret = container;
        // What was not observed has no fields: has() of them is false, a.?b is none.
        if (op->test && cel_is_absent(&container))
            cel_set_bool(ret, false);
        else if (container.error == CEL_ERR_UNOBSERVED && op->optional)
            *ret = (struct cel_value){.kind = CEL_OPTIONAL};
        return;
    }
    if (op->index)
        cel_exec(op->index, frame, &index);
    if (index.kind == CEL_ERROR)
        *ret = index;
    else if (op->test)
        run_test(&container, &index, frame, ret);
    else if (op->optional || container.kind == CEL_OPTIONAL)
        optional_element(op, &container, &index, frame, ret);
    else
        *ret = element(&container, &index, op->index, frame->scratch);
}

cel_code_ptr cel_op_index(struct cel_unit *unit, cel_code_ptr container, cel_code_ptr index,
                          bool optional) {
    struct index *op = CEL_CLOSURE(unit, index, run_index);

    if (!op)
        return NULL;
    op->container = container;
    op->index = index;
    op->optional = optional;
    return &op->code;
}

cel_code_ptr cel_op_select(struct cel_unit *unit, cel_code_ptr container, const char *name,
                           size_t name_n, bool optional, bool test) {
    struct index *op = CEL_CLOSURE(unit, index, run_index);
    char *copy = cel_keep(unit, name_n + 1);

    if (!op || !copy)
        return NULL;
    memcpy(copy, name, name_n);
    op->container = container;
    op->name = cel_string(copy, name_n);
    op->optional = optional;
    op->test = test;
    return &op->code;
}
