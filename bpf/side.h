// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Calls that move no messages, from entry to return: waits and side signals; those of connect are
// in connect.h.
#pragma once

#include "abi.h"
#include "connect.h"
#include "maps.h"
#include "side_memory.h"
#include "state.h"

static __always_inline bool side_is(u32 kind) {
    return TOC_KIND_SHAPE(kind) >= TOC_WIRE_SHAPE_WAIT;
}

/* select's oldest form has its arguments in user memory. */
static __always_inline void side_array_args(struct toc_wire_side_enter *rec, u64 at) {
    u32 words[5];

    rec->args_at = at;
    rec->args_status =
        bpf_probe_read_user(words, sizeof(words), (void *)at) ? TOC_WIRE_FAULT : TOC_WIRE_OK;
    for (int i = 0; i < 5; i++)
        rec->arg[i] = rec->args_status == TOC_WIRE_OK ? words[i] : 0;
    rec->arg[5] = 0;
}

static __always_inline bool side_is_32(u32 kind) {
    return TOC_KIND_ABI(kind) == TOC_WIRE_COMPAT;
}

/* What the arguments point to and the kernel may write, or a sibling: at entry and at return. */
static __noinline int side_memory(struct scratch *s, struct call_state *st) {
    u32 kind = st->kind, event = TOC_KIND_EVENT(kind), time = TOC_KIND_TIME(kind);
    const u64 *arg = st->side.arg;

    switch (event) {
    case TOC_EVENT_select:
    case TOC_EVENT_pselect6:
        side_sets(s, arg, side_is_32(kind));
        side_timeout(s, time, arg[4]);
        break;
    case TOC_EVENT_poll:
    case TOC_EVENT_ppoll:
        side_pollfds(s, arg[0], arg[1]);
        side_timeout(s, time, arg[2]);
        break;
    case TOC_EVENT_epoll_pwait2: side_timeout(s, time, arg[3]); break;
    case TOC_EVENT_io_uring_setup:
        side_read(s, TOC_WIRE_PART_URING, arg[1], TOC_WIRE_URING_BYTES);
        break;
    case TOC_EVENT_connect: side_read(s, TOC_WIRE_PART_ADDR, arg[1], side_addr_n(arg[2])); break;
    }
    return 0;
}

/* What is read at entry alone: the signal mask of a wait, the socket of connect. */
static __noinline int side_memory_once(struct scratch *s, struct call_state *st) {
    const u64 *arg = st->side.arg;

    switch (TOC_KIND_EVENT(st->kind)) {
    case TOC_EVENT_pselect6: side_packed_mask(s, arg[5], side_is_32(st->kind)); break;
    case TOC_EVENT_ppoll: side_mask_at(s, arg[3]); break;
    case TOC_EVENT_epoll_pwait:
    case TOC_EVENT_epoll_pwait2: side_mask_at(s, arg[4]); break;
    case TOC_EVENT_connect: connect_enter(s, st); break;
    }
    return 0;
}

static __always_inline void side_state(struct call_state *st, const struct toc_wire_side_enter *rec,
                                       u32 kind) {
    st->sk = 0; /* no message is to be expected */
    st->is_kept = KEPT_NOT;
    st->is_filtered = 0;
    st->call_seq = rec->head.call_seq;
    st->call_cpu = rec->head.call_cpu;
    st->kind = kind;
    st->side.sk = 0;
    st->args_at = rec->args_at;
    st->side.args_ok = rec->args_status == TOC_WIRE_OK;
    st->side.kernel.hook = TOC_WIRE_HOOK_NONE;
    for (int i = 0; i < TOC_WIRE_ARGS; i++)
        st->side.arg[i] = side_is_32(kind) ? (u32)rec->arg[i] : rec->arg[i];
}

/* The record in s->side.enter is begun: all but its parts. False: it found no room. */
static __always_inline bool side_enter(struct scratch *s, struct call_state *st, u32 kind) {
    struct toc_wire_side_enter *rec = &s->side.enter;
    bool orphan = rec->bits & TOC_WIRE_ORPHAN;

    rec->head.kind = TOC_WIRE_SIDE_ENTER;
    s->side.n = 0;
    side_state(st, rec, kind);
    if (st->side.args_ok && !orphan && TOC_KIND_SHAPE(kind) != TOC_WIRE_SHAPE_PLAIN) {
        side_memory(s, st);
        side_memory_once(s, st);
    }
    rec->n = s->side.n;
    return toc_emit(s, &rec->head, sizeof(*rec) + rec->n, sizeof(*rec) + sizeof(s->side.parts));
}

static __always_inline void side_return_parts(struct scratch *s, struct call_state *st, long ret) {
    if (st->args_at)
        side_read(s, TOC_WIRE_PART_ARGS, st->args_at,
                  (TOC_KIND_SHAPE(st->kind) == TOC_WIRE_SHAPE_ARRAY ? 5 : 3) * sizeof(u32));
    if (!st->side.args_ok || TOC_KIND_SHAPE(st->kind) == TOC_WIRE_SHAPE_PLAIN)
        return;
    side_memory(s, st);
    if (TOC_KIND_EVENT(st->kind) == TOC_EVENT_connect)
        connect_return(s, st, ret);
    else if (TOC_KIND_EVENT(st->kind) >= TOC_EVENT_epoll_wait &&
             TOC_KIND_EVENT(st->kind) <= TOC_EVENT_epoll_pwait2)
        side_events(s, st->side.arg[1], ret);
}

/* Global for the verifier's sake. */
__noinline int side_return(struct call_state *st, long ret) {
    struct scratch *s = toc_scratch();
    struct toc_wire_side_exit *rec;

    if (!s || !st)
        return 0;
    rec = &s->side.exit;
    toc_head(&rec->head, TOC_WIRE_SIDE_EXIT, bpf_ktime_get_boot_ns());
    rec->head.call_cpu = st->call_cpu;
    rec->head.call_seq = st->call_seq;
    rec->ret = ret;
    rec->pad = 0;
    s->side.n = 0;
    side_return_parts(s, st, ret);
    rec->n = s->side.n;
    if (toc_emit(s, &rec->head, sizeof(*rec) + rec->n, sizeof(*rec) + sizeof(s->side.parts)))
        count(handed, 1);
    else
        count(ring_full, 1);
    return 0;
}
