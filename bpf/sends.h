// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Messages that the kernel sent although no call or request observed asks for it: an event for the
// first of a process on a socket, then one for what follows within a second.
#pragma once

#include "abi.h"
#include "exe.h"
#include "maps.h"
#include "proc.h"
#include "scope.h"
#include "sock.h"
#include "unix.h"

#define UNEXPLAINED (1ull << TOC_EVENT_tocsin_unexplained_send)
#define NR_IO_URING_ENTER 426 /* in every ABI */
#define SENDS_EVERY_NS 1000000000u

/* Set when something is left to be told; the reader asks for it (sends_tell_left). */
__u64 toc_sends_left;

/* How the running thread came to send. */
struct origin {
    u32 nr; /* without the x32 bit */
    u8 abi;
    u8 via;
    u8 bits;
    u8 explained;
};

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
static __always_inline void sends_origin(struct origin *from, struct task_struct *task) {
    struct pt_regs *regs;

    from->bits = TOC_WIRE_NO_NUMBER;
    from->via = TOC_WIRE_IN_KERNEL;
    if (task->flags & PF_KTHREAD)
        return;
    /* Which takes no other pointer. */
    regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
    if (task->flags & PF_IO_WORKER) {
        from->via = TOC_WIRE_IO_URING;
    } else if (machine_is_in_call(regs)) {
        from->bits = 0;
        sends_of_call(from, task, regs);
    } else if (task->io_uring) {
        from->via = TOC_WIRE_IO_URING;
    }
}

static __always_inline bool sends_of_kernel(struct sock *sk) {
    struct socket *socket = sk->sk_socket;

    return !socket || !BPF_CORE_READ(socket, file);
}

static __always_inline bool sends_are_watched(void) {
    return toc_wanted & UNEXPLAINED && !toc_is_self() && toc_in_scope();
}

static __always_inline struct sends *sends_place(u64 sk, u32 tgid, const struct origin *from) {
    u32 way = from->nr << 4 ^ from->abi << 2 ^ from->via;
    u32 i = (u32)(sk >> 6) ^ (u32)(sk >> 18) ^ (tgid ^ way << 16) * 0x9E3779B1u >> 20;

    i &= TOC_WIRE_SENDS - 1; /* 12 bits */
    return bpf_map_lookup_elem(&unexplained, &i);
}

static __always_inline bool sends_is_of(const struct sends *at, u64 sk, u32 tgid,
                                        const struct origin *from) {
    return at->sk == sk && at->enter.proc.pid == tgid && at->enter.nr == from->nr &&
           at->enter.abi == from->abi && at->enter.via == from->via;
}

/* What followed the last event within a second, as one more of the same. From any hook, and from
 * the reader: no per-CPU memory. */
static __always_inline void sends_tell_left(struct sends *at, u64 call_seq, u64 now) {
    u64 n = __sync_lock_test_and_set(&at->n, 0), bytes = __sync_lock_test_and_set(&at->bytes, 0);
    struct toc_wire_enter *rec;
    struct toc_wire_exit *exit;

    if (!n)
        return;
    count_shared(seen, 1);
    rec = bpf_ringbuf_reserve(&ring, sizeof(*rec), 0);
    if (!rec) {
        count_shared(ring_full, 1);
        return;
    }
    exit = bpf_ringbuf_reserve(&ring, sizeof(*exit), 0);
    if (!exit) {
        bpf_ringbuf_discard(rec, BPF_RB_NO_WAKEUP);
        count_shared(ring_full, 1);
        return;
    }
    bpf_probe_read_kernel(rec, sizeof(*rec), &at->enter);
    rec->head.size = sizeof(*rec);
    rec->head.seq = TOC_WIRE_UNNUMBERED;
    rec->head.time = now;
    rec->head.call_seq = call_seq;
    rec->head.task = at->sk | 2; /* not that of what other hooks tell of the socket meanwhile */
    __builtin_memset(exit, 0, sizeof(*exit));
    exit->head = rec->head;
    exit->head.kind = TOC_WIRE_EXIT;
    exit->head.size = sizeof(*exit);
    exit->kernel_seen = n;
    exit->bytes = bytes;
    exit->bits = TOC_WIRE_KERNEL_COUNTS;
    at->told_ns = now;
    bpf_ringbuf_submit(rec, BPF_RB_NO_WAKEUP);
    bpf_ringbuf_submit(exit, BPF_RB_NO_WAKEUP);
    count_shared(handed, 1);
}

