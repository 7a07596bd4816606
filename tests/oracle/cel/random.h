// SPDX-License-Identifier: Apache-2.0
// Where decisions come from: a seed, or the bytes of a fuzzer (zeros after the last).
#pragma once

#include <stddef.h>
#include <stdint.h>

struct orandom {
    const uint8_t *bytes; /* NULL: from the seed */
    size_t n;
    uint64_t state;
};

static inline uint64_t orandom_bits(struct orandom *random) {
    uint64_t bits = 0;

    if (!random->bytes) {
        random->state += 0x9e3779b97f4a7c15u;
        bits = random->state;
        bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
        bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
        return bits ^ bits >> 31;
    }
    for (int i = 0; i < 2 && random->n; i++, random->n--)
        bits = bits << 8 | *random->bytes++;
    return bits;
}

/* A number below n. */
static inline size_t orandom_below(struct orandom *random, size_t n) {
    return (size_t)(orandom_bits(random) % n);
}
