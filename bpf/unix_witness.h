// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The address of a unix datagram as the kernel uses it, from cgroup hooks.
//
// These hooks may be preempted: they write into the ring itself, and touch no per-CPU memory.
#pragma once

#include "connect.h"
#include "witness.h"

extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym __weak;

/* Whether it is the name that the message showed at entry. */
static __always_inline bool unix_is_shown(const struct call_state *call,
                                          const struct toc_wire_kernel_msg *msg) {
    struct shown shown;

    if (!name_shown(call, msg->index, &shown) || shown.status != TOC_WIRE_OK ||
        shown.name_status != TOC_WIRE_OK || shown.name_n != msg->name_n)
        return false;
    for (u32 i = 0; i < TOC_WIRE_NAME && i < msg->name_n; i++)
        if (shown.name[i] != msg->name[i])
            return false;
    return true;
}

/* All of a name that the list has no room for. */
static __always_inline void unix_extra(struct call_state *call, u32 index, const void *name,
                                       u64 n) {
    struct toc_wire_extra *x;

    if (index >= TOC_WIRE_MAX_MSGS || call->enter_lost)
        return;
    x = extra_begin(call, TOC_WIRE_VIEW_KERNEL_NAME, index);
    if (!x)
        return;
    opaque(n);
    if (n > sizeof(x->name))
        n = sizeof(x->name);
    if (!bpf_probe_read_kernel(x->name, n, name))
        x->name_n = n;
    bpf_ringbuf_submit(x, BPF_RB_NO_WAKEUP);
}

/* Where a connect goes, whole. */
static __always_inline void unix_connect(struct bpf_sock_addr *ctx) {
    struct toc_wire_side_kernel *kernel = connect_state(ctx);
    struct bpf_sock_addr_kern *from =
        kernel_cast(struct bpf_sock_addr_kern, bpf_cast_to_kern_ctx(ctx));
    const void *name = from->uaddr;
    u64 n = from->uaddrlen;

    if (!kernel)
        return;
    opaque(n);
    if (n > sizeof(kernel->address))
        n = sizeof(kernel->address);
    if (bpf_probe_read_kernel(kernel->address, n, name))
        return;
    kernel->n = n;
    kernel->hook = TOC_WIRE_HOOK_CONNECT_UNIX;
}

static __always_inline void unix_witness(struct bpf_sock_addr *ctx, u8 hook) {
    struct call_state *call = witness_call((u64)ctx->sk);
    struct bpf_sock_addr_kern *kernel =
        kernel_cast(struct bpf_sock_addr_kern, bpf_cast_to_kern_ctx(ctx));
    struct toc_wire_kernel_msg *msg;
    const void *name = kernel->uaddr;
    u64 n = kernel->uaddrlen, part;

    /* A sender without a name has a length of 0. */
    if (!call || n <= sizeof(u16))
        return;
    msg = witness_name(call, hook);
    if (!msg)
        return;
    part = n;
    opaque(part);
    if (part > sizeof(msg->name))
        part = sizeof(msg->name);
    bpf_probe_read_kernel(msg->name, part, name);
    msg->name_n = part;
    msg->bits = n > TOC_WIRE_NAME          ? TOC_WIRE_NAME_CUT
                : unix_is_shown(call, msg) ? TOC_WIRE_NAME_SAME
                                           : 0;
    if (n > TOC_WIRE_NAME)
        unix_extra(call, msg->index, name, n);
}
