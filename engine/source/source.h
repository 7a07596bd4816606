// SPDX-License-Identifier: Apache-2.0
// The interface that every producer of events implements: the kernel, a recording, JSON Lines,
// memory.
#pragma once

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "event/demand.h"

struct toc_changes;
struct toc_event;
struct toc_filter_table;

/* Values of the names.def set "loss" index `lost`; larger ones are added to the last slot. */
#define TOC_SOURCE_MAX_LOSS 32

/* In calls, except heartbeats. seen = filtered + handled + the sum of lost[]. */
struct toc_source_counts {
    uint64_t seen;     /* watched calls that returned (or orphan exits) */
    uint64_t filtered; /* rejected in the kernel: out of scope, or needed by nobody */
    uint64_t handled;  /* delivered by toc_source_next, or about to be */
    uint64_t lost[TOC_SOURCE_MAX_LOSS];
    uint64_t parts_lost;         /* parts missing inside delivered events, which say so */
    uint64_t late;               /* delivered behind the watermark, hence out of order */
    uint64_t heartbeats;         /* of our own calls that came */
    uint64_t heartbeats_missing; /* times that it was told that none comes */
    uint64_t heartbeat_last_ns,
        heartbeat_max_ns; /* how long the last of them took, and the longest */
    uint64_t rescued;     /* of those handled: past a full ring, as they look like attacks */
    uint64_t pending;     /* calls told before they returned; `handled` counts their return */
    uint64_t unknown;     /* beside all of these: calls of numbers that no call of their ABI has */
    uint64_t orphans;     /* of those handled: returns whose beginning was not seen */
    uint64_t
        unidentified; /* of those handled: the path of the program or cgroup was not found out */
};

struct toc_source;

/* What a producer fills in. All but `counts`, `want` and `filter` are required. */
struct toc_source_ops {
    const char *name; /* "bpf", "recording", … */

    /* 1: *ret_event is the next event; it belongs to the source and is valid until the next call.
     * 0: nothing within timeout_ms (0 polls, -1 waits for ever; files never return 0).
     * -ENODATA: the end, for good. Any other -errno: a fault; toc_source_fault has the words. */
    int (*next)(struct toc_source *source, int timeout_ms, const struct toc_event **ret_event);

    /* Adds to *counts; may be called at any time, and after the end. */
    void (*counts)(struct toc_source *source, struct toc_source_counts *counts);

    /* From now on this alone is wanted: what else it could observe it need not. *ret_lacks has
     * those events and witnesses of it that it cannot observe any more. In the beginning no payload
     * is copied. NULL: it has no choice. */
    void (*want)(struct toc_source *source, const struct toc_demand *demand,
                 struct toc_demand *ret_lacks);

    /* From now on it may leave out calls that the tables (of 64, by event) say nobody needs, and
     * count them as filtered; NULL: none. They are copied. NULL: it leaves out nothing. */
    void (*filter)(struct toc_source *source, const struct toc_filter_table *tables);

    void (*free)(struct toc_source *source); /* frees the source itself too */
};

/* The head of every producer's own struct, which begins with it. One thread at a time. */
struct toc_source {
    const struct toc_source_ops *ops;
    const struct toc_changes *changes; /* of the event given out last; NULL: nothing is known */
    char fault[256];                   /* why next() gave an error; one line, "" when it did not */
};

static inline int toc_source_next(struct toc_source *source, int timeout_ms,
                                  const struct toc_event **ret_event) {
    return source->ops->next(source, timeout_ms, ret_event);
}

static inline void toc_source_counts(struct toc_source *source, struct toc_source_counts *ret) {
    *ret = (struct toc_source_counts){0};
    if (source->ops->counts)
        source->ops->counts(source, ret);
}

static inline void toc_source_want(struct toc_source *source, const struct toc_demand *demand,
                                   struct toc_demand *ret_lacks) {
    *ret_lacks = (struct toc_demand){0};
    if (source->ops->want)
        source->ops->want(source, demand, ret_lacks);
}

static inline void toc_source_filter(struct toc_source *source,
                                     const struct toc_filter_table *tables) {
    if (source->ops->filter)
        source->ops->filter(source, tables);
}

static inline const char *toc_source_fault(const struct toc_source *source) {
    return source->fault;
}

/* NULL-safe; leaves NULL behind. */
static inline void toc_source_free(struct toc_source **source) {
    if (*source)
        (*source)->ops->free(*source);
    *source = NULL;
}
#define _cleanup_toc_source_ __attribute__((cleanup(toc_source_free)))
