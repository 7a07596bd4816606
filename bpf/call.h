// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// A watched call at its entry: what is read, and what leaves the kernel.
#pragma once

#include "abi.h"
#include "arguments.h"
#include "enter.h"
#include "extent.h"
#include "filter.h"
#include "maps.h"
#include "scope.h"
#include "side_call.h"
#include "sock.h"
#include "state.h"
#include "suspect.h"
#include "timeout.h"
#include "unix.h"
#include "walk.h"

static __always_inline void enter_walk(struct scratch *s, struct call_state *st, u32 kind) {
    struct toc_wire_enter *rec = &st->kept.rec;
    struct walk *w = &s->walk;

    w->vec = st->vec;
    w->buffer = st->buffer;
    w->time = rec->head.time;
    w->call_seq = rec->head.call_seq;
    w->call_cpu = rec->head.call_cpu;
    w->view = TOC_WIRE_VIEW_ENTER;
    w->first = w->parts_lost = 0;
    w->more = st->more;
    w->bits = extent_bits(kind, false);
    w->segs_left = TOC_WIRE_CALL_SEGS;
    w->payload = payload_wanted(toc_payload_enter, kind);
    w->ret = -1;
    w->payload_left = TOC_WIRE_CALL_PAYLOAD;
    rec->n_walked = w->n;
    rec->n_entries = walk_part_n(w);
    if (w->n)
        walk_read(s, &st->kept);
}

/* Of scratch.sk. Global, so that it is verified once. */
__noinline int enter_unix(struct toc_wire_enter *rec) {
    struct scratch *s = toc_scratch();

    if (s && rec)
        toc_sock_unix(s, rec, (struct sock *)s->sk);
    return 0;
}

/* Finds the socket of the call: scratch.sk. */
static __always_inline void enter_sock(struct scratch *s, struct toc_wire_enter *rec,
                                       struct task_struct *task) {
    struct sock *sk = 0;

    __builtin_memset(&rec->sock, 0, sizeof(rec->sock));
    if (rec->args_status == TOC_WIRE_OK)
        sk = toc_sock_of_fd(&rec->sock, task, rec->arg[0]);
    s->sk = (u64)sk;
    if (rec->sock.family == AF_UNIX)
        enter_unix(rec);
}

static __always_inline void state_fill(struct call_state *st, const struct toc_wire_enter *rec,
                                       u64 sk, u32 kind, u32 n) {
    st->sk = sk;
    st->vec = toc_user_ptr(kind, rec->arg[1]);
    st->timeout = toc_user_ptr(kind, rec->arg[4]);
    st->buffer.len = toc_user_ptr(kind, rec->arg[2]);
    st->buffer.name = toc_user_ptr(kind, rec->arg[4]);
    st->buffer.name_len = toc_user_ptr(kind, rec->arg[5]);
    st->cookie = sk ? rec->sock.cookie : 0;
    st->bytes = 0;
    st->call_seq = rec->head.call_seq;
    st->call_cpu = rec->head.call_cpu;
    st->kind = kind;
    st->born = toc_generation;
    st->n_walked = n;
    st->kernel_seen = st->n_kernel = 0;
    st->enter_lost = st->part_lost = st->name_pending = 0;
    st->in_flight = st->miscounted = 0;
    st->inner_hook = TOC_WIRE_HOOK_NONE;
    st->has_left = st->is_filtered = 0;
    arguments_keep(st, rec);
    st->denied = st->unjudged = 0;
    st->denied_at = st->n_more = 0;
}

/* The record of the entry leaves. False: it found no room. */
static __always_inline bool enter_emit(struct scratch *s, struct toc_wire_enter *rec) {
    return toc_emit(s, &rec->head, sizeof(*rec) + rec->n_entries * sizeof(struct toc_wire_entry),
                    sizeof(struct kept_enter));
}

/* Nothing of it is looked at any more. */
static __always_inline void enter_ignore(struct call_state *st, u32 kind) {
    st->sk = 0;
    st->is_kept = KEPT_NOT;
    st->kind = kind;
    st->call_seq = ~0ull;
    st->is_filtered = 1;
}

/* True: its arguments say that nobody needs the call, which is all that is remembered of it. Whose
 * it is makes no difference then, and is asked only where room is short. */
static __always_inline bool call_reject(const struct toc_filter_table *table,
                                        struct task_struct *task, struct pt_regs *regs, u32 kind) {
    u64 thread = toc_thread(task);
    struct scratch *s = toc_scratch();
    struct call_state *st;

    if (!s || !filter_at_call(table, s, task, regs, kind))
        return false;
    st = state_slot(thread);
    if (toc_overflows || !state_take(st, thread))
        st = toc_is_in_scope(thread >> 32) ? state_claim(s, thread) : 0;
    if (st)
        enter_ignore(st, kind);
    return true;
}

static __always_inline void call_enter(const struct toc_filter_table *table,
                                       struct task_struct *task, struct pt_regs *regs, u32 nr,
                                       u32 kind) {
    struct scratch *s = toc_scratch();
    struct toc_wire_enter *rec;
    struct call_state *st;
    struct walk *w;
    u64 records;

    if (!s)
        return;
    st = state_claim(s, toc_thread(task));
    if (!st)
        return;
    /* The record is made where it is kept: nothing of the call before is there any more. */
    st->is_kept = KEPT_NOT;
    rec = &st->kept.rec;
    w = &s->walk;
    enter_fill(s, rec, task, regs, nr, kind);
    records = s->record_seq;
    enter_sock(s, rec, task);
    if (records == s->record_seq && filter_at_socket(table, s, rec, kind)) {
        enter_ignore(st, kind);
        return;
    }
    w->n = s->sk ? extent_at_enter(kind, rec->arg[2]) : 0;
    state_fill(st, rec, s->sk, kind, w->n);
    if (toc_n_deny && TOC_KIND_IS_SEND(kind) && w->n > TOC_WIRE_PART_MSGS)
        more_claim(st, toc_thread(task));
    timeout_read(&rec->timeout, TOC_KIND_TIME(kind), st->timeout);
    enter_walk(s, st, kind);
    st->iovs_low = s->iovs.low;
    st->iovs_high = s->iovs.high;
    st->names_low = s->names.low;
    st->names_high = s->names.high;
    /* What is whole in one record waits for the return. */
    if (w->n <= TOC_WIRE_PART_MSGS && records == s->record_seq) {
        st->is_kept = KEPT;
        return;
    }
    st->enter_lost = !enter_emit(s, rec);
    if (!st->enter_lost || w->more)
        walk_further(w);
    st->n_more = w->more ? w->n : 0;
    st->part_lost = w->parts_lost > 0;
    count(parts_lost, w->parts_lost);
}
