// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// A message moved on a socket while its thread was in no watched call there: what explains it.
#pragma once

#include "uring_done.h"

/* One that succeeds without a completion, by the bytes that it asked for, or any. Global, so that
 * it is verified once for its four uses. */
__noinline u64 uring_silent(u64 sk, u64 bytes, bool sends) {
    struct uring_sock *on = uring_sock_find(sk);
    u64 found = 0;

    for (int i = 0; on && i < URING_SILENT; i++) {
        const struct uring_silent *at = &on->silent[i];

        if (at->req && at->sends == sends && (at->bytes == bytes || (!bytes && !found)))
            found = at->req;
    }
    return found;
}

/* The silent request that this thread is at. A worker's request is known, others' is the likeliest.
 */
static __always_inline u64 uring_silent_at(u64 sk, u64 process, u64 bytes, bool sends) {
    u64 req = uring_at_work(toc_task());
    struct uring_state *st = req ? bpf_map_lookup_elem(&uring_requests, &req) : 0;

    if (st)
        return st->silent ? req : 0;
    req = bytes ? uring_silent(sk, bytes, sends) : 0;
    if (!req && bytes)
        req = uring_silent(process, bytes, sends);
    if (!req)
        req = uring_silent(sk, 0, sends);
    return req ? req : uring_silent(process, 0, sends);
}

static __always_inline bool uring_lend(u64 sk, u64 bytes) {
    struct uring_sock *on = uring_sock_find(sk);

    if (!on || !on->sends)
        return false;
    __sync_fetch_and_add(&on->lent, bytes);
    return true;
}

/* For a request that succeeds without a completion this is its end, unless it waits for more. */
static __always_inline void uring_silent_ends(u64 req, u64 bytes, bool *ret_is_file) {
    struct uring_state *st = bpf_map_lookup_elem(&uring_requests, &req);

    if (!st)
        return;
    st->moved += bytes;
    *ret_is_file = st->is_file;
    if (st->waits_all && bytes && st->moved < st->asked)
        return;
    uring_result(st, req, st->moved);
    uring_forget(st, req);
}

/* The work of io_uring moved a message. False: no request under way can be it, or one made for
 * files. */
static __always_inline bool uring_moved(u64 sk, u64 bytes, bool sends) {
    u64 process = bpf_get_current_pid_tgid() >> 32;
    u64 req = uring_silent_at(sk, process, bytes, sends);
    struct scratch *s = toc_scratch();
    bool is_file = false;

    if (s) {
        s->moved_task = bpf_get_current_pid_tgid();
        s->moved_sk = sk;
    }
    if (req) {
        uring_silent_ends(req, bytes, &is_file);
        return !is_file;
    }
    return !sends || uring_lend(sk, bytes) || uring_lend(process, bytes);
}

/* One that nothing explains. A frame of its own, which is not there when the result of a request is
 * told. */
static __noinline int sends_unexplained(struct sock *sk, u64 key, struct origin *from, int bytes) {
    struct task_struct *task = toc_task();

    bpf_get_socket_cookie(sk);
    sk = kernel_cast(struct sock, sk);
    if (sends_of_kernel(sk))
        from->via = TOC_WIRE_IN_KERNEL;
    sends_note(sk, key, task, from, bytes);
    return 0;
}

/* A message left, or came. */
static __always_inline void sends_look(struct sock *sk, int ret, bool sends) {
    struct origin from = {};
    struct task_struct *task;
    u64 key = 0;

    if (ret < 0 || !(toc_wanted & (URING_EVENTS | UNEXPLAINED)))
        return;
    task = toc_task();
    if (toc_is_own(task) || !toc_is_task_in_scope(task))
        return;
    sends_origin(&from, task);
    if (from.explained)
        return;
    /* A pointer does not become a number otherwise. */
    bpf_probe_read_kernel(&key, sizeof(key), &sk);
    if (from.via == TOC_WIRE_IO_URING) {
        bpf_get_socket_cookie(sk);
        if (uring_moved(key, ret, sends))
            return;
    }
    if (sends && toc_wanted & UNEXPLAINED)
        sends_unexplained(sk, key, &from, ret);
}
