// SPDX-License-Identifier: Apache-2.0
// Calls that move no messages, from entry to return.
#include "source/ptrace_side.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "source/ptrace_begin.h"
#include "source/ptrace_parts.h"

/* Not of x32, whose sets and masks are those of 64 bits. */
static bool is_narrow(const struct toc_tracee *t) {
    return TOC_KIND_ABI(t->kind) == TOC_WIRE_I386;
}

/* As many bits as nfds says, in whole words as the kernel reads and writes them. */
static void look_sets(struct toc_ptrace_looks *looks, const struct toc_tracee *t) {
    int32_t nfds = (int32_t)t->arg[0];
    uint32_t n = nfds < 0 ? 0 : nfds > TOC_WIRE_SIDE_SETFDS ? TOC_WIRE_SIDE_SETFDS : (uint32_t)nfds;

    n = is_narrow(t) ? (n + 31) / 32 * 4 : (n + 63) / 64 * 8;
    toc_ptrace_look(looks, TOC_WIRE_PART_READFDS, t->arg[1], n);
    toc_ptrace_look(looks, TOC_WIRE_PART_WRITEFDS, t->arg[2], n);
    toc_ptrace_look(looks, TOC_WIRE_PART_EXCEPTFDS, t->arg[3], n);
}

static void look_pollfds(struct toc_ptrace_looks *looks, const struct toc_tracee *t) {
    uint32_t n = (uint32_t)t->arg[1];

    n = n < TOC_WIRE_SIDE_POLLFDS ? n : TOC_WIRE_SIDE_POLLFDS;
    toc_ptrace_look(looks, TOC_WIRE_PART_POLLFDS, t->arg[0], n * 8);
}

/* Of the kernel's own clamp; what is longer, or negative, it refuses. */
static uint32_t addr_n(uint64_t len) {
    int32_t n = (int32_t)len;

    return n < 0 ? 0 : n > TOC_WIRE_LONG_NAME ? TOC_WIRE_LONG_NAME : (uint32_t)n;
}

/* What the arguments point to and the kernel may write, or a sibling: at entry and at return. */
static void look_memory(struct toc_ptrace_looks *looks, const struct toc_tracee *t) {
    uint32_t time = TOC_KIND_TIME(t->kind);

    switch (TOC_KIND_EVENT(t->kind)) {
    case TOC_EVENT_select:
    case TOC_EVENT_pselect6:
        look_sets(looks, t);
        toc_ptrace_look_timeout(looks, time, t->arg[4]);
        break;
    case TOC_EVENT_poll:
    case TOC_EVENT_ppoll:
        look_pollfds(looks, t);
        toc_ptrace_look_timeout(looks, time, t->arg[2]);
        break;
    case TOC_EVENT_epoll_pwait2: toc_ptrace_look_timeout(looks, time, t->arg[3]); break;
    case TOC_EVENT_io_uring_setup:
        toc_ptrace_look(looks, TOC_WIRE_PART_URING, t->arg[1], TOC_WIRE_URING_BYTES);
        break;
    case TOC_EVENT_connect:
        toc_ptrace_look(looks, TOC_WIRE_PART_ADDR, t->arg[1], addr_n(t->arg[2]));
        break;
    }
}

static void look_mask(struct toc_ptrace_parts *parts, struct toc_ptrace_looks *looks, uint64_t at) {
    toc_ptrace_parts_add(parts, TOC_WIRE_PART_MASK_AT, TOC_WIRE_OK, &at, sizeof(at));
    toc_ptrace_look(looks, TOC_WIRE_PART_MASK, at, sizeof(at));
}

/* pselect6 has a struct of pointer and size where others have a pointer to the mask. */
static void look_packed_mask(struct toc_ptrace_parts *parts, struct toc_ptrace_looks *looks,
                             const struct toc_tracee *t) {
    const struct toc_ptrace_memory memory = toc_ptrace_memory_of(t);
    uint64_t pointer = 0;

    if (!t->arg[5] || toc_ptrace_read_one(&memory, t->arg[5], &pointer, is_narrow(t) ? 4 : 8))
        look_mask(parts, looks, pointer);
    else
        toc_ptrace_parts_add(parts, TOC_WIRE_PART_MASK, TOC_WIRE_FAULT, NULL, 0);
}

/* The addresses of unix sockets have no room here. */
static void socket_of(struct toc_tracee *t, struct toc_wire_sock *ret) {
    struct toc_ptrace_sock sock;

    toc_ptrace_sock_fill(t->facts.pidfd, (uint32_t)t->arg[0], &t->socks, &sock);
    *ret = sock.wire;
    if (ret->family == AF_UNIX)
        ret->local = ret->peer = (struct toc_wire_addr){0};
}

