// SPDX-License-Identifier: Apache-2.0
// The memory that the tracing process and the reader share: records, counters, and who wants what.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/wire.h"
#include "event/wire_counts.h"

enum toc_ptrace_stage {
    TOC_PTRACE_STARTING,
    TOC_PTRACE_WATCHING,
    TOC_PTRACE_FAILED, /* fault has the words, error the errno */
    TOC_PTRACE_OVER,   /* nothing more comes */
};

/* One writer, the tracing process; one reader. */
struct toc_ptrace_shared {
    _Atomic uint32_t stage;  /* enum toc_ptrace_stage */
    _Atomic uint32_t ending; /* set by the reader: stop watching */
    _Atomic uint64_t wanted; /* likewise: events, as bits, whose calls are recorded */
    /* Set by the reader at any time: the events, as bits, whose payload is copied. */
    _Atomic uint64_t payload_enter, payload_exit;
    /* Set by the reader: number of the heartbeat asked for last, and when (ns since boot). */
    _Atomic uint64_t heartbeat, heartbeat_at;
    int32_t error;
    char fault[200];
    struct toc_wire_counts counts; /* whole words, read and written atomically */
    _Atomic uint64_t head, tail;   /* bytes ever written and read */
    uint64_t size;                 /* of ring, power of two */
    uint8_t ring[] __attribute__((aligned(8)));
};

/* Memory of its own, shared with children. size: power of two. 0 or -errno. */
int toc_ptrace_shared_new(size_t size, struct toc_ptrace_shared **ret);
void toc_ptrace_shared_free(struct toc_ptrace_shared **shared);

/* Puts a record in: its head and body, n bytes, then the n_more bytes behind them; n + n_more is
 * head.size and a multiple of 8. False: no room. */
bool toc_ptrace_ring_put(struct toc_ptrace_shared *shared, const void *record, size_t n,
                         const void *more, size_t n_more);

/* Hands records to take until it returns other than 0 or none is left; returns what it returned.
 * The bytes are good until take returns. */
int toc_ptrace_ring_drain(struct toc_ptrace_shared *shared,
                          int (*take)(void *ctx, void *data, size_t n), void *ctx);

static inline void toc_ptrace_count(__u64 *counter, uint64_t n) {
    __atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}
void toc_ptrace_counts(const struct toc_ptrace_shared *shared, struct toc_wire_counts *ret);
