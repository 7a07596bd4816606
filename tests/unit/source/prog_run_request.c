// SPDX-License-Identifier: Apache-2.0
// What io_uring's hooks tell of a request, which is made up here on a socket that is real.
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "request_run.h"

#define BUFFERS 0x20 /* REQ_F_BUFFER_SELECT */

TestSuite(prog_run_request, .init = request_load, .fini = request_unload);

Test(prog_run_request, one_that_completes_is_told_whole) {
    const struct toc_wire_enter *enter = &told[0].enter;
    const struct toc_wire_entry *entry = &told[0].entry;

    NEED_KERNEL();
    ask->msg_flags = MSG_DONTWAIT;
    request_submit();
    cr_expect_eq(n_told, 0, "before its end");
    request_complete();
    request_is_event(TOC_EVENT_io_uring_sendmsg, 5);
    cr_expect_eq(enter->abi, TOC_WIRE_NATIVE);
    cr_expect_eq(enter->nr, IORING_OP_SENDMSG);
    cr_expect_eq(enter->arg[0], (uint32_t)ask->fd);
    cr_expect_eq(enter->arg[1], (uintptr_t)&request_message);
    cr_expect_eq(enter->arg[2], MSG_DONTWAIT);
    cr_expect_eq(enter->proc.pid, (uint32_t)getpid());
    cr_expect_eq(enter->sock.status, TOC_WIRE_OK);
    cr_expect_eq(enter->sock.family, AF_INET);
    cr_expect_eq(enter->sock.type, SOCK_DGRAM);
    cr_expect_eq(entry->status, TOC_WIRE_OK);
    cr_expect_eq(entry->name_ptr, (uintptr_t)&request_to);
    cr_expect_arr_eq(entry->name, &request_to, sizeof(request_to));
    cr_expect_eq(entry->iov_bytes, 5);
    cr_expect_eq(told[1].exit.bytes, 5);
    cr_expect_eq(told[1].exit.kernel_seen, 1);
    cr_expect_eq(told[1].kernel.name_hook, TOC_WIRE_HOOK_NONE);
    request_complete();
    cr_expect_eq(n_told, 0, "it has ended");
}

Test(prog_run_request, each_opcode_is_an_event_or_none) {
    static const struct {
        uint8_t opcode;
        uint32_t event; /* 0: none */
    } rows[] = {
        {IORING_OP_NOP, 0},
        {IORING_OP_WRITEV, 0},
        {IORING_OP_SENDMSG, TOC_EVENT_io_uring_sendmsg},
        {IORING_OP_RECVMSG, TOC_EVENT_io_uring_recvmsg},
        {IORING_OP_CONNECT, 0},
        {IORING_OP_SEND, TOC_EVENT_io_uring_send},
        {IORING_OP_RECV, TOC_EVENT_io_uring_recv},
        {47, TOC_EVENT_io_uring_send_zc},
        {48, TOC_EVENT_io_uring_sendmsg_zc},
        {255, 0},
    };

    NEED_KERNEL();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ask->opcode = rows[i].opcode;
        request_submit();
        request_complete();
        if (rows[i].event)
            request_is_event(rows[i].event, 5);
        else
            cr_expect_eq(n_told, 0, "opcode %u", rows[i].opcode);
    }
}

Test(prog_run_request, what_nobody_looks_at_is_not_told) {
    NEED_KERNEL();
    requests->bss->toc_wanted = REQUEST_EVENT(io_uring_recv) | REQUEST_EVENT(sendmsg);
    request_submit();
    request_complete();
    cr_expect_eq(n_told, 0);
    requests->bss->toc_wanted = REQUEST_EVENT(io_uring_sendmsg);
    requests->bss->toc_self = (uint32_t)getpid();
    request_submit();
    request_complete();
    cr_expect_eq(n_told, 0, "our own");
    requests->bss->toc_self = 0;
    request_submit();
    request_complete();
    request_is_event(TOC_EVENT_io_uring_sendmsg, 5);
}

