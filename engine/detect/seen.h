// SPDX-License-Identifier: Apache-2.0
// Calls that alerted while they were pending, so that their completion does not alert once more.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bounded: four calls in each of 1024 slots, about 32 KiB. Calls that stay pending for minutes are
 * few; where more than four meet in a slot the oldest is forgotten, and its completion may alert
 * again. */
#define TOC_SEEN_SLOTS 1024
#define TOC_SEEN_WAYS 4

struct toc_seen {
    uint64_t keys[TOC_SEEN_SLOTS][TOC_SEEN_WAYS]; /* 0: free; the newest first */
    uint64_t evicted;
};

/* A key that is never 0. */
uint64_t toc_seen_key(uint64_t rule, const char *call, size_t n);
void toc_seen_add(struct toc_seen *seen, uint64_t key);
/* Was it there? It no longer is. */
bool toc_seen_take(struct toc_seen *seen, uint64_t key);
