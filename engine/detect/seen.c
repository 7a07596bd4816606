// SPDX-License-Identifier: Apache-2.0
// A small set of recent keys.
#include "detect/seen.h"

#include <string.h>
#include <xxhash.h>

uint64_t toc_seen_key(uint64_t rule, const char *call, size_t n) {
    uint64_t key = XXH3_64bits_withSeed(call, n, rule);

    return key ? key : 1;
}

void toc_seen_add(struct toc_seen *seen, uint64_t key) {
    uint64_t *ways = seen->keys[key % TOC_SEEN_SLOTS];

    seen->evicted += ways[TOC_SEEN_WAYS - 1] != 0;
    memmove(ways + 1, ways, (TOC_SEEN_WAYS - 1) * sizeof(*ways));
    ways[0] = key;
}

bool toc_seen_take(struct toc_seen *seen, uint64_t key) {
    uint64_t *ways = seen->keys[key % TOC_SEEN_SLOTS];

    for (size_t i = 0; i < TOC_SEEN_WAYS; i++) {
        if (ways[i] != key)
            continue;
        memmove(ways + i, ways + i + 1, (TOC_SEEN_WAYS - 1 - i) * sizeof(*ways));
        ways[TOC_SEEN_WAYS - 1] = 0;
        return true;
    }
    return false;
}
