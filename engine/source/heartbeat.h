// SPDX-License-Identifier: Apache-2.0
// When heartbeats are made, how many did not come, and when it is said that none comes.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct toc_heartbeat {
    uint64_t every_ns;   /* 0: there are none */
    uint64_t next_at;    /* ns since boot, like all times here */
    uint64_t seen_at;    /* the last came; before any, when it all began */
    uint64_t warned_at;  /* it was told that none comes, or the last came */
    uint64_t made, seen; /* number of the last one made, and of the last that came */
};

/* From now on one is expected: the first is due. */
void toc_heartbeat_start(struct toc_heartbeat *heart, uint64_t now);

/* When it is time for one: its number. Else 0. */
uint64_t toc_heartbeat_due(struct toc_heartbeat *heart, uint64_t now);

/* Number `number` came: gives how many before it did not. */
uint64_t toc_heartbeat_came(struct toc_heartbeat *heart, uint64_t number, uint64_t now);

/* True once for every three intervals in which none came. */
bool toc_heartbeat_is_missing(struct toc_heartbeat *heart, uint64_t now);
