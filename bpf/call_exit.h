// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// A watched call at its return, or at the end of its thread: what is read, and what leaves the
// kernel.
#pragma once

#include "call.h"

/* Further parts go first: they and EXIT are put together in the same place. */
static __always_inline void exit_walk(const struct call_state *st, struct scratch *s, u64 time) {
    struct walk *w = &s->walk;

    w->vec = st->vec;
    w->buffer = st->buffer;
    w->time = time;
    w->call_seq = st->call_seq;
    w->call_cpu = st->call_cpu;
    w->view = TOC_WIRE_VIEW_EXIT;
    w->first = w->parts_lost = w->more = 0;
    w->bits = extent_bits(st->kind, true);
    w->segs_left = TOC_WIRE_CALL_SEGS;
    w->payload = payload_wanted(toc_payload_exit, st->kind);
    w->payload_left = TOC_WIRE_CALL_PAYLOAD;
    if (w->n == 0)
        return;
    walk_further(w);
    walk_read(s, toc_part(s));
}

/* Copies what is left of the kernel's view behind the entries; gives the size of the record. */
static __always_inline u32 exit_kernel(struct scratch *s, struct call_state *st) {
    struct toc_wire_exit *rec = &s->exit;
    u32 n = st->n_kernel + (st->name_pending != 0);
    u64 at = (u64)rec->n_entries * sizeof(struct toc_wire_entry);
    u64 size;

    if (n > TOC_WIRE_PART_MSGS)
        n = TOC_WIRE_PART_MSGS;
    rec->n_kernel = n;
    size = (u64)n * sizeof(struct toc_wire_kernel_msg);
    opaque(size);
    if (size > sizeof(st->kernel))
        size = sizeof(st->kernel);
    opaque(at);
    if (at > sizeof(s->entries))
        at = sizeof(s->entries);
    bpf_probe_read_kernel((u8 *)s->entries + at, size, st->kernel);
    return (u32)(sizeof(*rec) + at + size);
}

static __always_inline void exit_fill(struct toc_wire_exit *rec, const struct call_state *st,
                                      struct walk *w, long ret) {
    toc_head(&rec->head, TOC_WIRE_EXIT, w->time);
    rec->head.call_cpu = st->call_cpu;
    rec->head.call_seq = st->call_seq;
    rec->ret = ret;
    rec->bytes = st->bytes;
    rec->cookie = st->cookie;
    rec->kernel_seen = st->kernel_seen;
    rec->n_walked = w->n;
    rec->n_entries = walk_part_n(w);
    rec->bits = st->part_lost || w->parts_lost ? TOC_WIRE_PART_LOST : 0;
    rec->inner_hook = st->inner_hook;
    rec->inner_ret = st->inner_ret;
    if (st->unjudged)
        rec->bits |= TOC_WIRE_UNJUDGED;
    rec->denied = st->denied;
    rec->denied_at = st->denied_at;
    if (state_has_counts(st))
        rec->bits |= TOC_WIRE_KERNEL_COUNTS;
}

/* Makes the EXIT record in scratch; gives its size. Global for the verifier's sake, like walk_most.
 */
__noinline int exit_make(struct call_state *st, long ret) {
    struct scratch *s = toc_scratch();
    struct walk *w;

    if (!s || !st)
        return 0;
    w = &s->walk;
    w->n = extent_at_exit(st, ret);
    w->ret = ret;
    exit_walk(st, s, bpf_ktime_get_boot_ns());
    count(parts_lost, w->parts_lost);
    if (st->args_at)
        arguments_again(s, st, w->time);
    exit_fill(&s->exit, st, w, ret);
    timeout_read(&s->exit.timeout, TOC_KIND_TIME(st->kind), st->timeout);
    return (int)exit_kernel(s, st);
}

#define EXIT_BYTES                                                                                 \
    (sizeof(struct toc_wire_exit) +                                                                \
     TOC_WIRE_PART_MSGS * (sizeof(struct toc_wire_entry) + sizeof(struct toc_wire_kernel_msg)))

/* Its entry, if that is still here. Others may have pushed its process out of what is remembered
 * meanwhile, here and in user space. True unless there was no room. */
static __always_inline bool call_emit_kept(struct scratch *s, struct call_state *st) {
    if (!__sync_lock_test_and_set(&st->is_kept, KEPT_NOT))
        return true;
    exe_tell(toc_task(), &st->kept.rec.proc);
    return enter_emit(s, &st->kept.rec);
}

/* The same, and its return. */
static __always_inline bool call_emit(struct scratch *s, struct call_state *st, u32 size) {
    if (!call_emit_kept(s, st))
        return false;
    return toc_emit(s, &s->exit.head, size, EXIT_BYTES);
}

/* True unless there was no room. */
static __always_inline bool call_return(struct scratch *s, struct call_state *st, long ret) {
    return call_emit(s, st, exit_make(st, ret));
}

enum call_fate { CALL_HANDED, CALL_FILTERED, CALL_NO_ROOM };

/* The same if anybody needs it. What has begun to leave, leaves whole: the record of the entry, the
 * kernel's view, or what did not fit into the entries at exit. */
