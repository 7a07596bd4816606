// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Requests of io_uring that are remembered until they complete, and those whose end goes by unseen.
#pragma once

#include "sends.h"
#include "uring.h"

/* Those that complete several times are found by what their completions show. */
static __always_inline void uring_repeats_begin(struct uring_state *st, u64 req) {
    struct uring_data data = {st->ctx, st->user_data, st->sk};

    bpf_map_update_elem(&uring_repeats, &data, &req, BPF_ANY);
    data.sk = 0;
    bpf_map_update_elem(&uring_repeats, &data, &req, BPF_ANY);
}

static __always_inline void uring_remember(struct uring_state *st, u64 req) {
    if (!uring_sock_begin(st, req) || bpf_map_update_elem(&uring_requests, &req, st, BPF_ANY)) {
        uring_sock_end(st, req);
        /* What it sends in silence is told as unexplained. */
        if (!st->untold && !(st->silent && st->sends && toc_wanted & UNEXPLAINED)) {
            count(seen, 1);
            count(state_full, 1);
        }
        return;
    }
    if (st->repeats)
        uring_repeats_begin(st, req);
}

/* A request whose end went by unseen: told as one that did not return, unless some of its results
 * were. Global for the verifier's sake. */
__noinline int uring_gone(struct uring_state *st, u64 req) {
    struct scratch *s = toc_scratch();
    struct toc_wire_enter *rec;
    struct toc_wire_head *head;
    u32 told;

    if (!s || !st || st->untold)
        return 0;
    told = __sync_lock_test_and_set(&st->told, URING_TOLD);
    if (told == URING_TOLD)
        return 0;
    rec = &s->enter;
    bpf_probe_read_kernel(rec, sizeof(*rec), &st->enter);
    s->entries[0] = st->entry;
    rec->bits &= ~TOC_WIRE_AT_END;
    s->task = req;
    head = &s->exit.head;
    if (told == URING_EARLY || toc_emit(s, &rec->head, sizeof(*rec) + sizeof(s->entries[0]),
                                        sizeof(*rec) + sizeof(s->entries[0]))) {
        toc_head(head, TOC_WIRE_GONE, bpf_ktime_get_boot_ns());
        head->call_cpu = st->enter.head.call_cpu;
        head->call_seq = st->enter.head.call_seq;
        toc_emit(s, head, sizeof(*head), sizeof(*head));
    } else {
        count(parts_lost, 1);
    }
    s->task = 0;
    return 0;
}

static __always_inline void uring_repeats_end(const struct uring_state *st, u64 req) {
    struct uring_data data = {st->ctx, st->user_data, st->sk};
    u64 *last;

    bpf_map_delete_elem(&uring_repeats, &data);
    data.sk = 0;
    last = bpf_map_lookup_elem(&uring_repeats, &data);
    if (last && *last == req)
        bpf_map_delete_elem(&uring_repeats, &data);
}

/* Gives what uring_sock_end gives. */
static __always_inline s64 uring_forget(struct uring_state *st, u64 req) {
    s64 lent = uring_sock_end(st, req);

    if (st->repeats)
        uring_repeats_end(st, req);
    bpf_map_delete_elem(&uring_requests, &req);
    return lent;
}

/* One that had its memory before. */
static __always_inline void uring_replace(u64 req) {
    struct uring_state *old = bpf_map_lookup_elem(&uring_requests, &req);

    if (!old)
        return;
    uring_gone(old, req);
    uring_forget(old, req);
}
