// SPDX-License-Identifier: Apache-2.0
// == != < <= > >= and in, over values of any kind.
#include "cel/code.h"
#include "cel/compare.h"

struct comparison {
    struct cel_code code;
    cel_code_ptr a, b;
    bool negate, or_equal, swapped;
};

static bool operands(const struct comparison *op, struct cel_frame *frame, struct cel_value *a,
                     struct cel_value *b, struct cel_value *ret) {
    cel_exec(op->a, frame, a);
    if (a->kind == CEL_ERROR) {
        *ret = *a;
        return false;
    }
    cel_exec(op->b, frame, b);
    if (b->kind == CEL_ERROR) {
        *ret = *b;
        return false;
    }
    return true;
}

static void run_equal(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct comparison *op = (const struct comparison *)code;
    struct cel_value a, b;

    if (operands(op, frame, &a, &b, ret))
        cel_set_bool(ret, cel_equal(&a, &b) != op->negate);
}

static void run_less(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct comparison *op = (const struct comparison *)code;
    struct cel_value a, b;
    int order;

    if (!operands(op, frame, &a, &b, ret))
        return;
    // Most are numbers.
    if (a.kind == CEL_INT && b.kind == CEL_INT) {
        cel_set_bool(ret, (op->swapped ? b.i < a.i : a.i < b.i) || (op->or_equal && a.i == b.i));
        return;
    }
    order = op->swapped ? cel_compare(&b, &a) : cel_compare(&a, &b);
    if (order == CEL_NO_ORDER)
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "values of these types have no order");
    else
        cel_set_bool(ret, order == -1 || (op->or_equal && order == 0));
}

static void run_in(const struct cel_code *code, struct cel_frame *frame, struct cel_value *ret) {
    const struct comparison *op = (const struct comparison *)code;
    struct cel_value value, container;
    bool found = false;

    if (!operands(op, frame, &value, &container, ret))
        return;
    if (container.kind == CEL_LIST) {
        size_t n = cel_list_size(&container);

        for (size_t i = 0; i < n && !found; i++) {
            struct cel_value item = cel_list_at(&container, i, frame->scratch);

            found = cel_equal(&value, &item);
        }
    } else if (container.kind == CEL_MAP) {
        found = cel_map_find(container.map, &value);
    } else {
        cel_set_error(ret, CEL_ERR_NO_OVERLOAD, "`in` takes a list or a map");
        return;
    }
    cel_set_bool(ret, found);
}

static struct comparison *comparison(struct cel_unit *unit, cel_code_ptr a, cel_code_ptr b,
                                     void (*run)(const struct cel_code *, struct cel_frame *,
                                                 struct cel_value *)) {
    struct comparison *op = CEL_CLOSURE(unit, comparison, run);

    if (op) {
        op->a = a;
        op->b = b;
    }
    return op;
}

cel_code_ptr cel_op_equal(struct cel_unit *unit, cel_code_ptr a, cel_code_ptr b, bool negate) {
    struct comparison *op = comparison(unit, a, b, run_equal);

    if (op)
        op->negate = negate;
    return (cel_code_ptr)op;
}

cel_code_ptr cel_op_less(struct cel_unit *unit, cel_code_ptr a, cel_code_ptr b, bool or_equal,
                         bool swapped) {
    struct comparison *op = comparison(unit, a, b, run_less);

    if (op) {
        op->or_equal = or_equal;
        op->swapped = swapped;
    }
    return (cel_code_ptr)op;
}

bool cel_op_var_range(cel_code_ptr code, size_t index, int64_t *ret_low, int64_t *ret_high) {
    const struct comparison *op = (const struct comparison *)code;
    bool is_less = code->run == run_less, is_equal = code->run == run_equal, is_first;
    const struct cel_value *number;

    if (!(is_less || is_equal) || op->negate)
        return false;
    is_first = cel_op_is_var(op->a, index);
    number = cel_op_const_value(is_first ? op->b : op->a);
    if (!(is_first || cel_op_is_var(op->b, index)) || !number || number->kind != CEL_INT)
        return false;
    *ret_low = is_equal ? number->i : INT64_MIN;
    *ret_high = is_equal ? number->i : INT64_MAX;
    // Nothing is below the least number, nor above the greatest: the condition will say so.
    if (is_less && is_first != op->swapped)
        return !__builtin_sub_overflow(number->i, !op->or_equal, ret_high);
    return is_equal || !__builtin_add_overflow(number->i, !op->or_equal, ret_low);
}

cel_code_ptr cel_op_in(struct cel_unit *unit, cel_code_ptr value, cel_code_ptr container) {
    return (cel_code_ptr)comparison(unit, value, container, run_in);
}
