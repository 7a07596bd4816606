// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The addresses of a unix socket: too long for the record of the call, hence mostly in one of their
// own.
#pragma once

#include "maps.h"
#include "sock.h"

/* Puts the address of a unix socket into addr, and all of it into x->name. True when x is needed.
 */
static __always_inline bool unix_addr(struct toc_wire_addr *addr, struct toc_wire_extra *x,
                                      struct sock *sk) {
    struct unix_sock *u = kernel_cast(struct unix_sock, sk);
    struct unix_address *from = KERNEL(u, addr);
    u32 n;

    addr->status = TOC_WIRE_NULL;
    if (!from)
        return false;
    from = kernel_cast(struct unix_address, from);
    n = KERNEL(from, len);
    opaque(n);
    if (n > sizeof(struct sockaddr_un))
        n = sizeof(struct sockaddr_un);
    addr->status = TOC_WIRE_FAULT;
    if (bpf_probe_read_kernel(x->name, n, from->name))
        return false;
    addr->status = TOC_WIRE_OK;
    __builtin_memcpy(addr->bytes, x->name, sizeof(addr->bytes));
    addr->n = n < sizeof(addr->bytes) ? n : sizeof(addr->bytes);
    x->name_n = n;
    return n > sizeof(addr->bytes);
}

static __always_inline void unix_emit(struct scratch *s, const struct toc_wire_head *call,
                                      u16 view) {
    struct toc_wire_extra *x = &s->extra;

    toc_head(&x->head, TOC_WIRE_EXTRA, call->time);
    x->head.call_cpu = call->call_cpu;
    x->head.call_seq = call->call_seq;
    x->view = view;
    x->index = 0;
    x->n_segs = x->n_items = x->items_status = 0;
    if (!toc_emit(s, &x->head, sizeof(*x), sizeof(*x)))
        count(parts_lost, 1);
}

/* Both ends of the socket of the call. */
static __always_inline void toc_sock_unix(struct scratch *s, struct toc_wire_enter *rec,
                                          struct sock *sk) {
    struct unix_sock *u = kernel_cast(struct unix_sock, sk);
    struct sock *peer = KERNEL(u, peer);

    if (unix_addr(&rec->sock.local, &s->extra, sk))
        unix_emit(s, &rec->head, TOC_WIRE_VIEW_LOCAL);
    rec->sock.peer.status = TOC_WIRE_NULL;
    if (peer && unix_addr(&rec->sock.peer, &s->extra, peer))
        unix_emit(s, &rec->head, TOC_WIRE_VIEW_PEER);
}
