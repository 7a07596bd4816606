// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Requests of io_uring that move messages: the event that each completion gives.
#pragma once

#include "uring_keep.h"

/* The record of its submission, if that has not left before. */
static __always_inline bool uring_tell_enter(struct scratch *s, struct uring_state *st, u64 req) {
    struct toc_wire_enter *rec = &s->enter;
    u32 told = __sync_lock_test_and_set(&st->told, URING_TOLD);
    struct sock *sk;

    bpf_probe_read_kernel(rec, sizeof(*rec), &st->enter);
    s->entries[0] = st->entry;
    if (told == URING_EARLY)
        return true;
    if (told == URING_TOLD) {
        rec->head.call_cpu = bpf_get_smp_processor_id();
        rec->head.call_seq = s->call_seq++;
    }
    sk = uring_socket(BPF_CORE_READ((struct io_kiocb *)req, file));
    if (sk) {
        __builtin_memset(&rec->sock, 0, sizeof(rec->sock));
        rec->sock.status = TOC_WIRE_OK;
        toc_sock_fill(&rec->sock, kernel_cast(struct sock, sk));
        if (rec->sock.family == AF_UNIX)
            toc_sock_unix(s, rec, sk);
    }
    return toc_emit(s, &rec->head, sizeof(*rec) + sizeof(s->entries[0]),
                    sizeof(*rec) + sizeof(s->entries[0]));
}

/* What the kernel wrote into the header: while the process cannot know yet that it may use it. */
static __always_inline u32 uring_exit_entry(struct scratch *s, const struct uring_state *st,
                                            s64 ret, u64 time) {
    struct task_struct *task = toc_task();

    if (st->enter.event != TOC_EVENT_io_uring_recvmsg || st->repeats || ret < 0 ||
        (u64)task->mm != st->mm)
        return 0;
    uring_walk(s, &st->enter, TOC_WIRE_VIEW_EXIT, time, false);
    return 1;
}

/* Gives one event. Global for the verifier's sake. */
__noinline int uring_tell(struct uring_state *st, u64 req, s64 ret) {
    struct scratch *s = toc_scratch();
    u64 now = bpf_ktime_get_boot_ns(), cookie;
    struct toc_wire_kernel_msg *msg;
    struct toc_wire_exit *rec;
    u32 n, call_cpu, at;
    u64 call_seq;

    if (!s || !st)
        return 0;
    s->task = req;
    if (!uring_tell_enter(s, st, req)) {
        s->task = 0;
        return 0;
    }
    call_cpu = s->enter.head.call_cpu;
    call_seq = s->enter.head.call_seq;
    cookie = s->enter.sock.cookie;
    n = uring_exit_entry(s, st, ret, now);
    rec = &s->exit;
    __builtin_memset(rec, 0, sizeof(*rec));
    toc_head(&rec->head, TOC_WIRE_EXIT, now);
    rec->head.call_cpu = call_cpu;
    rec->head.call_seq = call_seq;
    rec->ret = ret;
    rec->bytes = ret > 0 ? ret : 0;
    rec->cookie = cookie;
    rec->kernel_seen = ret >= 0;
    rec->n_entries = rec->n_walked = n;
    rec->n_kernel = 1;
    rec->bits = TOC_WIRE_KERNEL_COUNTS;
    msg = (void *)&s->entries[n ? 1 : 0];
    *msg = st->kernel;
    msg->ret = ret;
    msg->ret_hook = TOC_WIRE_HOOK_URING;
    at = sizeof(*rec) + (n ? sizeof(s->entries[0]) : 0) + sizeof(*msg);
    n = toc_emit(s, &rec->head, at, sizeof(*rec) + sizeof(s->entries[0]) + sizeof(*msg));
    s->task = 0;
    return n;
}

static __always_inline void uring_result(struct uring_state *st, u64 req, s64 ret) {
    if (st->untold)
        return;
    count(seen, 1);
    if (uring_tell(st, req, ret))
        count(handed, 1);
    else
        count(ring_full, 1);
}

/* What a completion says of its socket: a request made for files sent there, or bytes did that no
 * request accounts for. A frame of its own, which is gone when the result is told. */
