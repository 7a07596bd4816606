// SPDX-License-Identifier: Apache-2.0
// The order of calls: by return, cpu, number, however they come in.
#include <criterion/criterion.h>

#include "source/call.h"

static void put(struct toc_order *order, struct toc_calls *calls, uint64_t time, uint32_t cpu,
                uint64_t seq) {
    struct toc_call *call = toc_calls_get(calls);

    call->time = time;
    call->cpu = cpu;
    call->seq = seq;
    cr_assert_eq(toc_order_put(order, call), 0);
}

Test(order, calls_leave_sorted_and_not_before_the_horizon) {
    static const uint64_t want[][3] = {{1, 0, 5}, {1, 0, 6}, {1, 2, 0}, {3, 0, 0}, {9, 1, 1}};
    static const int in[] = {4, 2, 0, 3, 1};
    struct toc_order order = {0};
    struct toc_calls *calls = NULL;
    struct toc_call *call;

    cr_assert_eq(toc_calls_new(&calls), 0);
    for (int i = 0; i < 5; i++)
        put(&order, calls, want[in[i]][0], (uint32_t)want[in[i]][1], want[in[i]][2]);
    cr_expect_null(toc_order_take(&order, 0));
    for (int i = 0; i < 4; i++) {
        call = toc_order_take(&order, 8);
        cr_assert_not_null(call);
        cr_expect(call->time == want[i][0] && call->cpu == want[i][1] && call->seq == want[i][2],
                  "place %d", i);
        toc_calls_put(calls, call);
    }
    cr_expect_null(toc_order_take(&order, 8));
    cr_expect_eq(order.late, 0);
    put(&order, calls, 2, 0, 0);
    cr_expect_eq(order.late, 1);
    toc_order_clear(&order, calls);
    toc_calls_free(&calls);
}

Test(order, many_calls_in_any_sequence_leave_in_order) {
    struct toc_order order = {0};
    struct toc_calls *calls = NULL;
    uint64_t state = 1, last = 0;
    struct toc_call *call;

    cr_assert_eq(toc_calls_new(&calls), 0);
    for (uint64_t i = 0; i < 5000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        put(&order, calls, state >> 54, 0, i);
    }
    for (size_t i = 0; i < 5000; i++) {
        call = toc_order_take(&order, UINT64_MAX);
        cr_assert(call && call->time >= last);
        last = call->time;
        toc_calls_put(calls, call);
    }
    toc_order_clear(&order, calls);
    toc_calls_free(&calls);
}
