// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The kernel's own view of each message: its address from cgroup hooks, its result from
// tracepoints.
#pragma once

#include "maps.h"
#include "state.h"
#include "suspect.h"

static __always_inline struct call_state *witness_call(u64 sk) {
    struct call_state *call = state_find();

    /* A call may send on other sockets than its own, inside the kernel. */
    return call && call->sk == sk && state_is_seen(call) ? call : 0;
}

static __always_inline struct toc_wire_kernel_msg *witness_slot(struct call_state *call) {
    u32 i = call->n_kernel;

    if (i >= TOC_WIRE_PART_MSGS)
        return 0;
    index_part(i);
    return &call->kernel[i];
}

/* Bytes of a name as the hooks show it: family, port, address. */
#define IPV4_BYTES 8
#define IPV6_BYTES 24

struct full_list {
    struct toc_wire_kernel rec;
    struct toc_wire_kernel_msg msgs[TOC_WIRE_PART_MSGS];
};

/* Begins a record that belongs to a call, from a hook that may be preempted: no per-CPU memory. */
static __always_inline void witness_head(struct toc_wire_head *head, const struct call_state *call,
                                         u16 kind, u32 size) {
    toc_head(head, kind, bpf_ktime_get_boot_ns());
    head->size = size;
    head->seq = TOC_WIRE_UNNUMBERED;
    head->cpu = head->call_cpu = call->call_cpu;
    head->call_seq = call->call_seq;
}

static __always_inline void witness_lost(struct call_state *call) {
    call->part_lost = 1;
    count_shared(parts_lost, 1);
}

/* What does not fit into a message's place. NULL: there is no room. */
static __always_inline struct toc_wire_extra *extra_begin(struct call_state *call, u16 view,
                                                          u32 index) {
    struct toc_wire_extra *x = bpf_ringbuf_reserve(&ring, sizeof(*x), 0);

    if (!x) {
        witness_lost(call);
        return 0;
    }
    call->has_left = 1;
    witness_head(&x->head, call, TOC_WIRE_EXTRA, sizeof(*x));
    x->view = view;
    x->index = index;
    x->n_segs = x->n_items = x->name_n = x->items_status = 0;
    return x;
}

/* Empties the list, but for one message: that goes with the return as well, should the list be
 * lost. */
static __always_inline void witness_keep_suspect(struct call_state *call) {
    u32 suspect = suspect_find(call);

    call->n_kernel = 0;
    if (suspect >= TOC_WIRE_PART_MSGS)
        return;
    index_part(suspect);
    call->kernel[0] = call->kernel[suspect];
    call->n_kernel = 1;
}

/* Sends the full list on its way, to make room. Global, so that it is verified once. */
__noinline int witness_flush(struct call_state *call) {
    struct full_list *list;

    if (!call)
        return 0;
    list = bpf_ringbuf_reserve(&ring, sizeof(*list), 0);
    if (!list) {
        witness_lost(call);
        witness_keep_suspect(call);
        return 0;
    }
    call->has_left = 1;
    witness_head(&list->rec.head, call, TOC_WIRE_KERNEL, sizeof(*list));
    list->rec.n = TOC_WIRE_PART_MSGS;
    list->rec.pad = 0;
    __builtin_memcpy(list->msgs, call->kernel, sizeof(list->msgs));
    bpf_ringbuf_submit(list, BPF_RB_NO_WAKEUP);
    witness_keep_suspect(call);
    return 0;
}

/* Completes the message in flight. */
static __always_inline void witness_result(struct call_state *call, s32 ret, u8 hook) {
    struct toc_wire_kernel_msg *msg = witness_slot(call);

    if (msg) {
        if (!call->name_pending) {
            msg->name_hook = TOC_WIRE_HOOK_NONE;
            msg->name_n = msg->bits = 0;
        }
        msg->index = call->kernel_seen;
        msg->ret = ret;
        msg->ret_hook = hook;
        call->n_kernel++;
    }
    call->name_pending = call->in_flight = 0;
    if (ret >= 0) {
        call->kernel_seen++;
        call->bytes += ret;
    }
    if (call->n_kernel >= TOC_WIRE_PART_MSGS)
        witness_flush(call);
}

/* False: no call's. */
static __always_inline bool witness_length(struct sock *sk, int ret, u8 hook) {
    struct call_state *call = witness_call((u64)sk);

    if (!call)
        return false;
    if (!call->cookie)
        call->cookie = bpf_get_socket_cookie(sk);
    witness_result(call, ret, hook);
    return true;
}

/* The slot for the address of the message in flight. Where nothing else tells messages apart each
 * address is the next one's. */
static __always_inline struct toc_wire_kernel_msg *witness_name(struct call_state *call, u8 hook) {
    struct toc_wire_kernel_msg *msg = call ? witness_slot(call) : 0;

    if (!msg)
        return 0;
    msg->bits = 0;
    msg->name_hook = hook;
    msg->ret_hook = TOC_WIRE_HOOK_NONE;
    msg->index = call->kernel_seen;
    if (state_is_counted(call)) {
        call->name_pending = 1;
    } else {
        call->kernel_seen++;
        call->n_kernel++;
    }
    return msg;
}

/* A connected send with control data passes the hooks without a name: then all they show is zero.
 * No name has port 0: the kernel refused it before. */
static __always_inline bool witness_is_named(u16 port, u8 hook) {
    return port || (hook != TOC_WIRE_HOOK_SENDMSG4 && hook != TOC_WIRE_HOOK_SENDMSG6);
}

/* The name that a hook shows. False: there is none. */
static __always_inline bool witness_shown4(struct bpf_sock_addr *ctx, u8 hook, u8 *name) {
    u16 port = ctx->user_port;

    *(u32 *)&name[0] = AF_INET | (u32)port << 16;
    *(u32 *)&name[4] = ctx->user_ip4;
    return witness_is_named(port, hook);
}

static __always_inline bool witness_shown6(struct bpf_sock_addr *ctx, u8 hook, u8 *name) {
    u16 port = ctx->user_port;
    u32 a = ctx->user_ip6[0], b = ctx->user_ip6[1], c = ctx->user_ip6[2], d = ctx->user_ip6[3];

    *(u32 *)&name[0] = AF_INET6 | (u32)port << 16;
    *(u32 *)&name[4] = 0;
    *(u32 *)&name[8] = a;
    *(u32 *)&name[12] = b;
    *(u32 *)&name[16] = c;
    *(u32 *)&name[20] = d;
    return witness_is_named(port, hook);
}

static __always_inline void witness_keep(struct bpf_sock_addr *ctx, u8 hook, const u8 *name,
                                         u32 n) {
    struct toc_wire_kernel_msg *msg = witness_name(witness_call((u64)ctx->sk), hook);

    if (!msg)
        return;
    __builtin_memcpy(msg->name, name, n);
    msg->name_n = n;
}
