// SPDX-License-Identifier: Apache-2.0
// Calls of our own, made at intervals to see them come back through the kernel and the ring.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct toc_heartbeat_call;

struct toc_heartbeat {
    struct toc_heartbeat_call *call; /* NULL: there are none */
    uint64_t every_ns;               /* 0: there are none */
    uint64_t next_at;                /* ns since boot, like all times here */
    uint64_t seen_at;                /* the last came; before any, when it all began */
    uint64_t warned_at;              /* it was told that none comes, or the last came */
    uint64_t made, seen;             /* number of the last one made, and of the last that came */
};

/* every_ns is set. 0 or -errno. */
int toc_heartbeat_open(struct toc_heartbeat *heart, uint64_t every_ns);
/* From now on one is expected: the first is due. */
void toc_heartbeat_start(struct toc_heartbeat *heart, uint64_t now);
void toc_heartbeat_close(struct toc_heartbeat *heart);

/* The msgvec by which the programs in the kernel know our calls: no other process has our pid. */
const void *toc_heartbeat_msgvec(const struct toc_heartbeat *heart);

/* It is time for a call. */
bool toc_heartbeat_is_due(const struct toc_heartbeat *heart, uint64_t now);
/* Makes it, without waiting; where its way is not whole it counts as one that did not come. */
void toc_heartbeat_beat(struct toc_heartbeat *heart, uint64_t now, bool whole);

/* Number `number` came: gives how many before it did not. */
uint64_t toc_heartbeat_came(struct toc_heartbeat *heart, uint64_t number, uint64_t now);

/* True once for every three intervals in which none came. */
bool toc_heartbeat_is_missing(struct toc_heartbeat *heart, uint64_t now);
