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

/* Of a request for messages with a header, `len` is of no meaning. */
static __always_inline void uring_args(struct toc_wire_enter *rec, u32 fd, u64 at, u32 len,
                                       u32 flags) {
    rec->arg[0] = fd;
    rec->arg[1] = at;
    rec->arg[2] = URING_MSGS >> rec->event & 1 ? flags : len;
    rec->arg[3] = flags;
}

/* What the process asked for. The thread may be one of the kernel's inside the process, with a name
 * of the kernel's choice: then the process's own stands in. */
static __always_inline void uring_enter(struct scratch *s, struct task_struct *task,
                                        struct io_kiocb *req, const struct uring_state *st) {
    struct io_sr_msg *sr = (struct io_sr_msg *)req;
    struct toc_wire_enter *rec = &s->enter;
    struct task_struct *leader = task->group_leader;
    struct io_ring_ctx *ctx = BPF_CORE_READ(req, ctx);
    u32 flags;

    __builtin_memset(rec, 0, sizeof(*rec));
    toc_head(&rec->head, TOC_WIRE_ENTER, bpf_ktime_get_boot_ns());
    rec->head.call_cpu = bpf_get_smp_processor_id();
    rec->event = uring_event(st->opcode);
    rec->abi = BPF_CORE_READ_BITFIELD_PROBED(ctx, compat) ? TOC_WIRE_COMPAT : TOC_WIRE_NATIVE;
    rec->via = TOC_WIRE_IO_URING;
    rec->nr = st->opcode;
    rec->bits = TOC_WIRE_AT_END;
    rec->args_status = TOC_WIRE_OK;
    flags = BPF_CORE_READ(sr, msg_flags);
    /* The kernel's own mark of such a ring. */
    if (rec->abi == TOC_WIRE_COMPAT)
        flags &= ~MSG_CMSG_COMPAT;
    uring_args(rec, BPF_CORE_READ(req, cqe.fd), (u64)BPF_CORE_READ(sr, buf), BPF_CORE_READ(sr, len),
               flags);
    rec->timeout.status = TOC_WIRE_ABSENT;
    toc_proc_fill(&rec->proc, task);
    if (task->flags & PF_IO_WORKER && leader)
        bpf_probe_read_kernel(rec->proc.comm, sizeof(rec->proc.comm), leader->comm);
    exe_tell(task, &rec->proc);
}

/* The only message of the request into s->entries[0]. Before a receive there is only room. */
static __always_inline void uring_walk(struct scratch *s, const struct toc_wire_enter *rec,
                                       u32 view, u64 time, bool is_list) {
    struct walk *w = &s->walk;

    w->vec = rec->arg[1];
    w->buffer = (struct buffer_args){.len = rec->arg[2]};
    w->time = time;
    w->call_seq = rec->head.call_seq;
    w->call_cpu = rec->head.call_cpu;
    w->view = view;
    w->bits = rec->abi == TOC_WIRE_COMPAT ? WALK_32 : 0;
    w->bits |= URING_MSGS >> rec->event & 1 ? WALK_MSG : WALK_BUFFER;
    if (is_list)
        w->bits |= WALK_LIST;
    if (view == TOC_WIRE_VIEW_EXIT || URING_SENDS >> rec->event & 1)
        w->bits |= WALK_NAMES | WALK_CONTROL;
    w->n = 1;
    w->first = w->parts_lost = w->payload = 0;
    w->segs_left = TOC_WIRE_CALL_SEGS;
    walk_read(s, toc_part(s));
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

/* The message of a request into st, as the process shows it. */
static __always_inline void uring_shown(struct scratch *s, struct uring_state *st,
                                        struct io_kiocb *req) {
    uring_walk(s, &s->enter, TOC_WIRE_VIEW_ENTER, s->enter.head.time, st->is_list);
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

/* What the arguments of one that has no header are. */
static __always_inline void uring_buffers(struct uring_state *st, u32 flags) {
    if (URING_MSGS >> uring_event(st->opcode) & 1)
        return;
    st->no_buffer = (st->flags & REQ_F_BUFFER_SELECT) != 0;
    st->is_list = st->sends && flags & IORING_SEND_VECTORIZED;
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
    uring_buffers(st, BPF_CORE_READ(sr, flags));
}
