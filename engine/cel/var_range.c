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
