// SPDX-License-Identifier: Apache-2.0
// The memory of all state: a region of fixed size, handed out in blocks of 64 bytes times a power
// of two.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TOC_POOL_UNIT 64

/* Where a block begins, in units; 0 is no block. Blocks do not move and are not cleared. */
typedef uint32_t toc_block;

struct toc_pool {
    char *base;
    uint8_t *orders;     /* of the block that begins at a unit; TOC_POOL_FREE set while free */
    toc_block free[32];  /* by order: the first free block */
    toc_block ready[32]; /* by order: the first that was given back and not yet merged */
    uint32_t n_units;
    size_t mapped;
};

#define TOC_POOL_FREE 0x80

/* Reserves `bytes` (at least 4096 and at most TOC_POOL_MAX are taken); pages are used as blocks
 * are. -ENOMEM. */
#define TOC_POOL_MAX ((size_t)64 << 30)
int toc_pool_init(struct toc_pool *pool, size_t bytes);
void toc_pool_clear(struct toc_pool *pool);
/* Everything is free again. */
void toc_pool_reset(struct toc_pool *pool);

/* The bytes that a block for n bytes takes. */
size_t toc_pool_size(size_t n);
/* 0 when no block of that size is free. */
toc_block toc_pool_alloc(struct toc_pool *pool, size_t n);
/* Returns how many bytes became free. */
size_t toc_pool_free(struct toc_pool *pool, toc_block block);

static inline void *toc_pool_at(const struct toc_pool *pool, toc_block block) {
    return pool->base + (size_t)block * TOC_POOL_UNIT;
}

static inline size_t toc_pool_bytes(const struct toc_pool *pool, toc_block block) {
    return (size_t)TOC_POOL_UNIT << pool->orders[block];
}
