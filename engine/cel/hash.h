// SPDX-License-Identifier: Apache-2.0
// Hashes of words and bytes, for tables whose keys nobody can choose to collide in number: what is
// looked up was put there by who wrote the conditions.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t cel_hash_mix(uint64_t a, uint64_t b) {
    unsigned __int128 product =
        (unsigned __int128)(a ^ UINT64_C(0x9e3779b97f4a7c15)) * (b ^ UINT64_C(0xd6e8feb86659fd93));

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t cel_hash_word(const char *p, size_t n) {
    uint64_t word = 0;

    memcpy(&word, p, n);
    return word;
}

/* Of n bytes; `seed` tells kinds of keys apart. */
static inline uint64_t cel_hash_bytes(const char *p, size_t n, uint64_t seed) {
    uint64_t hash = cel_hash_mix(n, seed);

    for (; n > 8; p += 8, n -= 8)
        hash = cel_hash_mix(hash, cel_hash_word(p, 8));
    return n ? cel_hash_mix(hash, cel_hash_word(p, n)) : hash;
}
