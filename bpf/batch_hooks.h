// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Programs on the functions that every batch passes, whichever way it came in: by then its
// arguments are the kernel's own.
//
// These hooks may be preempted: they write into the ring itself, and touch no per-CPU memory.
#pragma once

#include "state.h"
#include "witness.h"

/* A setting, as in maps.h: __sys_recvmmsg is hooked instead of do_recvmmsg. */
const volatile bool toc_has_outer = false;

struct batch_args {
    u64 vec;
    struct timespec64 *timeout; /* in kernel memory; 0: none. Of __sys_recvmmsg in user memory */
    u32 fd;
    u32 vlen;
    u32 flags;
    bool is_send;
    u8 hook;
};

/* The call of the running thread, if it is such a batch. */
static __always_inline struct call_state *batch_call(bool is_send) {
    struct call_state *call = state_find();

    return call && TOC_KIND_SHAPE(call->kind) == TOC_WIRE_SHAPE_BATCH &&
                   TOC_KIND_IS_SEND(call->kind) == is_send
               ? call
               : 0;
}

static __always_inline void batch_timeout(struct toc_wire_timeout *to, const struct batch_args *a) {
    s64 time[2] = {};

    to->status = a->is_send || toc_has_outer ? TOC_WIRE_ABSENT : TOC_WIRE_NULL;
    if (a->timeout && !toc_has_outer)
        to->status =
            bpf_probe_read_kernel(time, sizeof(time), a->timeout) ? TOC_WIRE_FAULT : TOC_WIRE_OK;
    to->sec = time[0];
    to->nsec = time[1];
}

static __always_inline void batch_begin(const struct batch_args *a) {
    struct call_state *call = batch_call(a->is_send);
    struct toc_wire_taken *rec;

    if (!call || call->enter_lost)
        return;
    rec = bpf_ringbuf_reserve(&ring, sizeof(*rec), 0);
    if (!rec) {
        witness_lost(call);
        return;
    }
    witness_head(&rec->head, call, TOC_WIRE_TAKEN, sizeof(*rec));
    rec->vec = a->vec;
    rec->fd = a->fd;
    rec->vlen = a->vlen;
    rec->flags = a->flags;
    rec->hook = a->hook;
    batch_timeout(&rec->timeout, a);
    bpf_ringbuf_submit(rec, BPF_RB_NO_WAKEUP);
}

static __always_inline void batch_end(bool is_send, s32 ret, u8 hook) {
    struct call_state *call = batch_call(is_send);

    if (!call)
        return;
    call->inner_hook = hook;
    call->inner_ret = ret;
}

SEC("?fentry/__sys_sendmmsg")
int BPF_PROG(toc_fentry_sendmmsg, int fd, u64 vec, u32 vlen, u32 flags) {
    struct batch_args a = {vec, 0, fd, vlen, flags, true, TOC_WIRE_HOOK_FENTRY_SENDMMSG};

    batch_begin(&a);
    return 0;
}

SEC("?fexit/__sys_sendmmsg")
int BPF_PROG(toc_fexit_sendmmsg, int fd, u64 vec, u32 vlen, u32 flags, bool no_compat, int ret) {
    batch_end(true, ret, TOC_WIRE_HOOK_FENTRY_SENDMMSG);
    return 0;
}

/* Or __sys_recvmmsg, which takes one argument more: the result is where the kernel says. */
SEC("?fentry/do_recvmmsg")
int BPF_PROG(toc_fentry_recvmmsg, int fd, u64 vec, u32 vlen, u32 flags,
             struct timespec64 *timeout) {
    struct batch_args a = {vec, timeout, fd, vlen, flags, false, TOC_WIRE_HOOK_FENTRY_RECVMMSG};

    batch_begin(&a);
    return 0;
}

SEC("?fexit/do_recvmmsg")
int toc_fexit_recvmmsg(u64 *ctx) {
    u64 ret;

    if (!bpf_get_func_ret(ctx, &ret))
        batch_end(false, ret, TOC_WIRE_HOOK_FENTRY_RECVMMSG);
    return 0;
}

SEC("?kprobe")
int toc_kprobe_sendmmsg(struct pt_regs *regs) {
    struct batch_args a = {
        machine_parameter(regs, 1), 0,    machine_parameter(regs, 0),   machine_parameter(regs, 2),
        machine_parameter(regs, 3), true, TOC_WIRE_HOOK_KPROBE_SENDMMSG};

    batch_begin(&a);
    return 0;
}

SEC("?kretprobe")
int toc_kretprobe_sendmmsg(struct pt_regs *regs) {
    batch_end(true, machine_result(regs), TOC_WIRE_HOOK_KPROBE_SENDMMSG);
    return 0;
}

SEC("?kprobe")
int toc_kprobe_recvmmsg(struct pt_regs *regs) {
    struct batch_args a = {machine_parameter(regs, 1),   (void *)machine_parameter(regs, 4),
                           machine_parameter(regs, 0),   machine_parameter(regs, 2),
                           machine_parameter(regs, 3),   false,
                           TOC_WIRE_HOOK_KPROBE_RECVMMSG};

    batch_begin(&a);
    return 0;
}

SEC("?kretprobe")
int toc_kretprobe_recvmmsg(struct pt_regs *regs) {
    batch_end(false, machine_result(regs), TOC_WIRE_HOOK_KPROBE_RECVMMSG);
    return 0;
}