static void add_sock(struct toc_ptrace_parts *parts, struct toc_tracee *t) {
    struct toc_wire_sock sock;

    socket_of(t, &sock);
    t->cookie = sock.cookie;
    toc_ptrace_parts_add(parts, TOC_WIRE_PART_SOCK, TOC_WIRE_OK, &sock, sizeof(sock));
}

/* What is read at entry alone: the signal mask of a wait, the socket of connect. */
static void look_once(struct toc_ptrace_parts *parts, struct toc_ptrace_looks *looks,
                      struct toc_tracee *t) {
    switch (TOC_KIND_EVENT(t->kind)) {
    case TOC_EVENT_pselect6: look_packed_mask(parts, looks, t); break;
    case TOC_EVENT_ppoll: look_mask(parts, looks, t->arg[3]); break;
    case TOC_EVENT_epoll_pwait:
    case TOC_EVENT_epoll_pwait2: look_mask(parts, looks, t->arg[4]); break;
    case TOC_EVENT_connect: add_sock(parts, t); break;
    }
}

static bool leads_somewhere(const struct toc_tracee *t) {
    return t->args_ok && TOC_KIND_SHAPE(t->kind) != TOC_WIRE_SHAPE_PLAIN;
}

void toc_ptrace_side_enter(struct toc_ptrace_recorder *r, struct toc_tracee *t, uint32_t kind,
                           uint64_t nr, const uint64_t args[6]) {
    struct toc_wire_side_enter rec = {0};
    struct toc_ptrace_parts parts = {.n = 0};
    struct toc_ptrace_looks looks = {.n = 0};
    struct toc_ptrace_memory memory;

    toc_ptrace_begin(r, t, kind, nr, args, (struct toc_wire_enter *)&rec);
    t->cookie = 0;
    memory = toc_ptrace_memory_of(t);
    if (leads_somewhere(t)) {
        look_memory(&looks, t);
        look_once(&parts, &looks, t);
        toc_ptrace_parts_read(&parts, &memory, &looks);
    }
    toc_ptrace_who(r, t, &rec.head, &rec.proc);
    rec.n = parts.n;
    t->enter_lost = !toc_ptrace_emit(&r->out, &rec.head, TOC_WIRE_SIDE_ENTER, sizeof(rec),
                                     parts.bytes, parts.n);
}

/* Where the kernel connected to, as far as its socket tells, if that is still behind its
 * descriptor. */
static void add_peer(struct toc_ptrace_parts *parts, struct toc_tracee *t, int64_t ret) {
    struct toc_wire_side_kernel kernel = {.hook = TOC_WIRE_HOOK_SOCK_PEER};
    struct toc_wire_sock sock;

    if (!t->cookie || (ret != 0 && ret != -EINPROGRESS))
        return;
    socket_of(t, &sock);
    if (sock.cookie != t->cookie || sock.peer.status != TOC_WIRE_OK)
        return;
    kernel.n = sock.peer.n < 24 ? sock.peer.n : 24; /* a scope is not told */
    memcpy(kernel.address, sock.peer.bytes, kernel.n);
    toc_ptrace_parts_add(parts, TOC_WIRE_PART_KERNEL, TOC_WIRE_OK, &kernel, sizeof(kernel));
}

static void look_events(struct toc_ptrace_looks *looks, const struct toc_tracee *t, int64_t ret) {
    uint32_t n = ret < TOC_WIRE_SIDE_EVENTS ? (uint32_t)ret : TOC_WIRE_SIDE_EVENTS;

    if (ret > 0)
        toc_ptrace_look(looks, TOC_WIRE_PART_EVENTS, t->arg[1], n * TOC_WIRE_EVENT_BYTES);
}

bool toc_ptrace_side_exit(struct toc_ptrace_recorder *r, struct toc_tracee *t, int64_t ret) {
    struct toc_wire_side_exit rec = {.head = toc_ptrace_head(t), .ret = ret};
    const struct toc_ptrace_memory memory = toc_ptrace_memory_of(t);
    uint32_t event = TOC_KIND_EVENT(t->kind);
    struct toc_ptrace_parts parts = {.n = 0};
    struct toc_ptrace_looks looks = {.n = 0};

    if (t->args_at)
        toc_ptrace_look(&looks, TOC_WIRE_PART_ARGS, t->args_at, t->n_args * sizeof(uint32_t));
    if (leads_somewhere(t))
        look_memory(&looks, t);
    if (leads_somewhere(t) && event == TOC_EVENT_connect)
        add_peer(&parts, t, ret);
    else if (leads_somewhere(t) && event >= TOC_EVENT_epoll_wait && event <= TOC_EVENT_epoll_pwait2)
        look_events(&looks, t, ret);
    toc_ptrace_parts_read(&parts, &memory, &looks);
    rec.n = parts.n;
    return toc_ptrace_emit(&r->out, &rec.head, TOC_WIRE_SIDE_EXIT, sizeof(rec), parts.bytes,
                           parts.n);
}
