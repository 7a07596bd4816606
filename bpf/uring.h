// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Requests of io_uring that move messages: what is read when one is submitted.
#pragma once

#include "call.h"
#include "uring_socket.h"
#include "vmlinux_uring.h"

#define URING_SENDS                                                                                \
    (1ull << TOC_EVENT_io_uring_sendmsg | 1ull << TOC_EVENT_io_uring_send |                        \
     1ull << TOC_EVENT_io_uring_send_zc | 1ull << TOC_EVENT_io_uring_sendmsg_zc)
#define URING_MSGS                                                                                 \
    (1ull << TOC_EVENT_io_uring_sendmsg | 1ull << TOC_EVENT_io_uring_recvmsg |                     \
     1ull << TOC_EVENT_io_uring_sendmsg_zc)
#define URING_EVENTS (URING_SENDS | URING_MSGS | 1ull << TOC_EVENT_io_uring_recv)

/* 0: a request of no interest. Opcodes are the kernel's interface. */
static __always_inline u32 uring_event(u8 opcode) {
    switch (opcode) {
    case 9: return TOC_EVENT_io_uring_sendmsg;
    case 10: return TOC_EVENT_io_uring_recvmsg;
    case 26: return TOC_EVENT_io_uring_send;
    case 27: return TOC_EVENT_io_uring_recv;
    case 47: return TOC_EVENT_io_uring_send_zc;
    case 48: return TOC_EVENT_io_uring_sendmsg_zc;
    }
    return 0;
}

/* IORING_OP_WRITEV, WRITE_FIXED, WRITE, SPLICE, WRITEV_FIXED. */
static __always_inline bool uring_is_file(u8 opcode) {
    return opcode == 2 || opcode == 5 || opcode == 23 || opcode == 30 || opcode == 61;
}

/* What the process asked for. The thread may be one of the kernel's inside the process, with a name
 * of the kernel's choice: then the process's own stands in. */
static __always_inline void uring_enter(struct scratch *s, struct task_struct *task,
                                        struct io_kiocb *req, const struct uring_state *st) {
    struct io_sr_msg *sr = (struct io_sr_msg *)req;
    struct toc_wire_enter *rec = &s->enter;
    struct task_struct *leader = task->group_leader;
    struct io_ring_ctx *ctx = BPF_CORE_READ(req, ctx);

    __builtin_memset(rec, 0, sizeof(*rec));
    toc_head(&rec->head, TOC_WIRE_ENTER, bpf_ktime_get_boot_ns());
    rec->head.call_cpu = bpf_get_smp_processor_id();
    rec->event = uring_event(st->opcode);
    rec->abi = BPF_CORE_READ_BITFIELD_PROBED(ctx, compat) ? TOC_WIRE_COMPAT : TOC_WIRE_NATIVE;
    rec->via = TOC_WIRE_IO_URING;
    rec->nr = st->opcode;
    rec->bits = TOC_WIRE_AT_END;
    rec->args_status = TOC_WIRE_OK;
    rec->arg[0] = (u32)BPF_CORE_READ(req, cqe.fd);
    rec->arg[1] = (u64)BPF_CORE_READ(sr, buf);
    rec->arg[2] = (u32)BPF_CORE_READ(sr, len);
    rec->arg[3] = BPF_CORE_READ(sr, msg_flags);
    /* The kernel's own mark of such a ring. */
    if (rec->abi == TOC_WIRE_COMPAT)
        rec->arg[3] &= ~MSG_CMSG_COMPAT;
    if (URING_MSGS >> rec->event & 1)
        rec->arg[2] = rec->arg[3];
    rec->timeout.status = TOC_WIRE_ABSENT;
    toc_proc_fill(&rec->proc, task);
    if (task->flags & PF_IO_WORKER && leader)
        bpf_probe_read_kernel(rec->proc.comm, sizeof(rec->proc.comm), leader->comm);
    exe_tell(task, &rec->proc);
}

