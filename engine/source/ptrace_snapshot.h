// SPDX-License-Identifier: Apache-2.0
// What the memory of a stopped thread held: each page is read once, and never again.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct toc_ptrace_memory;

#define TOC_SNAPSHOT_PAGE 4096u

struct toc_snapshot_page {
    uint64_t number; /* its address divided by its size, plus one; 0: a free place */
    uint8_t *bytes;  /* NULL: it cannot be read */
};

/* Zero-initialise; owns its pages. */
struct toc_snapshot {
    struct toc_snapshot_page *table; /* open addressing */
    size_t n, cap;                   /* cap: a power of two, or 0 */
    size_t *budget;                  /* borrowed: pages that may still be kept, of several */
    uint32_t payload; /* of each message that many bytes of payload are taken, if it has them */
};

/* Takes what is not there yet of n bytes at an address. 1: *ret_missing is the address of a page
 * that is not in memory: once it is, call again. -E2BIG: the budget is spent. -ENOMEM. */
int toc_snapshot_take(struct toc_snapshot *snapshot, const struct toc_ptrace_memory *memory,
                      uint64_t at, uint64_t n, uint64_t *ret_missing);

/* The page at that address cannot be read. 0, -E2BIG or -ENOMEM. */
int toc_snapshot_unreadable(struct toc_snapshot *snapshot, uint64_t at);

/* False: not all of it was taken, or could be read; nothing is written. */
bool toc_snapshot_get(const struct toc_snapshot *snapshot, uint64_t at, void *to, uint64_t n);

/* Gives the pages back to the budget. */
void toc_snapshot_clear(struct toc_snapshot *snapshot);
