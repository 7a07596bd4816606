// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Where a call's state is kept between its entry and its return, and how each hook finds it.
#pragma once

#include "abi.h"
#include "maps.h"
#include "names.h"

/* Threads in a call that found no room for its state. Of one that finds none here either the return
 * is an orphan. */
#define REFUSED 16384
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, REFUSED);
    __type(key, u64);
    __type(value, u8);
} refused SEC(".maps");

static __always_inline struct call_state *state_slot(u64 task) {
    u32 i = (u32)task & toc_slot_mask;

    return bpf_map_lookup_elem(&slots, &i);
}

/* The state of the thread whose slot that is. NULL: none. */
static __always_inline struct call_state *state_of(struct call_state *slot, u64 task) {
    if (slot && slot->task == task)
        return slot;
    return toc_overflows ? bpf_map_lookup_elem(&overflow, &task) : 0;
}

/* The state of the call that the running thread is in. NULL: none. */
static __always_inline struct call_state *state_find(void) {
    u64 task = bpf_get_current_pid_tgid();

    return state_of(state_slot(task), task);
}

/* Makes the slot the thread's, which has no state elsewhere. False: it is another's. */
static __always_inline bool state_take(struct call_state *slot, u64 task) {
    if (!slot || (slot->task != task && __sync_val_compare_and_swap(&slot->task, 0, task)))
        return false;
    slot->in_overflow = 0;
    return true;
}

static __always_inline struct call_state *state_insert(struct scratch *s, u64 task) {
    u8 one = 1;

    s->state.task = task;
    s->state.in_overflow = 1;
    s->state.more = 0;
    if (bpf_map_update_elem(&overflow, &task, &s->state, BPF_ANY)) {
        if (!bpf_map_update_elem(&refused, &task, &one, BPF_NOEXIST))
            __sync_fetch_and_add(&toc_refusals, 1);
        return 0;
    }
    __sync_fetch_and_add(&toc_overflows, 1);
    return bpf_map_lookup_elem(&overflow, &task);
}

/* State for the call that begins. NULL: no room. What it holds is old. */
static __always_inline struct call_state *state_claim(struct scratch *s, u64 task) {
    struct call_state *st = state_slot(task), *own;

    /* Its own, when the return of the call before went by unseen. */
    own = state_of(st, task);
    if (own)
        return own;
    if (!st)
        return 0;
    return state_take(st, task) ? st : state_insert(s, task);
}

static __always_inline void state_release(struct call_state *st, u64 task) {
    if (toc_n_deny)
        more_release(st);
    if (!st->in_overflow)
        st->task = 0;
    else if (!bpf_map_delete_elem(&overflow, &task))
        __sync_fetch_and_sub(&toc_overflows, 1);
}

/* The hooks on its messages were there when it began, and still are. */
static __always_inline bool state_is_seen(const struct call_state *call) {
    return call->born >= (TOC_KIND_IS_SEND(call->kind) ? toc_sends_since : toc_receives_since);
}

/* Something tells where one message of the call ends and the next begins. */
static __always_inline bool state_is_counted(const struct call_state *call) {
    return (toc_has_length || (toc_has_result && CALL_HAS_HEADERS(call->kind))) &&
           state_is_seen(call);
}

/* …and did so. */
static __always_inline bool state_has_counts(const struct call_state *call) {
    return state_is_counted(call) && call->sk && !call->in_flight && !call->miscounted;
}

/* True when the call that this thread is in found no room at its entry: forgets it. */
static __always_inline bool state_was_refused(u64 task) {
    if (!toc_refusals || bpf_map_delete_elem(&refused, &task))
        return false;
    __sync_fetch_and_sub(&toc_refusals, 1);
    return true;
}
