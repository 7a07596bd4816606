// SPDX-License-Identifier: Apache-2.0
// How io_uring's hooks tell requests apart, and what their ends, or messages in between, account
// for.
#include <criterion/criterion.h>
#include <linux/io_uring.h>
#include <unistd.h>

#include "request_run.h"

#define SILENT 0x40 /* REQ_F_CQE_SKIP */

TestSuite(prog_run_request_end, .init = request_load, .fini = request_unload);

Test(prog_run_request_end, of_several_completions_each_is_an_event) {
    NEED_KERNEL();
    ask->opcode = IORING_OP_RECV;
    ask->ioprio = IORING_RECV_MULTISHOT;
    request_submit();
    ask->unnamed = 1;
    for (ask->result = 1; ask->result <= 3; ask->result++) {
        request_complete();
        request_is_event(TOC_EVENT_io_uring_recv, ask->result);
    }
    ask->user_data = 78;
    request_complete();
    cr_expect_eq(n_told, 0, "another's");
    ask->unnamed = 0;
    ask->result = 0;
    request_complete();
    request_is_event(TOC_EVENT_io_uring_recv, 0);
    ask->user_data = 79;
    request_submit();
    ask->unnamed = 1;
    ask->user_data = 77;
    request_complete();
    cr_expect_eq(n_told, 0, "it has ended, and its memory serves another");
}

Test(prog_run_request_end, requests_are_told_apart) {
    NEED_KERNEL();
    request_submit();
    ask->place = 1;
    ask->opcode = IORING_OP_RECV;
    request_submit();
    ask->result = 9;
    request_complete();
    request_is_event(TOC_EVENT_io_uring_recv, 9);
    ask->place = 0;
    ask->result = 5;
    request_complete();
    request_is_event(TOC_EVENT_io_uring_sendmsg, 5);
}

Test(prog_run_request_end, one_whose_memory_serves_another_is_gone) {
    NEED_KERNEL();
    request_submit();
    ask->opcode = IORING_OP_RECV;
    request_submit();
    cr_assert_eq(n_told, 2);
    cr_expect_eq(told[0].kind, TOC_WIRE_ENTER);
    cr_expect_eq(told[0].enter.event, TOC_EVENT_io_uring_sendmsg);
    cr_expect_eq(told[1].kind, TOC_WIRE_GONE);
    request_complete();
    request_is_event(TOC_EVENT_io_uring_recv, 5);
}

Test(prog_run_request_end, one_under_way_for_long_is_told_before_its_end) {
    NEED_KERNEL();
    request_submit();
    ask->before = 1;
    request_run(requests->progs.request_overdue);
    cr_expect_eq(n_told, 0, "not that long");
    ask->before = UINT64_MAX;
    request_run(requests->progs.request_overdue);
    cr_assert_eq(n_told, 1);
    cr_expect_eq(told[0].enter.event, TOC_EVENT_io_uring_sendmsg);
    request_run(requests->progs.request_overdue);
    cr_expect_eq(n_told, 0, "once");
    uint64_t call_seq = told[0].enter.head.call_seq;
    request_complete();
    cr_assert_eq(n_told, 1);
    cr_expect_eq(told[0].kind, TOC_WIRE_EXIT);
    cr_expect_eq(told[0].exit.head.call_seq, call_seq);
}

static bool is_explained(int bytes) {
    ask->result = bytes;
    ask->sends = 1;
    request_run(requests->progs.request_moved);
    return ask->answer;
}

Test(prog_run_request_end, one_that_succeeds_in_silence_ends_with_its_message) {
    NEED_KERNEL();
    ask->flags = SILENT;
    request_submit();
    cr_expect(is_explained(5));
    request_is_event(TOC_EVENT_io_uring_sendmsg, 5);
    cr_expect_not(is_explained(5), "it has ended");
}

Test(prog_run_request_end, a_send_is_explained_by_a_request_on_its_socket) {
    int other = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), fd;

    NEED_KERNEL();
    cr_expect_not(is_explained(5), "nothing is under way");
    request_submit();
    cr_expect(is_explained(5));
    fd = ask->fd;
    ask->fd = other;
    cr_expect_not(is_explained(5), "on another socket");
    ask->fd = fd;
    request_complete();
    cr_expect_not(is_explained(5), "it has ended");
}

/* It began before it could be seen. */
Test(prog_run_request_end, bytes_sent_beside_known_requests_are_told_of_an_unknown_one) {
    NEED_KERNEL();
    requests->bss->toc_wanted |= REQUEST_EVENT(tocsin_unexplained_send);
    request_submit();
    ask->place = 1;
    ask->user_data = 78;
    request_run(requests->progs.request_prepare);
    ask->result = 9;
    request_complete();
    cr_expect_eq(n_told, 0, "nothing was sent that is not accounted for");
    cr_expect(is_explained(9));
    ask->result = 10;
    request_complete();
    cr_expect_eq(n_told, 0, "not as much");
    ask->result = 9;
    request_complete();
    request_is_event(TOC_EVENT_tocsin_unexplained_send, 0);
    cr_expect_eq(told[1].exit.bytes, 9);
}

Test(prog_run_request_end, bytes_that_a_request_for_files_sent_are_told) {
    NEED_KERNEL();
    requests->bss->toc_wanted = REQUEST_EVENT(tocsin_unexplained_send);
    ask->opcode = IORING_OP_WRITE;
    request_submit();
    request_complete();
    request_is_event(TOC_EVENT_tocsin_unexplained_send, 0);
    cr_expect_eq(told[1].exit.bytes, 5);
    ask->fd = STDERR_FILENO;
    request_submit();
    request_complete();
    cr_expect_eq(n_told, 0, "no socket");
}
