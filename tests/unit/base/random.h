// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every run.
#pragma once

#include <stddef.h>
#include <stdint.h>

static inline uint64_t random_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Bytes from a few that matter to the code under test, so that near misses are common. */
static inline size_t random_bytes(uint64_t *state, char *dst, size_t max, const char *from,
                                  size_t from_n) {
    size_t n = random_next(state) % (max + 1);

    for (size_t i = 0; i < n; i++) {
        uint64_t r = random_next(state);

        dst[i] = r % 4 ? from[(r >> 8) % from_n] : (char)(r >> 16);
    }
    return n;
}
