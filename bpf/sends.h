// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Messages that the kernel sent although no call or request observed asks for it.
#pragma once

#include "abi.h"
#include "uring_done.h"

#define NR_IO_URING_ENTER 426 /* in every ABI */
#define SENDS_EVERY_NS 1000000000u

/* How the running thread came to send. */
struct origin {
    u32 nr; /* without the x32 bit */
    u8 abi;
    u8 via;
    u8 bits;
    u8 explained;
};

static __always_inline bool sends_by_uring(u64 sk) {
    u64 process = bpf_get_current_pid_tgid() >> 32;

    return bpf_map_lookup_elem(&uring_socks, &sk) || bpf_map_lookup_elem(&uring_socks, &process);
}

/* Inside a system call: its number, in its ABI. A call that sends by its nature is observed, or not
 * wanted: either way nobody needs to be told here. */
static __always_inline void sends_of_call(struct origin *from, struct task_struct *task,
                                          struct pt_regs *regs) {
    u32 nr = machine_nr(regs), kind;

    from->abi = machine_abi(task, nr);
    from->nr = nr & ~TOC_WIRE_X32_BIT;
    if (from->nr == NR_IO_URING_ENTER) {
        from->via = TOC_WIRE_IO_URING;
        return;
    }
    from->via = TOC_WIRE_SYSCALL;
    if (from->abi == TOC_WIRE_I386 && from->nr == TOC_WIRE_NR_SOCKETCALL)
        from->explained = 1;
    kind = toc_kind_of(from->abi, from->nr, 0);
    if (kind && TOC_KIND_IS_SEND(kind))
        from->explained = 1;
}

/* In no call, the work of io_uring is being done on the way back to the program. */
static __always_inline void sends_origin(struct origin *from, struct task_struct *task,
                                         struct sock *sk) {
    struct pt_regs *regs;

    from->bits = TOC_WIRE_NO_NUMBER;
    from->via = TOC_WIRE_IN_KERNEL;
    if (task->flags & PF_KTHREAD)
        return;
    regs = (struct pt_regs *)bpf_task_pt_regs(task);
    if (task->flags & PF_IO_WORKER) {
        from->via = TOC_WIRE_IO_URING;
    } else if (machine_is_in_call(regs)) {
        from->bits = 0;
        sends_of_call(from, task, regs);
    } else if (task->io_uring) {
        from->via = TOC_WIRE_IO_URING;
    }
    if (from->via == TOC_WIRE_IO_URING && sends_by_uring((u64)sk))
        from->explained = 1;
}

static __always_inline bool sends_of_kernel(struct sock *sk) {
    struct socket *socket = sk->sk_socket;

    return !socket || !BPF_CORE_READ(socket, file);
}

static __always_inline struct sends *sends_place(u64 sk, u32 tgid) {
    u32 i = (u32)(sk >> 6) ^ (u32)(sk >> 18) ^ tgid * 0x9E3779B1u;

    i &= TOC_WIRE_SENDS - 1;
    return bpf_map_lookup_elem(&unexplained, &i);
}

/* Adds the message. True when it is time to tell. */
static __always_inline bool sends_add(struct sends *at, u64 sk, u32 tgid, u32 bytes, u64 now) {
    if (at->sk != sk || at->tgid != tgid) {
        /* What another left untold there is lost. */
        if (at->sk && at->n) {
            count(seen, 1);
            count(state_full, 1);
        }
        at->sk = sk;
        at->tgid = tgid;
        at->told_ns = at->n = at->bytes = 0;
    }
    at->n++;
    at->bytes += bytes;
    return !at->told_ns || now - at->told_ns >= SENDS_EVERY_NS;
}

