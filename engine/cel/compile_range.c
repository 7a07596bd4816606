// SPDX-License-Identifier: Apache-2.0
// m.len >= 8 && m.len <= 16 is one test.
#include "cel/compile.h"
#include "cel/test.h"

/* The range that both are, or NULL. */
static cel_code_ptr both(struct cel_unit *unit, cel_code_ptr one, cel_code_ptr other) {
    struct cel_test a, b;
    uint64_t flip, low, high;

    cel_test_of(one, &a);
    cel_test_of(other, &b);
    if (a.kind != CEL_TEST_RANGE || b.kind != CEL_TEST_RANGE || a.negate || b.negate ||
        !cel_path_same(a.path, b.path) || !cel_path_begins_alike(a.path, b.path))
        return NULL;
    flip = a.path->steps[a.path->n - 1].field->kind == TOC_KIND_INT ? UINT64_C(1) << 63 : 0;
    low = (a.low ^ flip) > (b.low ^ flip) ? a.low : b.low;
    high = (a.high ^ flip) < (b.high ^ flip) ? a.high : b.high;
    // What nothing can satisfy is left as it is written.
    return (low ^ flip) <= (high ^ flip) ? cel_op_range(unit, a.path, low, high, false) : NULL;
}

size_t cel_merge_ranges(struct cel_unit *unit, cel_code_ptr *operands, size_t n) {
    size_t left = 0;

    for (size_t i = 0; i < n; i++) {
        cel_code_ptr merged = NULL;
        size_t k = 0;

        while (k < left && !(merged = both(unit, operands[k], operands[i])))
            k++;
        if (merged)
            operands[k] = merged;
        else
            operands[left++] = operands[i];
    }
    return left;
}
