// SPDX-License-Identifier: Apache-2.0
// From wire records to calls in order, and losses at the place where they happened.
#pragma once

#include "event/catalogue.h"
#include "event/wire_counts.h"
#include "source/call.h"
#include "source/foreign.h"

/* Where the records come from. */
struct toc_stream_feed {
    /* Hands what there is to toc_stream_take, one record after the other, until that or the feed
     * ends it: >= 0, -EAGAIN when toc_stream_take had enough, or another -errno. */
    int (*drain)(void *ctx);
    int (*counts)(void *ctx, struct toc_wire_counts *ret);
    /* Whether the thread is still in that call: the record of its return may be lost. NULL: always.
     */
    bool (*is_open)(void *ctx, const struct toc_call *call);
    /* Makes it hand over what it keeps back of what is asked for: of each once. 0 or -errno. NULL:
     * it keeps nothing back. */
    int (*overdue)(void *ctx, const struct toc_wire_overdue *than);
};

/* Causes of losses that a stream tells: the values below this. */
#define TOC_STREAM_LOSSES (TOC_loss_late + 1)

struct toc_stream {
    const struct toc_stream_feed *feed;
    void *feed_ctx; /* borrowed */
    struct toc_calls *calls;
    struct toc_calls *urgent; /* of calls that the common ring had no room for */
    struct toc_order order;
    struct toc_identities *identities;
    struct toc_foreign foreign;
    uint64_t *next_seq; /* by CPU: the record expected */
    uint32_t n_cpus;
    uint64_t watermark_ns;
    uint64_t pending_ns;  /* a call that takes longer is told as pending; 0: none is */
    uint64_t pending;     /* how many were told */
    uint64_t horizon;     /* everything that returned before it is in the order, or late */
    uint64_t drained_at;  /* ns since boot */
    uint64_t record_time; /* of the last record */
    uint64_t active_at;   /* when the last drain found something */
    uint64_t counted_at;
    uint64_t overdue_at; /* when calls kept back were last asked for */
    bool backlog;        /* the ring was not empty when the last drain stopped */
    bool gap;            /* a record number was skipped */
    uint64_t gap_time;
    uint64_t announced[TOC_STREAM_LOSSES]; /* what the losses put into the order add up to */
    uint64_t malformed, pairing;           /* calls lost here */
    uint64_t taken;                        /* records since the drain began */
};

/* n_cpus: values that a record's cpu can have. */
int toc_stream_open(const struct toc_stream_feed *feed, void *feed_ctx, uint32_t n_cpus,
                    uint64_t watermark_ns, struct toc_stream *ret);
void toc_stream_close(struct toc_stream *stream);

/* One record; `stream` is a struct toc_stream. 0, -EAGAIN: enough for now, or -errno. */
int toc_stream_take(void *stream, void *data, size_t size);

/* The same of the ring for calls that look like attacks: each an ENTER and an EXIT record, whose
 * numbers mean nothing. */
int toc_stream_take_urgent(void *stream, void *data, size_t size);

/* Takes what is there, up to a bound, and moves the horizon. 0 or -errno. */
int toc_stream_drain(struct toc_stream *stream);
/* The same without bound, after detaching: what is left; the horizon then is the end of time. */
int toc_stream_finish(struct toc_stream *stream);

/* After that, with nothing left in the order: false when losses are, which came out meanwhile. */
bool toc_stream_is_told(struct toc_stream *stream);

uint64_t toc_boot_now(void); /* ns since boot, suspend included */