struct sends_ctx {
    u64 before; /* told before then */
    u64 now;
    struct scratch *s;
    u64 left;
};

static long sends_look_at(void *map, const void *key, struct sends *at, struct sends_ctx *ctx) {
    if (!at->n)
        return 0;
    if (at->told_ns >= ctx->before || __sync_val_compare_and_swap(&at->busy, 0, 1)) {
        ctx->left = 1;
        return 0;
    }
    sends_tell_left(at, __sync_fetch_and_add(&ctx->s->call_seq, 1), ctx->now);
    at->busy = 0;
    return 0;
}

/* For the reader. Programs on its CPU may come between, but none does in the middle of taking a
 * number. */
static __always_inline void sends_look_all(u64 before) {
    struct sends_ctx ctx = {before, bpf_ktime_get_boot_ns(), toc_scratch(), 0};

    if (!ctx.s || !__sync_lock_test_and_set(&toc_sends_left, 0))
        return;
    bpf_for_each_map_elem(&unexplained, sends_look_at, &ctx, 0);
    if (ctx.left)
        toc_sends_left = 1;
}

/* Global for the verifier's sake; what is told is in s->enter. */
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
    at->enter = *rec;
    if (rec->sock.family == AF_UNIX)
        toc_sock_unix(s, rec, (struct sock *)at->sk);
    ok = toc_emit(s, &rec->head, sizeof(*rec), sizeof(*rec));
    call_cpu = rec->head.call_cpu;
    call_seq = rec->head.call_seq;
    exit = &s->exit;
    __builtin_memset(exit, 0, sizeof(*exit));
    toc_head(&exit->head, TOC_WIRE_EXIT, at->told_ns);
    exit->head.call_cpu = call_cpu;
    exit->head.call_seq = call_seq;
    exit->kernel_seen = __sync_lock_test_and_set(&at->n, 0);
    exit->bytes = __sync_lock_test_and_set(&at->bytes, 0);
    exit->bits = TOC_WIRE_KERNEL_COUNTS;
    ok = ok && toc_emit(s, &exit->head, sizeof(*exit), sizeof(*exit));
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
    rec->head.cpu = rec->head.call_cpu;
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

/* The place is taken by others: what they left is told. False: that is under way. */
static __always_inline bool sends_take_place(struct sends *at, u64 sk, u64 now) {
    struct scratch *s = toc_scratch();

    if (!s || __sync_val_compare_and_swap(&at->busy, 0, 1))
        return false;
    sends_tell_left(at, s->call_seq++, now);
    at->sk = sk;
    at->told_ns = 0;
    at->busy = 0;
    return true;
}

/* A message that nothing explains; key is sk as a number. */
static __always_inline void sends_note(struct sock *sk, u64 key, struct task_struct *task,
                                       const struct origin *from, u64 bytes) {
    u64 now = bpf_ktime_get_boot_ns();
    struct sends *at = sends_place(key, task->tgid, from);

    if (!at)
        return;
    if (!sends_is_of(at, key, task->tgid, from) && !sends_take_place(at, key, now)) {
        count(seen, 1);
        count(state_full, 1);
        return;
    }
    __sync_fetch_and_add(&at->n, 1);
    __sync_fetch_and_add(&at->bytes, bytes);
    if (!at->told_ns || now - at->told_ns >= SENDS_EVERY_NS)
        sends_event(sk, task, from, at, key, now);
    else
        toc_sends_left = 1;
}
