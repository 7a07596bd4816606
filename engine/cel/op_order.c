// SPDX-License-Identifier: Apache-2.0
// Two fields of one object, or below it, held against each other.
#include "cel/path.h"
#include "cel/test.h"

struct order_op {
    struct cel_code code;
    struct cel_path a, b;
    uint8_t order; /* enum cel_order */
    bool is_signed;
};

CEL_INLINE bool holds(const struct order_op *op, const struct cel_place *a,
                      const struct cel_place *b) {
    uint64_t flip = op->is_signed ? UINT64_C(1) << 63 : 0;
    uint64_t x = cel_load_bits(a->step->bits, cel_place_bytes(a)) ^ flip;
    uint64_t y = cel_load_bits(b->step->bits, cel_place_bytes(b)) ^ flip;

    switch ((enum cel_order)op->order) {
    case CEL_ORDER_EQUAL: return x == y;
    case CEL_ORDER_NOT_EQUAL: return x != y;
    case CEL_ORDER_LESS: return x < y;
    case CEL_ORDER_LESS_EQUAL: return x <= y;
    case CEL_ORDER_GREATER: return x > y;
    case CEL_ORDER_GREATER_EQUAL: break;
    }
    return x >= y;
}

static void run_order(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct order_op *op = (const struct order_op *)code;
    struct cel_place a, b;

    if (cel_follow(&op->a, frame, &a, ret) && cel_follow(&op->b, frame, &b, ret))
        cel_set_bool(ret, holds(op, &a, &b));
}

static void mask_order(const struct cel_code *code, const struct cel_span *span,
                       struct cel_masks *ret) {
    const struct order_op *op = (const struct order_op *)code;
    const char *data = span->data;

    *ret = (struct cel_masks){0};
    for (uint64_t bit = 1, i = 0; i < span->n; i++, bit <<= 1, data += span->size) {
        struct cel_place a = {.object = data, .base = span->base}, b = a;
        enum cel_error why;

        if (cel_find(&op->a, &a, &why) && cel_find(&op->b, &b, &why))
            *(holds(op, &a, &b) ? &ret->yes : &ret->no) |= bit;
        else
            *(why == CEL_ERR_UNOBSERVED ? &ret->unobserved : &ret->no_field) |= bit;
    }
}

static void test_order(const struct cel_code *code, struct cel_test *ret) {
    const struct order_op *op = (const struct order_op *)code;

    *ret = (struct cel_test){
        .kind = CEL_TEST_ORDER, .path = &op->a, .second = &op->b, .low = op->order};
}

cel_code_ptr cel_op_order(struct cel_unit *unit, const struct cel_path *a, const struct cel_path *b,
                          enum cel_order order) {
    struct order_op *op = CEL_CLOSURE(unit, order_op, run_order);

    if (!op)
        return NULL;
    op->code.mask = mask_order;
    op->code.test = test_order;
    op->a = *a;
    op->b = *b;
    op->order = (uint8_t)order;
    op->is_signed = a->steps[a->n - 1].field->kind == TOC_KIND_INT;
    return &op->code;
}