Test(prog_run_request, of_a_buffer_its_arguments_are_told) {
    NEED_KERNEL();
    ask->opcode = IORING_OP_SEND;
    ask->buf = (uintptr_t)request_iov.iov_base;
    ask->len = 5;
    request_submit();
    request_complete();
    request_is_event(TOC_EVENT_io_uring_send, 5);
    cr_expect_eq(told[0].enter.arg[2], 5);
    cr_expect_eq(told[0].entry.seg_base, ask->buf);
    cr_expect_eq(told[0].entry.iov_bytes, 5);
    cr_expect_eq(told[0].entry.name_status, TOC_WIRE_ABSENT);
    ask->flags = BUFFERS;
    request_submit();
    request_complete();
    cr_expect_eq(told[0].entry.iov_status, TOC_WIRE_ABSENT, "the kernel picks one");
}

Test(prog_run_request, of_a_32_bit_ring_the_layout_is_another) {
    uint32_t *low =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    NEED_KERNEL();
    cr_assert(low != MAP_FAILED);
    memcpy(low, (uint32_t[]){0, 0, (uint32_t)(uintptr_t)(low + 8), 1, 0, 0, 0, 0, 0x1234, 9}, 40);
    ask->compat = 1;
    ask->buf = (uintptr_t)low;
    ask->msg_flags = 0x80000000 | MSG_DONTWAIT; /* MSG_CMSG_COMPAT, the kernel's */
    request_submit();
    request_complete();
    request_is_event(TOC_EVENT_io_uring_sendmsg, 5);
    cr_expect_eq(told[0].enter.abi, TOC_WIRE_COMPAT);
    cr_expect_eq(told[0].enter.arg[2], MSG_DONTWAIT);
    cr_expect_eq(told[0].entry.iov_ptr, (uintptr_t)(low + 8));
    cr_expect_eq(told[0].entry.seg_base, 0x1234);
    cr_expect_eq(told[0].entry.iov_bytes, 9);
}

Test(prog_run_request, the_destination_is_that_of_the_kernels_copy) {
    struct sockaddr_in other = {.sin_family = AF_INET, .sin_port = htons(4444)};

    NEED_KERNEL();
    memcpy(ask->name, &other, sizeof(other));
    ask->name_len = sizeof(other);
    request_submit();
    request_complete();
    request_is_event(TOC_EVENT_io_uring_sendmsg, 5);
    cr_expect_arr_eq(told[0].entry.name, &request_to, sizeof(request_to));
    cr_expect_eq(told[1].kernel.name_hook, TOC_WIRE_HOOK_URING);
    cr_expect_eq(told[1].kernel.name_n, sizeof(other));
    cr_expect_arr_eq(told[1].kernel.name, &other, sizeof(other));
}

Test(prog_run_request, what_was_received_is_looked_at_at_its_end) {
    NEED_KERNEL();
    ask->opcode = IORING_OP_RECVMSG;
    request_submit();
    request_message.msg_namelen = 8;
    request_complete();
    request_is_event(TOC_EVENT_io_uring_recvmsg, 5);
    cr_expect_eq(told[0].entry.name_len, sizeof(request_to));
    cr_expect_eq(told[1].exit.n_entries, 1);
    cr_expect_eq(told[1].entry.name_len, 8);
    ask->result = -EAGAIN;
    request_submit();
    request_complete();
    request_is_event(TOC_EVENT_io_uring_recvmsg, -EAGAIN);
    cr_expect_eq(told[1].exit.n_entries, 0, "nothing was received");
}

Test(prog_run_request, one_that_is_refused_is_told_as_it_stands_in_the_queue) {
    NEED_KERNEL();
    ask->result = -EINVAL;
    request_run(requests->progs.request_refuse);
    request_is_event(TOC_EVENT_io_uring_sendmsg, -EINVAL);
    cr_expect_eq(told[0].enter.arg[0], (uint32_t)ask->fd);
    cr_expect_eq(told[0].enter.arg[1], (uintptr_t)&request_message);
    cr_expect_eq(told[0].enter.sock.status, TOC_WIRE_OK);
    cr_expect_eq(told[0].entry.iov_bytes, 5);
    cr_expect_eq(told[1].exit.kernel_seen, 0);
    request_complete();
    cr_expect_eq(n_told, 0, "its completion is no event of its own");
}
