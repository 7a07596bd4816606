// SPDX-License-Identifier: Apache-2.0
// Calls of functions: arguments first, then the one overload, or the first that fits the values.
#include "cel/code.h"

struct call {
    struct cel_code code;
    const struct cel_function *const *overloads;
    size_t n_overloads;
    size_t n;
    cel_code_ptr args[CEL_MAX_ARGS];
};

static inline bool evaluate(const struct call *op, struct cel_frame *frame, struct cel_value *args,
                            struct cel_value *ret) {
    for (size_t i = 0; i < op->n; i++) {
        cel_exec(op->args[i], frame, &args[i]);
        if (args[i].kind == CEL_ERROR) {
            *ret = args[i];
            return false;
        }
    }
    return true;
}

static void run_exact(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct call *op = (const struct call *)code;
    struct cel_call call = {.scratch = frame->scratch, .activation = frame->activation};
    struct cel_value args[CEL_MAX_ARGS];

    if (evaluate(op, frame, args, ret))
        *ret = op->overloads[0]->call(&call, args);
}

static bool fits(const struct cel_function *function, const struct cel_value *args) {
    for (size_t i = 0; i < function->n_args; i++) {
        const struct cel_type *want = function->args[i];

        if (want->kind != CEL_DYN && want->kind != CEL_PARAM && want->kind != args[i].kind)
            return false;
        if (want->kind == CEL_OBJECT && want->object && want->object != args[i].object)
            return false;
    }
    return true;
}

static void run_dispatch(const struct cel_code *code, struct cel_frame *frame,
                         struct cel_value *ret) {
    const struct call *op = (const struct call *)code;
    struct cel_call call = {.scratch = frame->scratch, .activation = frame->activation};
    struct cel_value args[CEL_MAX_ARGS];

    if (!evaluate(op, frame, args, ret))
        return;
    for (size_t i = 0; i < op->n_overloads; i++) {
        if (fits(op->overloads[i], args)) {
            *ret = op->overloads[i]->call(&call, args);
            return;
        }
    }
    cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "no such overload");
}

cel_code_ptr cel_op_call(struct cel_unit *unit, const struct cel_function *const *overloads,
                         size_t n_overloads, bool exact, const cel_code_ptr *args, size_t n) {
    struct call *op = CEL_CLOSURE(unit, call, exact ? run_exact : run_dispatch);
    const struct cel_function **copy = cel_keep(unit, n_overloads * sizeof(struct cel_function *));

    if (!op || !copy)
        return NULL;
    if (n_overloads)
        memcpy(copy, overloads, n_overloads * sizeof(struct cel_function *));
    op->overloads = copy;
    op->n_overloads = n_overloads;
    // A call with more arguments than any function takes has no overload: what it evaluates to is
    // an error whatever they are.
    op->n = n <= CEL_MAX_ARGS ? n : CEL_MAX_ARGS;
    memcpy(op->args, args, op->n * sizeof(op->args[0]));
    return &op->code;
}
