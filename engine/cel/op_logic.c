// SPDX-License-Identifier: Apache-2.0
// && || ! and ?:, which absorb errors where the other side decides, and what stands in for none.
#include "cel/code.h"

struct logic {
    struct cel_code code;
    size_t n;
    cel_code_ptr operands[];
};

/* Errors of operands are kept back until no operand can decide; the rank makes the order of the
 * operands irrelevant. */
static inline void junction(const struct logic *op, struct cel_frame *frame, struct cel_value *ret,
                            bool decisive) {
    struct cel_value kept = {.kind = CEL_BOOL, .b = !decisive}, value;

    for (size_t i = 0; i < op->n; i++) {
        cel_exec(op->operands[i], frame, &value);
        if (value.kind == CEL_BOOL) {
            if (value.b != decisive)
                continue;
            cel_set_bool(ret, decisive);
            return;
        }
        if (value.kind != CEL_ERROR)
            cel_set_error(&value, CEL_ERR_NO_OVERLOAD, "&& and || take bools");
        cel_keep_error(&kept, &value);
    }
    *ret = kept;
}

static void run_and(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    junction((const struct logic *)code, frame, ret, false);
}

static void run_or(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    junction((const struct logic *)code, frame, ret, true);
}

static void run_not(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    cel_exec(((const struct logic *)code)->operands[0], frame, ret);
    if (ret->kind == CEL_BOOL)
        ret->b = !ret->b;
    else if (ret->kind != CEL_ERROR)
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "! takes a bool");
}

static void run_cond(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct logic *op = (const struct logic *)code;

    cel_exec(op->operands[0], frame, ret);
    if (ret->kind == CEL_BOOL)
        cel_exec(op->operands[ret->b ? 1 : 2], frame, ret);
    else if (ret->kind != CEL_ERROR)
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "?: takes a bool");
}

/* a.or(b), a.orValue(b): b is looked at when a is none only. */
static void or_else(const struct logic *op, struct cel_frame *frame, struct cel_value *ret,
                    bool value) {
    cel_exec(op->operands[0], frame, ret);
    if (ret->kind == CEL_ERROR)
        return;
    if (ret->kind != CEL_OPTIONAL) {
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "or() and orValue() are of an optional");
        return;
    }
    if (ret->optional) {
        if (value)
            *ret = *ret->optional;
        return;
    }
    cel_exec(op->operands[1], frame, ret);
    if (!value && ret->kind != CEL_OPTIONAL && ret->kind != CEL_ERROR)
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "or() takes an optional");
}

static void run_or_optional(const struct cel_code *code, struct cel_frame *frame,
                            struct cel_value *ret) {
    or_else((const struct logic *)code, frame, ret, false);
}

static void run_or_value(const struct cel_code *code, struct cel_frame *frame,
                         struct cel_value *ret) {
    or_else((const struct logic *)code, frame, ret, true);
}

static cel_code_ptr logic(struct cel_unit *unit, const cel_code_ptr *operands, size_t n,
                          void (*run)(const struct cel_code *, struct cel_frame *,
                                      struct cel_value *)) {
    struct logic *op = cel_keep(unit, sizeof(*op) + n * sizeof(op->operands[0]));

    if (!op)
        return NULL;
    op->code.run = run;
    op->n = n;
    memcpy(op->operands, operands, n * sizeof(op->operands[0]));
    return &op->code;
}

cel_code_ptr cel_op_and(struct cel_unit *unit, const cel_code_ptr *operands, size_t n) {
    return logic(unit, operands, n, run_and);
}

cel_code_ptr cel_op_or(struct cel_unit *unit, const cel_code_ptr *operands, size_t n) {
    return logic(unit, operands, n, run_or);
}

cel_code_ptr cel_op_not(struct cel_unit *unit, cel_code_ptr operand) {
    return logic(unit, &operand, 1, run_not);
}

cel_code_ptr cel_op_cond(struct cel_unit *unit, cel_code_ptr test, cel_code_ptr yes,
                         cel_code_ptr no) {
    cel_code_ptr operands[] = {test, yes, no};

    return logic(unit, operands, 3, run_cond);
}

cel_code_ptr cel_op_or_else(struct cel_unit *unit, cel_code_ptr optional, cel_code_ptr other,
                            bool value) {
    cel_code_ptr operands[] = {optional, other};

    return logic(unit, operands, 2, value ? run_or_value : run_or_optional);
}

enum cel_logic cel_op_logic(cel_code_ptr code, const cel_code_ptr **ret_operands, size_t *ret_n) {
    const struct logic *op = (const struct logic *)code;
    enum cel_logic kind = code->run == run_and   ? CEL_LOGIC_AND
                          : code->run == run_or  ? CEL_LOGIC_OR
                          : code->run == run_not ? CEL_LOGIC_NOT
                                                 : CEL_LOGIC_NONE;

    if (kind) {
        *ret_operands = op->operands;
        *ret_n = op->n;
    }
    return kind;
}
