// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Calls that do not return for long: the record of their entry leaves before their end.
#pragma once

#include "maps.h"

/* The owner of a state takes its record by one exchange; so does this, but it copies in between: a
 * copy counts only when nobody took the record meanwhile. */
static __always_inline void overdue_tell(struct call_state *st) {
    struct kept_enter *copy;

    if (__sync_val_compare_and_swap(&st->is_kept, KEPT, KEPT_TELLING) != KEPT)
        return;
    copy = bpf_ringbuf_reserve(&ring, sizeof(*copy), 0);
    if (!copy) {
        count_shared(parts_lost, 1);
        __sync_val_compare_and_swap(&st->is_kept, KEPT_TELLING, KEPT);
        return;
    }
    bpf_probe_read_kernel(copy, sizeof(*copy), &st->kept);
    copy->rec.head.seq = TOC_WIRE_UNNUMBERED;
    copy->rec.head.size = sizeof(copy->rec) + copy->rec.n_entries * sizeof(struct toc_wire_entry);
    if (__sync_val_compare_and_swap(&st->is_kept, KEPT_TELLING, KEPT_NOT) == KEPT_TELLING)
        bpf_ringbuf_submit(copy, BPF_RB_NO_WAKEUP);
    else
        bpf_ringbuf_discard(copy, BPF_RB_NO_WAKEUP);
}

static long overdue_look(void *map, const void *key, struct call_state *st, const u64 *before) {
    if (st->task && st->is_kept == KEPT && st->kept.rec.head.time < *before)
        overdue_tell(st);
    return 0;
}

static __always_inline void overdue_look_all(u64 before) {
    bpf_for_each_map_elem(&slots, overdue_look, &before, 0);
    if (toc_overflows)
        bpf_for_each_map_elem(&overflow, overdue_look, &before, 0);
}