static __noinline int uring_unexplained(struct io_kiocb *req, s64 bytes) {
    struct sock *sk = bytes > 0 ? uring_socket(BPF_CORE_READ(req, file)) : 0;
    struct task_struct *task = toc_task();
    struct io_ring_ctx *ctx;
    struct origin from = {};

    if (!sk || !sends_are_watched())
        return 0;
    sends_origin(&from, task);
    if (from.via != TOC_WIRE_IO_URING || from.bits) {
        ctx = BPF_CORE_READ(req, ctx);
        from.via = TOC_WIRE_IO_URING;
        from.bits = TOC_WIRE_NO_NUMBER;
        from.nr = 0;
        from.abi = BPF_CORE_READ_BITFIELD_PROBED(ctx, compat) ? TOC_WIRE_COMPAT : TOC_WIRE_NATIVE;
    }
    sends_note(kernel_cast(struct sock, sk), (u64)sk, task, &from, bytes);
    return 0;
}

/* Nothing is remembered of the request: it began before us, or was not one of a socket then. */
static __always_inline void uring_last_unknown(struct io_kiocb *req, s64 ret) {
    u64 process = bpf_get_current_pid_tgid() >> 32;
    u8 opcode = BPF_CORE_READ(req, opcode);

    if ((uring_is_file(opcode) || URING_SENDS >> uring_event(opcode) & 1) &&
        (!toc_has_length ? uring_is_file(opcode) : uring_account(req, process, ret)))
        uring_unexplained(req, ret);
}

/* A completion that is the request's last. */
static __always_inline void uring_last(u64 req, s64 ret) {
    struct uring_state *st = bpf_map_lookup_elem(&uring_requests, &req);
    struct io_kiocb *of = (struct io_kiocb *)req;

    if (!st) {
        uring_last_unknown(of, ret);
        return;
    }
    if (BPF_CORE_READ(of, opcode) != st->opcode) {
        /* The one remembered is gone without a word, and its memory serves another. */
        uring_replace(req);
        return;
    }
    if (st->sends)
        uring_account(of, st->sk, ret);
    if (st->is_file)
        uring_unexplained(of, ret);
    uring_result(st, req, ret);
    uring_unexplained(of, uring_forget(st, req));
}

/* One of several: the kernel names it by nothing but what the process gave it; the socket is the
 * one on which this thread moved a message last. */
static __always_inline void uring_one_of_several(u64 ctx, u64 user_data, s64 ret) {
    struct uring_data data = {ctx, user_data, 0};
    struct scratch *s = toc_scratch();
    struct uring_state *st;
    u64 *req = 0;

    if (s && s->moved_task == bpf_get_current_pid_tgid()) {
        data.sk = s->moved_sk;
        req = bpf_map_lookup_elem(&uring_repeats, &data);
    }
    data.sk = 0;
    if (!req)
        req = bpf_map_lookup_elem(&uring_repeats, &data);
    st = req ? bpf_map_lookup_elem(&uring_requests, req) : 0;
    if (!st)
        return;
    if (st->sends)
        uring_account((struct io_kiocb *)*req, st->sk, ret);
    uring_result(st, *req, ret);
}

/* As it is where the tracepoint is given a completion; before, it was given the parts of one. */
typedef void (*btf_trace_io_uring_complete)(void *, struct io_ring_ctx *, void *,
                                            struct io_uring_cqe *);

static __always_inline void uring_complete(const u64 *args) {
    u64 ctx = args[0], req = args[1], user_data;
    struct io_uring_cqe *cqe;
    s64 ret;

    if (!(toc_wanted & (URING_EVENTS | UNEXPLAINED)))
        return;
    if (req) {
        uring_last(req, BPF_CORE_READ((struct io_kiocb *)req, cqe.res));
        return;
    }
    if (bpf_core_type_exists(btf_trace_io_uring_complete)) {
        cqe = (struct io_uring_cqe *)args[2];
        user_data = BPF_CORE_READ(cqe, user_data);
        ret = BPF_CORE_READ(cqe, res);
    } else {
        user_data = args[2];
        ret = (s32)args[3];
    }
    uring_one_of_several(ctx, user_data, ret);
}
