// SPDX-License-Identifier: Apache-2.0
// Constants and variables.
#include "cel/code.h"

struct constant {
    struct cel_code code;
    struct cel_value value;
};

struct variable {
    struct cel_code code;
    size_t index;
};

static void run_const(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    (void)frame;
    *ret = ((const struct constant *)code)->value;
}

static void run_var(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    *ret = frame->activation->vars[((const struct variable *)code)->index];
}

static void run_local(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    *ret = frame->slots[((const struct variable *)code)->index];
}

cel_code_ptr cel_op_const(struct cel_unit *unit, const struct cel_value *value) {
    struct constant *op = CEL_CLOSURE(unit, constant, run_const);

    if (op)
        op->value = *value;
    return op ? &op->code : NULL;
}

const struct cel_value *cel_op_const_value(cel_code_ptr code) {
    return code->run == run_const ? &((const struct constant *)code)->value : NULL;
}

static cel_code_ptr variable(struct cel_unit *unit, size_t index, bool local) {
    struct variable *op = CEL_CLOSURE(unit, variable, local ? run_local : run_var);

    if (op)
        op->index = index;
    return op ? &op->code : NULL;
}

cel_code_ptr cel_op_var(struct cel_unit *unit, size_t index) {
    return variable(unit, index, false);
}

cel_code_ptr cel_op_local(struct cel_unit *unit, size_t slot) {
    return variable(unit, slot, true);
}

bool cel_op_is_var(cel_code_ptr code, size_t index) {
    return code->run == run_var && ((const struct variable *)code)->index == index;
}
