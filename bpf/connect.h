// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Where a connect goes: its socket, and the address that the kernel uses.
#pragma once

#include "maps.h"
#include "side_memory.h"
#include "sock.h"
#include "state.h"

/* The socket of the descriptor s->side.fd, into s->side.sock. Global, so that its many branches are
 * verified once and by themselves. */
__noinline int connect_sock(void) {
    struct scratch *s = toc_scratch();

    if (!s)
        return 0;
    __builtin_memset(&s->side.sock, 0, sizeof(s->side.sock));
    s->side.sk = (u64)toc_sock_of_fd(&s->side.sock, toc_task(), s->side.fd);
    return 0;
}

static __always_inline void connect_enter(struct scratch *s, struct call_state *st) {
    s->side.fd = st->side.arg[0];
    connect_sock();
    st->side.sk = s->side.sk;
    side_copy(s, TOC_WIRE_PART_SOCK, &s->side.sock, sizeof(s->side.sock));
}

/* Where no hook told where the kernel connects to, the socket itself does, if it is still behind
 * its descriptor. */
static __always_inline void connect_peer(struct scratch *s, struct call_state *st, long ret) {
    struct toc_wire_side_kernel *kernel = &st->side.kernel;

    if (kernel->hook || !st->side.sk || (ret != 0 && ret != -EINPROGRESS))
        return;
    s->side.fd = st->side.arg[0];
    connect_sock();
    if (s->side.sk != st->side.sk || s->side.sock.peer.status != TOC_WIRE_OK)
        return;
    kernel->hook = TOC_WIRE_HOOK_SOCK_PEER;
    kernel->n = s->side.sock.peer.n < 24 ? s->side.sock.peer.n : 24; /* a scope is not told */
    __builtin_memcpy(kernel->address, s->side.sock.peer.bytes, sizeof(s->side.sock.peer.bytes));
}

static __always_inline void connect_return(struct scratch *s, struct call_state *st, long ret) {
    connect_peer(s, st, ret);
    if (st->side.kernel.hook)
        side_copy(s, TOC_WIRE_PART_KERNEL, &st->side.kernel, sizeof(st->side.kernel));
}

/* The state of the connect that the running thread is in, if it is on this socket. Runs where it
 * may be preempted: state alone, no scratch. */
static __always_inline struct toc_wire_side_kernel *connect_state(struct bpf_sock_addr *ctx) {
    struct call_state *st = state_find();

    if (!st || TOC_KIND_EVENT(st->kind) != TOC_EVENT_connect || !st->side.sk ||
        st->side.sk != (u64)ctx->sk)
        return 0;
    return &st->side.kernel;
}

static __always_inline void connect_name4(struct bpf_sock_addr *ctx) {
    struct toc_wire_side_kernel *kernel = connect_state(ctx);
    u16 port = ctx->user_port;
    u32 ip = ctx->user_ip4;

    if (!kernel)
        return;
    *(u16 *)&kernel->address[0] = AF_INET;
    *(u16 *)&kernel->address[2] = port;
    __builtin_memcpy(&kernel->address[4], &ip, sizeof(ip));
    kernel->n = 8;
    kernel->hook = TOC_WIRE_HOOK_CONNECT4;
}

static __always_inline void connect_name6(struct bpf_sock_addr *ctx) {
    struct toc_wire_side_kernel *kernel = connect_state(ctx);
    u32 ip[4] = {ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3]};
    u16 port = ctx->user_port;

    if (!kernel)
        return;
    *(u16 *)&kernel->address[0] = AF_INET6;
    *(u16 *)&kernel->address[2] = port;
    __builtin_memset(&kernel->address[4], 0, 4);
    __builtin_memcpy(&kernel->address[8], ip, sizeof(ip));
    kernel->n = 24;
    kernel->hook = TOC_WIRE_HOOK_CONNECT6;
}
