// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Requests of io_uring that are under way for long: the record of their submission leaves before
// their end.
#pragma once

#include "uring_done.h"

struct uring_early {
    struct toc_wire_enter rec;
    struct toc_wire_entry entry;
};

/* As overdue_tell does of calls: a copy counts only when nobody told the request meanwhile. */
static __always_inline void uring_overdue_tell(u64 req, struct uring_state *st) {
    struct uring_early *copy;

    if (__sync_val_compare_and_swap(&st->told, URING_UNTOLD, URING_TELLING) != URING_UNTOLD)
        return;
    copy = bpf_ringbuf_reserve(&ring, sizeof(*copy), 0);
    if (!copy) {
        count_shared(parts_lost, 1);
        __sync_val_compare_and_swap(&st->told, URING_TELLING, URING_UNTOLD);
        return;
    }
    bpf_probe_read_kernel(&copy->rec, sizeof(copy->rec), &st->enter);
    bpf_probe_read_kernel(&copy->entry, sizeof(copy->entry), &st->entry);
    copy->rec.head.size = sizeof(*copy);
    copy->rec.head.seq = TOC_WIRE_UNNUMBERED;
    copy->rec.head.cpu = copy->rec.head.call_cpu;
    copy->rec.head.task = req;
    copy->rec.bits &= ~TOC_WIRE_AT_END;
    if (__sync_val_compare_and_swap(&st->told, URING_TELLING, URING_EARLY) == URING_TELLING)
        bpf_ringbuf_submit(copy, BPF_RB_NO_WAKEUP);
    else
        bpf_ringbuf_discard(copy, BPF_RB_NO_WAKEUP);
}

static long uring_overdue_look(void *map, const u64 *req, struct uring_state *st,
                               const u64 *before) {
    if (!st->untold && st->told == URING_UNTOLD && st->enter.head.time < *before)
        uring_overdue_tell(*req, st);
    return 0;
}

static __always_inline void uring_overdue_look_all(u64 before) {
    if (before && toc_wanted & URING_EVENTS)
        bpf_for_each_map_elem(&uring_requests, uring_overdue_look, &before, 0);
}
