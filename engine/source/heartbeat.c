// SPDX-License-Identifier: Apache-2.0
// When heartbeats are made, how many did not come, and when it is said that none comes.
#include "source/heartbeat.h"

/* One that comes late is not missing yet. */
#define PATIENCE 3

void toc_heartbeat_start(struct toc_heartbeat *heart, uint64_t now) {
    heart->next_at = heart->seen_at = heart->warned_at = now;
}

uint64_t toc_heartbeat_due(struct toc_heartbeat *heart, uint64_t now) {
    if (!heart->every_ns || now < heart->next_at)
        return 0;
    heart->next_at = now + heart->every_ns;
    return ++heart->made;
}

uint64_t toc_heartbeat_came(struct toc_heartbeat *heart, uint64_t number, uint64_t now) {
    uint64_t missed = number > heart->seen ? number - heart->seen - 1 : 0;

    if (number > heart->seen)
        heart->seen = number;
    heart->seen_at = heart->warned_at = now;
    return missed;
}

bool toc_heartbeat_is_missing(struct toc_heartbeat *heart, uint64_t now) {
    if (!heart->every_ns || now < heart->warned_at ||
        now - heart->warned_at <= PATIENCE * heart->every_ns)
        return false;
    heart->warned_at = now;
    return true;
}
