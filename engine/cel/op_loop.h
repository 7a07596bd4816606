// SPDX-License-Identifier: Apache-2.0
// What the macros' operators share.
#pragma once

#include "cel/ast.h"
#include "cel/path.h"

struct loop {
    struct cel_code code;
    struct cel_loop loop;
    bool tests; /* the condition is one test of a field of the element */
};

/* The list or map that a macro goes over, and how many steps that takes; false, with an error in
 * ret, when it is neither. */
bool cel_loop_range(const struct loop *op, struct cel_frame *frame, struct cel_value *range,
                    size_t *ret_n, struct cel_value *ret);

static inline struct cel_value element(const struct cel_value *range, size_t i) {
    if (range->kind == CEL_LIST && range->form == CEL_FORM_RECORD)
        return (struct cel_value){.kind = CEL_OBJECT,
                                  .object = range->object,
                                  .base = range->base,
                                  .data = (const char *)range->data + i * range->object->size};
    return range->kind == CEL_LIST ? cel_list_at(range, i, NULL) : range->map->keys[i];
}

/* Sets the loop's variables for step i. */
static inline void bind_step(const struct loop *op, struct cel_frame *frame,
                             const struct cel_value *range, size_t i) {
    struct cel_value *slot = &frame->slots[op->loop.slot];

    slot[0] = element(range, i);
    if (!op->loop.two)
        return;
    slot[1] = range->kind == CEL_LIST ? slot[0] : range->map->values[i];
    if (range->kind == CEL_LIST)
        slot[0] = cel_int((int64_t)i);
}

/* op_quantifier.c */
void cel_run_all(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret);
void cel_run_exists(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret);
