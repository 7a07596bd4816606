// SPDX-License-Identifier: Apache-2.0
// Joining the records of calls.
#include <criterion/criterion.h>
#include <errno.h>

#include "source/call.h"
#include "wire_make.h"

static union wire_room room;

static int add(struct toc_calls *calls, struct toc_call **ret) {
    struct toc_wire_record record;

    cr_assert_eq(toc_wire_check(&room, sizeof(room), &record), 0);
    return toc_calls_add(calls, &record, ret);
}

static struct toc_calls *new_calls(void) {
    struct toc_calls *calls = NULL;

    cr_assert_eq(toc_calls_new(&calls), 0);
    return calls;
}

Test(call, a_return_completes_the_call) {
    struct toc_calls *calls = new_calls();
    struct toc_call *call;

    make_extra(&room, 7, TOC_WIRE_VIEW_ENTER, 0); // what does not fit comes before its entry
    cr_assert_eq(add(calls, &call), 0);
    make_enter(&room, 7, 1000, 2);
    cr_assert_eq(add(calls, &call), 0);
    make_exit(&room, 7, 2000, 2, 2);
    cr_assert_eq(add(calls, &call), 1);
    cr_expect_eq(call->time, 2000);
    cr_expect_eq(call->seq, 7);
    cr_expect_eq(call->cpu, 1);
    cr_expect(!call->cut);
    toc_calls_put(calls, call);
    toc_calls_free(&calls);
}

Test(call, a_return_without_entry_is_told) {
    struct toc_calls *calls = new_calls();
    struct toc_call *call;

    make_exit(&room, 7, 2000, 2, 2);
    cr_expect_eq(add(calls, &call), -ENOENT);
    cr_expect_null(call);
    toc_calls_free(&calls);
}

Test(call, a_thread_is_in_one_call_at_a_time) {
    struct toc_calls *calls = new_calls();
    struct toc_call *call;

    make_enter(&room, 7, 1000, 2); // its return is lost
    cr_assert_eq(add(calls, &call), 0);
    make_enter(&room, 8, 1500, 1);
    cr_assert_eq(add(calls, &call), 0);
    make_exit(&room, 8, 2000, 1, 1);
    cr_assert_eq(add(calls, &call), 1);
    cr_expect_eq(call->seq, 8);
    cr_expect_eq(call->n, 2 * sizeof(struct toc_wire_entry) + sizeof(struct toc_wire_enter) +
                              sizeof(struct toc_wire_exit) + sizeof(struct toc_wire_kernel_msg));
    toc_calls_put(calls, call);
    make_exit(&room, 7, 2100, 1, 1);
    cr_expect_eq(add(calls, &call), -ENOENT);
    toc_calls_free(&calls);
}

Test(call, a_call_of_endless_records_is_cut_and_says_so) {
    struct toc_calls *calls = new_calls();
    struct toc_call *call;

    make_enter(&room, 7, 1000, 2);
    cr_assert_eq(add(calls, &call), 0);
    make_extra(&room, 7, TOC_WIRE_VIEW_ENTER, 0);
    for (size_t i = 0; i < TOC_MAX_CALL_BYTES / sizeof(struct toc_wire_extra) + 10; i++)
        cr_assert_eq(add(calls, &call), 0);
    cr_expect(call->cut);
    cr_expect_leq(call->n, TOC_MAX_CALL_BYTES);
    toc_calls_free(&calls);
}

Test(call, open_calls_are_bounded) {
    struct toc_calls *calls = new_calls();
    struct toc_call *call;

    make_enter(&room, 7, 1000, 0);
    for (uint64_t i = 0; i < TOC_MAX_OPEN_CALLS + 1000; i++) {
        room.head.task = i;
        cr_assert_eq(add(calls, &call), 0);
    }
    make_exit(&room, 7, 2000, 0, 0);
    room.head.task = TOC_MAX_OPEN_CALLS + 999;
    cr_expect_eq(add(calls, &call), 1);
    toc_calls_put(calls, call);
    toc_calls_free(&calls);
}

Test(call, an_open_call_is_overdue_once) {
    struct toc_calls *calls = new_calls();
    struct toc_call *call, *copy;

    make_enter(&room, 7, 1000, 2);
    cr_assert_eq(add(calls, &call), 0);
    make_enter(&room, 8, 1500, 1);
    room.head.task++;
    cr_assert_eq(add(calls, &call), 0);
    cr_expect_null(toc_calls_overdue(calls, 999));
    call = toc_calls_overdue(calls, 1000);
    cr_assert_not_null(call);
    cr_expect_eq(call->seq, 7);
    copy = toc_calls_copy(calls, call);
    cr_expect(copy->pending && !copy->complete);
    cr_expect_eq(copy->n, call->n);
    toc_calls_put(calls, copy);
    cr_expect_null(toc_calls_overdue(calls, 1400));
    make_exit(&room, 7, 2000, 2, 2);
    cr_assert_eq(add(calls, &call), 1);
    cr_expect(call->complete && !call->pending);
    toc_calls_put(calls, call);
    call = toc_calls_overdue(calls, 2000);
    cr_expect_eq(call->seq, 8);
    cr_expect_null(toc_calls_overdue(calls, 2000));
    toc_calls_free(&calls);
}

Test(call, an_orphan_is_never_overdue) {
    struct toc_calls *calls = new_calls();
    struct toc_call *call;

    make_enter(&room, 7, 1000, 0);
    room.enter.bits = TOC_WIRE_ORPHAN;
    cr_assert_eq(add(calls, &call), 0);
    cr_expect_null(toc_calls_overdue(calls, 5000));
    toc_calls_free(&calls);
}

Test(call, a_thread_that_ended_inside_leaves_a_pending_call) {
    struct toc_calls *calls = new_calls();
    struct toc_call *call;

    make_enter(&room, 7, 1000, 2);
    cr_assert_eq(add(calls, &call), 0);
    make_gone(&room, 7, 1800);
    cr_assert_eq(add(calls, &call), 1);
    cr_expect(call->pending && !call->complete);
    cr_expect_eq(call->time, 1800);
    toc_calls_put(calls, call);
    cr_expect_eq(add(calls, &call), -ENOENT);
    cr_expect_null(toc_calls_overdue(calls, 5000));
    toc_calls_free(&calls);
}

Test(call, a_thread_that_ended_after_it_was_told_is_not_told_again) {
    struct toc_calls *calls = new_calls();
    struct toc_call *call;

    make_enter(&room, 7, 1000, 2);
    cr_assert_eq(add(calls, &call), 0);
    cr_assert_not_null(toc_calls_overdue(calls, 1500));
    make_gone(&room, 7, 1800);
    cr_expect_eq(add(calls, &call), 0);
    cr_expect_null(call);
    toc_calls_free(&calls);
}