static __always_inline enum call_fate call_finish(struct scratch *s, struct call_state *st,
                                                  long ret) {
    const struct toc_filter_table *table = st->is_kept && !st->has_left ? filter_of(st->kind) : 0;
    u64 records = s->record_seq;
    u32 size;

    if ((filter_at_result(&table, st, ret) || filter_at_return(table, st, ret)) &&
        __sync_lock_test_and_set(&st->is_kept, KEPT_NOT))
        return CALL_FILTERED;
    size = exit_make(st, ret);
    if (records == s->record_seq && filter_at_exit(table, st) &&
        __sync_lock_test_and_set(&st->is_kept, KEPT_NOT))
        return CALL_FILTERED;
    return call_emit(s, st, size) ? CALL_HANDED : CALL_NO_ROOM;
}

/* A call that found no room in the ring goes through the other when it looks like an attack: its
 * entry with the first messages, and its return. */
static __always_inline bool call_tell_urgent(struct scratch *s, struct call_state *st,
                                             struct task_struct *task, long ret) {
    struct toc_wire_enter *rec = &st->kept.rec;
    u32 size = rec->n_entries * sizeof(struct toc_wire_entry);

    exe_tell(task, &rec->proc);
    if (!toc_emit_urgent(&rec->head, sizeof(*rec) + size, sizeof(st->kept)))
        return false;
    st->part_lost = 1;
    size = exit_make(st, ret);
    return toc_emit_urgent(&s->exit.head, size, EXIT_BYTES);
}

static __always_inline bool call_rescue(struct scratch *s, struct call_state *st,
                                        struct task_struct *task, long ret) {
    bool told;

    if (st->args_at)
        arguments_look(s, st);
    if (!suspect_is(st, ret))
        return false;
    s->is_urgent = 1;
    told = call_tell_urgent(s, st, task, ret);
    s->is_urgent = 0;
    return told;
}

/* A return whose entry was not seen: seccomp answered it, or it began before us. */
static __always_inline void call_orphan(struct scratch *s, struct task_struct *task,
                                        struct pt_regs *regs, u32 nr, u32 kind, long ret) {
    struct toc_wire_enter *rec = &s->enter;

    enter_fill(s, rec, task, regs, nr, kind);
    rec->bits = TOC_WIRE_ORPHAN;
    enter_sock(s, rec, task);
    rec->timeout.status = TOC_WIRE_ABSENT;
    s->state.is_kept = KEPT_NOT;
    state_fill(&s->state, rec, 0, kind, 0);
    s->state.timeout = 0;
    if (toc_emit(s, &rec->head, sizeof(*rec), sizeof(*rec)) && call_return(s, &s->state, ret))
        count(handed, 1);
    else
        count(ring_full, 1);
}

static __always_inline void call_end(struct scratch *s, struct call_state *st,
                                     struct task_struct *task, long ret) {
    enum call_fate fate = CALL_NO_ROOM;

    if (st->is_filtered) {
        count(filtered, 1);
        return;
    }
    if (side_is(st->kind)) {
        if (st->enter_lost)
            count(ring_full, 1);
        else
            side_return(st, ret);
        return;
    }
    if (!st->enter_lost)
        fate = call_finish(s, st, ret);
    if (fate == CALL_FILTERED) {
        count(filtered, 1);
    } else if (fate == CALL_HANDED) {
        count(handed, 1);
    } else if (call_rescue(s, st, task, ret)) {
        count(handed, 1);
        count(rescued, 1);
    } else {
        count(ring_full, 1);
    }
}

static __always_inline void call_exit(struct task_struct *task, struct pt_regs *regs, u32 nr,
                                      u32 kind, long ret) {
    u64 thread = toc_thread(task);
    struct call_state *st = state_of(state_slot(thread), thread);
    struct scratch *s = toc_scratch();
    bool no_room = !st && state_was_refused(thread);

    if (!s || (!st && !no_room && !toc_is_wanted(kind)))
        return;
    count(seen, 1);
    if (st) {
        call_end(s, st, task, ret);
        state_release(st, thread);
    } else if (no_room) {
        count(state_full, 1);
    } else if (!toc_is_in_scope(thread >> 32)) {
        count(filtered, 1);
    } else if (side_is(kind)) {
        call_orphan_side(s, task, regs, nr, kind, ret);
    } else {
        call_orphan(s, task, regs, nr, kind, ret);
    }
}

/* A heartbeat is no call of the host's, so it is not counted as one. */
static __always_inline void call_exit_own(u64 thread, long ret) {
    struct call_state *st = state_of(state_slot(thread), thread);
    struct scratch *s = toc_scratch();

    if (!st || !s)
        return;
    if (!st->enter_lost)
        call_return(s, st, ret);
    state_release(st, thread);
}

static __always_inline void call_gone(struct call_state *st) {
    struct scratch *s = toc_scratch();
    struct toc_wire_head *head;

    if (!s || st->enter_lost || st->is_filtered)
        return;
    if (__sync_lock_test_and_set(&st->is_kept, KEPT_NOT) && !enter_emit(s, &st->kept.rec)) {
        count(parts_lost, 1);
        return;
    }
    head = &s->exit.head;
    toc_head(head, TOC_WIRE_GONE, bpf_ktime_get_boot_ns());
    head->call_cpu = st->call_cpu;
    head->call_seq = st->call_seq;
    if (!toc_emit(s, head, sizeof(*head), sizeof(*head)))
        count(parts_lost, 1);
}

/* A thread is gone that did not return from its call. */
static __always_inline void call_thread_exit(u64 thread) {
    struct call_state *st = state_of(state_slot(thread), thread);

    if (st) {
        call_gone(st);
        state_release(st, thread);
    } else if (state_was_refused(thread)) {
        count(seen, 1);
        count(state_full, 1);
    }
}
