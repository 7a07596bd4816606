// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// A request of io_uring that the kernel refused when it looked at it first: it is never submitted,
// nor is its completion told apart from that of others.
#pragma once

#include "uring_done.h"
#include "uring_submit.h"

/* Global for the verifier's sake: the request is in s->uring, and what the process asked for in
 * s->sqe, as it stands in the queue by now. The kernel may not have taken it over. */
__noinline int uring_refuse(void) {
    struct scratch *s = toc_scratch();
    struct task_struct *task = toc_task();
    struct uring_state *st;
    struct io_kiocb *req;
    u32 event;

    if (!s)
        return 0;
    st = &s->uring;
    req = (struct io_kiocb *)s->task;
    event = uring_event(st->opcode);
    bpf_core_read(&st->flags, sizeof(st->flags), &req->flags);
    st->sends = URING_SENDS >> event & 1;
    uring_buffers(st, s->sqe.ioprio);
    uring_enter(s, task, req, st);
    uring_args(&s->enter, s->sqe.fd, s->sqe.addr, s->sqe.len, s->sqe.msg_flags);
    if (st->flags & REQ_F_FIXED_FILE)
        s->enter.bits |= TOC_WIRE_FIXED_FILE;
    uring_socket_at_submit(&s->enter, req, task);
    s->enter.head.call_seq = s->call_seq++;
    uring_shown(s, st, req);
    return 0;
}

static __always_inline void uring_failed(const struct io_uring_sqe *sqe, struct io_kiocb *req,
                                         int error) {
    u8 opcode = req->opcode;
    struct scratch *s;

    if (!uring_is_wanted(toc_wanted, uring_event(opcode)))
        return;
    s = uring_claim(req, opcode, true);
    if (!s)
        return;
    bpf_probe_read_kernel(&s->sqe, sizeof(s->sqe), sqe);
    uring_refuse();
    uring_result(&s->uring, s->task, error);
    s->task = 0;
}
