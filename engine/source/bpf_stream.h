// SPDX-License-Identifier: Apache-2.0
// From the ring buffer to calls in order, and losses at the place where they happened.
#pragma once

#include "source/bpf_load.h"
#include "source/call.h"
#include "source/foreign.h"

struct ring_buffer;

struct toc_bpf_stream {
    struct toc_bpf_kernel *kernel; /* borrowed */
    struct ring_buffer *ring;
    struct toc_calls *calls;
    struct toc_order order;
    struct toc_identities *identities;
    struct toc_foreign foreign;
    uint64_t *next_seq; /* by CPU: the record expected */
    uint32_t n_cpus;
    uint64_t watermark_ns;
    uint64_t horizon;     /* everything that returned before it is in the order, or late */
    uint64_t drained_at;  /* ns since boot */
    uint64_t record_time; /* of the last record */
    uint64_t active_at;   /* when the last drain found something */
    uint64_t counted_at;
    bool backlog; /* the ring was not empty when the last drain stopped */
    bool gap;     /* a record number was skipped */
    uint64_t gap_time;
    struct toc_wire_counts announced; /* what the losses put into the order add up to */
    uint64_t malformed, pairing;      /* calls lost here */
    uint64_t taken;                   /* records since the drain began */
};

int toc_bpf_stream_open(struct toc_bpf_kernel *kernel, uint64_t watermark_ns,
                        struct toc_bpf_stream *ret);
void toc_bpf_stream_close(struct toc_bpf_stream *stream);

/* Takes what is in the ring, up to a bound, and moves the horizon. 0 or -errno. */
int toc_bpf_stream_drain(struct toc_bpf_stream *stream);
/* The same without bound, after detaching: what is left; the horizon then is the end of time. */
int toc_bpf_stream_finish(struct toc_bpf_stream *stream);

uint64_t toc_boot_now(void); /* ns since boot, suspend included */