/* The only message of the request into s->entries[0]. Before a receive there is only room. */
static __always_inline void uring_walk(struct scratch *s, const struct toc_wire_enter *rec,
                                       u32 view, u64 time) {
    struct walk *w = &s->walk;

    w->vec = rec->arg[1];
    w->buffer = (struct buffer_args){.len = rec->arg[2]};
    w->time = time;
    w->call_seq = rec->head.call_seq;
    w->call_cpu = rec->head.call_cpu;
    w->view = view;
    w->bits = rec->abi == TOC_WIRE_COMPAT ? WALK_32 : 0;
    w->bits |= URING_MSGS >> rec->event & 1 ? WALK_MSG : WALK_BUFFER;
    if (view == TOC_WIRE_VIEW_EXIT || URING_SENDS >> rec->event & 1)
        w->bits |= WALK_NAMES | WALK_CONTROL;
    w->n = 1;
    w->first = w->parts_lost = w->payload = 0;
    w->segs_left = TOC_WIRE_CALL_SEGS;
    walk_read();
    count(parts_lost, w->parts_lost);
}

/* The destination in the kernel's copy of the header, where the kernel has made it by now. One that
 * is cut would look like another, so only addresses that end within the room are kept. */
static __always_inline void uring_kernel_name(struct uring_state *st, struct io_kiocb *req) {
    struct io_async_msghdr *copy = BPF_CORE_READ(req, async_data);
    void *name = copy ? BPF_CORE_READ(copy, msg.msg_name) : 0;
    u16 family = 0;
    u32 n;

    if (!name || bpf_probe_read_kernel(&family, sizeof(family), name))
        return;
    n = BPF_CORE_READ(copy, msg.msg_namelen);
    if (n > TOC_WIRE_NAME && family != AF_INET && family != AF_INET6)
        return;
    opaque(n);
    if (n > TOC_WIRE_NAME)
        n = TOC_WIRE_NAME;
    if (n == 0 || bpf_probe_read_kernel(st->kernel.name, n, name))
        return;
    st->kernel.name_hook = TOC_WIRE_HOOK_URING;
    st->kernel.name_n = n;
}

/* Those that complete several times are found by what their completions show. */
static __always_inline void uring_repeats_begin(struct uring_state *st, u64 req) {
    struct uring_data data = {st->ctx, st->user_data, st->sk};

    bpf_map_update_elem(&uring_repeats, &data, &req, BPF_ANY);
    data.sk = 0;
    bpf_map_update_elem(&uring_repeats, &data, &req, BPF_ANY);
}

static __always_inline void uring_remember(struct uring_state *st, u64 req) {
    if (!uring_sock_begin(st, req) || bpf_map_update_elem(&uring_requests, &req, st, BPF_ANY)) {
        uring_sock_end(st, req);
        if (!st->untold) {
            count(seen, 1);
            count(state_full, 1);
        }
        return;
    }
    if (st->repeats)
        uring_repeats_begin(st, req);
}

/* A request whose end went by unseen: told as one that did not return, unless some of its results
 * were. Global for the verifier's sake. */
__noinline int uring_gone(struct uring_state *st, u64 req) {
    struct scratch *s = toc_scratch();
    struct toc_wire_enter *rec;
    struct toc_wire_head *head;

    if (!s || !st || st->untold || st->told)
        return 0;
    rec = &s->enter;
    bpf_probe_read_kernel(rec, sizeof(*rec), &st->enter);
    s->entries[0] = st->entry;
    rec->bits &= ~TOC_WIRE_AT_END;
    s->task = req;
    head = &s->exit.head;
    if (toc_emit(s, &rec->head, sizeof(*rec) + sizeof(s->entries[0]),
                 sizeof(*rec) + sizeof(s->entries[0]))) {
        toc_head(head, TOC_WIRE_GONE, bpf_ktime_get_boot_ns());
        head->call_cpu = st->enter.head.call_cpu;
        head->call_seq = st->enter.head.call_seq;
        toc_emit(s, head, sizeof(*head), sizeof(*head));
    } else {
        count(parts_lost, 1);
    }
    s->task = 0;
    return 0;
}

