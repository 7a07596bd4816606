// SPDX-License-Identifier: Apache-2.0
// Tests that must fail, one for each way in which a failure could go unseen. "alive" must pass.
#include <criterion/criterion.h>
#include <limits.h>
#include <stdlib.h>

Test(canary, alive) {
    cr_assert(1);
}

Test(canary, assert) {
    cr_assert(0, "this failure is wanted");
}

Test(canary, leak) {
    void *volatile lost = malloc(16);

    lost = NULL;
    cr_assert_null(lost);
}

Test(canary, overread) {
    char *volatile bytes = calloc(4, 1);
    volatile int past = 4;

    cr_assert_eq(bytes[past], bytes[past]);
    free(bytes);
}

Test(canary, overflow) {
    volatile int most = INT_MAX;

    cr_assert_neq(most + 1, 0);
}
