// SPDX-License-Identifier: Apache-2.0
// What the sources that watch a running system share: the start, calls, losses, ticks, the end.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/demand.h"
#include "source/compose.h"
#include "source/heartbeat.h"
#include "source/source.h"
#include "source/stream.h"

struct toc_watch;

struct toc_watch_ops {
    /* 1: nothing is left to watch. -errno: watching broke down, source.fault has the words. */
    int (*over)(struct toc_watch *watch);
    /* Ends the watching; what was seen by then is in the feed when it returns. */
    void (*detach)(struct toc_watch *watch);
    /* Makes a heartbeat of that number; it comes as a call with `heartbeat` set, unless something
     * on the way is broken. Without waiting. */
    void (*beat)(struct toc_watch *watch, uint64_t number);
    int (*counts)(struct toc_watch *watch, struct toc_wire_counts *ret);
};

/* The head of such a source's own struct, which begins with it. */
struct toc_watch {
    struct toc_source source;
    const struct toc_watch_ops *ops;
    struct toc_stream stream;
    struct toc_composer composer;
    /* For tocsin_start. */
    char hooks[1024], events[1024], payload_enter[128], payload_exit[128], capture[64], version[64];
    uint64_t started_at; /* ns since boot */
    uint64_t told;       /* time of the last event, ns since boot */
    uint64_t lost;       /* calls lost since the last one delivered */
    struct toc_heartbeat heart;
    struct toc_source_counts own; /* what is counted here: heartbeats, calls not identified */
    bool started, stopped;
};

/* Composer, clock and names; NULL for capture and version: as in bpf.h. 0 or -errno. */
int toc_watch_init(struct toc_watch *watch, const struct toc_watch_ops *ops, const char *capture,
                   const char *version);
void toc_watch_clear(struct toc_watch *watch);

/* For struct toc_source_ops. */
int toc_watch_next(struct toc_source *source, int timeout_ms, const struct toc_event **ret);
void toc_watch_counts(struct toc_source *source, struct toc_source_counts *counts);

/* The events watched, as bits: for tocsin_start. */
void toc_watch_events(struct toc_watch *watch, uint64_t events);

/* Of what payload is copied from now on: for tocsin_start, when that is still to come. */
void toc_watch_payload(struct toc_watch *watch, const struct toc_demand *demand);

/* Ends the watching; next() then gives what is left, and -ENODATA. For SIGINT and the end of
 * --duration. Only for sources of this kind. */
void toc_watch_stop(struct toc_source *source);