static __always_inline void uring_repeats_end(const struct uring_state *st, u64 req) {
    struct uring_data data = {st->ctx, st->user_data, st->sk};
    u64 *last;

    bpf_map_delete_elem(&uring_repeats, &data);
    data.sk = 0;
    last = bpf_map_lookup_elem(&uring_repeats, &data);
    if (last && *last == req)
        bpf_map_delete_elem(&uring_repeats, &data);
}

/* Gives what uring_sock_end gives. */
static __always_inline s64 uring_forget(struct uring_state *st, u64 req) {
    s64 lent = uring_sock_end(st, req);

    if (st->repeats)
        uring_repeats_end(st, req);
    bpf_map_delete_elem(&uring_requests, &req);
    return lent;
}

/* One that had its memory before. */
static __always_inline void uring_replace(u64 req) {
    struct uring_state *old = bpf_map_lookup_elem(&uring_requests, &req);

    if (!old)
        return;
    uring_gone(old, req);
    uring_forget(old, req);
}

/* The message of a request into st, as the process shows it. */
static __always_inline void uring_shown(struct scratch *s, struct uring_state *st,
                                        struct io_kiocb *req) {
    uring_walk(s, &s->enter, TOC_WIRE_VIEW_ENTER, s->enter.head.time);
    /* Where the address of a buffer's destination was is not kept: only the kernel's copy. */
    if (!(URING_MSGS >> s->enter.event & 1))
        s->entries[0].name_status = TOC_WIRE_ABSENT;
    if (st->no_buffer) {
        s->entries[0].iov_status = TOC_WIRE_ABSENT;
        s->entries[0].bits = 0;
    }
    st->asked = s->entries[0].iov_status == TOC_WIRE_OK ? s->entries[0].iov_bytes : 0;
    st->entry = s->entries[0];
    if (URING_SENDS >> s->enter.event & 1)
        uring_kernel_name(st, req);
    s->enter.n_entries = s->enter.n_walked = 1;
    st->enter = s->enter;
}

static __always_inline void uring_kind(struct uring_state *st, const struct io_kiocb *req) {
    struct io_sr_msg *sr = (struct io_sr_msg *)req;

    bpf_core_read(&st->flags, sizeof(st->flags), &req->flags);
    st->ctx = (u64)BPF_CORE_READ(req, ctx);
    st->user_data = BPF_CORE_READ(req, cqe.user_data);
    st->silent = (st->flags & REQ_F_CQE_SKIP) != 0;
    st->is_file = uring_is_file(st->opcode);
    st->sends = st->is_file || URING_SENDS >> uring_event(st->opcode) & 1;
    if (st->is_file)
        return;
    st->repeats =
        (BPF_CORE_READ(sr, flags) & (IORING_RECV_MULTISHOT | IORING_RECVSEND_BUNDLE)) != 0;
    st->waits_all = (BPF_CORE_READ(sr, msg_flags) & MSG_WAITALL) != 0;
    st->no_buffer = !(URING_MSGS >> uring_event(st->opcode) & 1) &&
                    (st->flags & REQ_F_BUFFER_SELECT ||
                     (st->sends && BPF_CORE_READ(sr, flags) & IORING_SEND_VECTORIZED));
}

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
    if (toc_is_self())
        return;
    if (!toc_in_scope()) {
        if (uring_is_wanted(wanted, event)) {
            count(seen, 1);
            count(filtered, 1);
        }
        return;
    }
    s = toc_scratch();
    if (!s)
        return;
    __builtin_memset(&s->uring, 0, sizeof(s->uring));
    s->uring.opcode = opcode;
    s->uring.untold = !uring_is_wanted(wanted, event);
    s->task = (u64)req;
    uring_begin();
    s->task = 0;
}
