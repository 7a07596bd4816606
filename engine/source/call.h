// SPDX-License-Identifier: Apache-2.0
// Calls in the making: joins the wire records of each call, and puts complete ones in order.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/identity.h"
#include "source/wire.h"

/* Thread ids with a call under way; the kernel's own table is smaller. */
#define TOC_MAX_OPEN_CALLS 65536

/* Bytes of one call's records: 1024 messages in both views, each with an EXTRA record, and the
 * kernel's view of as many as a receive may move. */
#define TOC_MAX_CALL_BYTES (2u << 20)

/* What waits to become an event: a complete call, one that has not returned (yet), or a loss
 * noticed at that place. */
struct toc_call {
    struct toc_call *next; /* free list or hash chain */
    struct toc_call *older,
        *younger;        /* of the open calls that wait to be told as pending, by age */
    uint64_t entered_at; /* ns since boot, with `entered` */
    uint64_t time;       /* of the return, ns since boot */
    uint32_t cpu;
    uint64_t seq;
    uint64_t task;
    bool entered; /* holds the ENTER record */
    bool complete;
    bool waits;     /* is among those calls */
    bool pending;   /* did not return, as far as is known: no EXIT record */
    bool heartbeat; /* our own; number: which */
    uint64_t number;
    bool cut;     /* a record found no room in `bytes` */
    bool is_loss; /* cause and count instead of records */
    uint16_t cause;
    uint64_t count;
    uint8_t *bytes; /* its records one after the other, all checked */
    size_t n, cap;
    struct toc_identity identity; /* held */
    bool foreign_bpf;
};

/* Open calls by task, and memory for them. */
struct toc_calls;

int toc_calls_new(struct toc_calls **ret);
void toc_calls_free(struct toc_calls **calls);

/* An unused one; give it back with toc_calls_put. NULL: no memory. */
struct toc_call *toc_calls_get(struct toc_calls *calls);
void toc_calls_put(struct toc_calls *calls, struct toc_call *call);

/* Adds a checked record. 1: *ret_call is complete, or its thread is gone and nobody told it before:
 * pending; the caller's. 0: more is to come. -ENOENT: an end without its entry. -ENOMEM.
 * `*ret_call` is the open call in case of 0, still owned by calls and good until the next add. */
int toc_calls_add(struct toc_calls *calls, const struct toc_wire_record *record,
                  struct toc_call **ret_call);

/* The next open call that began at or before `until`, each once: still owned by calls, and good
 * until the next add. NULL: none. */
struct toc_call *toc_calls_overdue(struct toc_calls *calls, uint64_t until);
/* A copy as pending, the caller's. NULL: no memory. */
struct toc_call *toc_calls_copy(struct toc_calls *calls, const struct toc_call *call);

/* Complete calls by (time, cpu, seq). Owns what is in it. */
struct toc_order {
    struct toc_call **heap;
    size_t n, cap;
    uint64_t last_time; /* of what was taken out */
    uint64_t late;      /* put in behind last_time */
};

int toc_order_put(struct toc_order *order, struct toc_call *call);
/* The first, when its time is not after `horizon`; else NULL. */
struct toc_call *toc_order_take(struct toc_order *order, uint64_t horizon);
/* The time of the first; UINT64_MAX: there is none. */
static inline uint64_t toc_order_first(const struct toc_order *order) {
    return order->n ? order->heap[0]->time : UINT64_MAX;
}
void toc_order_clear(struct toc_order *order, struct toc_calls *calls);
