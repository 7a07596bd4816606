// SPDX-License-Identifier: Apache-2.0
// What a condition asks of one variable, whatever the others are: the comparisons with a number
// among the operands of its &&.
#include "cel/compile.h"

static void narrow(cel_code_ptr code, size_t index, int64_t *low, int64_t *high) {
    const cel_code_ptr *operands;
    int64_t least, most;
    size_t n;

    if (cel_op_logic(code, &operands, &n) == CEL_LOGIC_AND) {
        for (size_t i = 0; i < n; i++)
            narrow(operands[i], index, low, high);
    } else if (cel_op_var_range(code, index, &least, &most)) {
        *low = least > *low ? least : *low;
        *high = most < *high ? most : *high;
    }
}

void cel_program_var_range(const struct cel_program *program, size_t index, int64_t *ret_low,
                           int64_t *ret_high) {
    *ret_low = INT64_MIN;
    *ret_high = INT64_MAX;
    narrow(cel_program_code(program), index, ret_low, ret_high);
}

/* Of a comparison that its variable's range says all of: true. */
static bool is_settled(const struct cel_unit *unit, cel_code_ptr code) {
    int64_t low, high;
    size_t i = 0;

    while (i < unit->scope->n_vars && !cel_op_var_range(code, i, &low, &high))
        i++;
    return i < unit->scope->n_vars;
}

cel_code_ptr cel_code_in_range(struct cel_unit *unit, cel_code_ptr code) {
    const struct cel_value yes = cel_bool(true);
    const cel_code_ptr *operands;
    size_t n, left = 0;
    cel_code_ptr *rest;

    if (is_settled(unit, code))
        return cel_op_const(unit, &yes);
    if (!unit->scope->n_vars || cel_op_logic(code, &operands, &n) != CEL_LOGIC_AND)
        return code;
    rest = toc_arena_alloc(unit->work, n * sizeof(*rest));
    for (size_t i = 0; rest && i < n; i++)
        if (!is_settled(unit, operands[i]) &&
            !(rest[left++] = cel_code_in_range(unit, operands[i])))
            return NULL;
    return rest ? cel_op_and(unit, rest, left) : NULL;
}
