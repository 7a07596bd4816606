// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// A request of io_uring that is submitted.
#pragma once

#include "uring_keep.h"

/* Global for the verifier's sake: the request is in s->uring. */
__noinline int uring_begin(void) {
    struct scratch *s = toc_scratch();
    struct task_struct *task = toc_task();
    struct uring_state *st;
    struct io_kiocb *req;
    u64 key;

    if (!s)
        return 0;
    st = &s->uring;
    key = s->task;
    req = (struct io_kiocb *)key;
    uring_replace(key);
    s->task = key;
    uring_kind(st, req);
    st->mm = (u64)task->mm;
    uring_enter(s, task, req, st);
    if (st->flags & REQ_F_FIXED_FILE)
        s->enter.bits |= TOC_WIRE_FIXED_FILE;
    st->sk = uring_socket_at_submit(&s->enter, req, task);
    if (st->is_file && s->enter.sock.status != TOC_WIRE_OK)
        return 0;
    if (!st->untold)
        s->enter.head.call_seq = s->call_seq++;
    if (!st->is_file && (!st->untold || st->silent))
        uring_shown(s, st, req);
    uring_remember(st, key);
    return 0;
}

/* Whether it is to be told; else it may be wanted as the explanation of a send. */
static __always_inline bool uring_is_wanted(u64 wanted, u32 event) {
    return event && wanted >> event & 1;
}

/* Makes s->uring, for one that is looked at. NULL: it is ours, or out of scope. */
static __always_inline struct scratch *uring_claim(struct io_kiocb *req, u8 opcode, bool told) {
    struct scratch *s;

    if (toc_is_self())
        return 0;
    if (!toc_in_scope()) {
        if (told) {
            count(seen, 1);
            count(filtered, 1);
        }
        return 0;
    }
    s = toc_scratch();
    if (!s)
        return 0;
    __builtin_memset(&s->uring, 0, sizeof(s->uring));
    s->uring.opcode = opcode;
    s->uring.untold = !told;
    s->task = (u64)req;
    return s;
}

static __always_inline void uring_submit(struct io_kiocb *req) {
    u64 wanted = toc_wanted;
    u32 event;
    u8 opcode;
    struct scratch *s;

    if (!(wanted & (URING_EVENTS | UNEXPLAINED)))
        return;
    opcode = req->opcode;
    event = uring_event(opcode);
    if (!uring_is_wanted(wanted, event) &&
        !(wanted & UNEXPLAINED && (uring_is_file(opcode) || URING_SENDS >> event & 1)))
        return;
    s = uring_claim(req, opcode, uring_is_wanted(wanted, event));
    if (!s)
        return;
    uring_begin();
    s->task = 0;
}