/* Global for the verifier's sake; what is told is in s->enter but for its process and socket. */
__noinline int sends_tell(struct sends *at) {
    struct scratch *s = toc_scratch();
    struct toc_wire_exit *exit;
    struct toc_wire_enter *rec;
    u64 call_seq;
    u32 call_cpu;
    bool ok;

    if (!s || !at)
        return 0;
    rec = &s->enter;
    if (rec->sock.family == AF_UNIX)
        toc_sock_unix(s, (struct sock *)at->sk);
    ok = toc_emit(s, &rec->head, sizeof(*rec), sizeof(*rec));
    call_cpu = rec->head.call_cpu;
    call_seq = rec->head.call_seq;
    exit = &s->exit;
    __builtin_memset(exit, 0, sizeof(*exit));
    toc_head(&exit->head, TOC_WIRE_EXIT, at->told_ns);
    exit->head.call_cpu = call_cpu;
    exit->head.call_seq = call_seq;
    exit->kernel_seen = at->n;
    exit->bytes = at->bytes;
    exit->bits = TOC_WIRE_KERNEL_COUNTS;
    ok = ok && toc_emit(s, &exit->head, sizeof(*exit), sizeof(*exit));
    at->n = at->bytes = 0;
    count(seen, 1);
    if (ok)
        count(handed, 1);
    else
        count(ring_full, 1);
    return 0;
}

static __always_inline void sends_event(struct sock *sk, struct task_struct *task,
                                        const struct origin *from, struct sends *at, u64 key,
                                        u64 now) {
    struct scratch *s = toc_scratch();
    struct toc_wire_enter *rec;

    if (!s)
        return;
    rec = &s->enter;
    __builtin_memset(rec, 0, sizeof(*rec));
    s->task = key | 1;
    at->told_ns = now;
    toc_head(&rec->head, TOC_WIRE_ENTER, now);
    rec->head.call_cpu = bpf_get_smp_processor_id();
    rec->head.call_seq = s->call_seq++;
    rec->event = TOC_EVENT_tocsin_unexplained_send;
    rec->abi = from->abi;
    rec->via = from->via;
    rec->nr = from->nr;
    rec->bits = TOC_WIRE_AT_END | from->bits;
    rec->args_status = TOC_WIRE_ABSENT;
    toc_proc_fill(&rec->proc, task);
    if (task->flags & PF_IO_WORKER && task->group_leader)
        bpf_probe_read_kernel(rec->proc.comm, sizeof(rec->proc.comm), task->group_leader->comm);
    exe_tell(task, &rec->proc);
    rec->sock.status = TOC_WIRE_OK;
    toc_sock_fill(&rec->sock, sk);
    sends_tell(at);
    s->task = 0;
}

/* A message that nothing explains; key is sk as a number. */
static __always_inline void sends_note(struct sock *sk, u64 key, struct task_struct *task,
                                       const struct origin *from, int ret) {
    u64 now = bpf_ktime_get_boot_ns();
    u32 tgid = task->tgid;
    struct sends *at = sends_place(key, tgid);

    if (at && sends_add(at, key, tgid, ret, now))
        sends_event(sk, task, from, at, key, now);
}

/* A message left, and no watched call of this thread on this socket is under way. */
static __always_inline void sends_look(struct sock *sk, int ret) {
    struct task_struct *task = bpf_get_current_task_btf();
    struct origin from = {};
    u64 key = 0;

    if (ret < 0 || !(toc_wanted & UNEXPLAINED) || toc_is_self() || !toc_in_scope())
        return;
    sends_origin(&from, task, sk);
    if (from.explained)
        return;
    if (sends_of_kernel(sk))
        from.via = TOC_WIRE_IN_KERNEL;
    /* A pointer does not become a number otherwise. */
    bpf_probe_read_kernel(&key, sizeof(key), &sk);
    bpf_get_socket_cookie(sk);
    sends_note(sk, key, task, &from, ret);
}

/* A message moved on a socket with requests under way. For a request that succeeds without a
 * completion this is its end. */
static __always_inline void sends_request(struct sock *sk, int ret) {
    u64 key = (u64)sk, req;
    struct uring_sock *on = bpf_map_lookup_elem(&uring_socks, &key);
    struct uring_state *st;

    if (!on)
        return;
    bpf_get_socket_cookie(sk);
    req = ret >= 0 ? uring_silent(on) : 0;
    st = req ? bpf_map_lookup_elem(&uring_requests, &req) : 0;
    if (!st)
        return;
    uring_result(st, req, ret);
    uring_forget(st, req);
}
