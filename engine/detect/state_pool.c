// SPDX-License-Identifier: Apache-2.0
// A buddy allocator: free neighbours of one size become one block again, so that the pool does not
// fall to pieces.
#include "detect/state_pool.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

/* What a free block holds. */
struct links {
    toc_block previous, next;
};

#define MAX_ORDER 30

static struct links *links_of(const struct toc_pool *pool, toc_block block) {
    return toc_pool_at(pool, block);
}

static void push(struct toc_pool *pool, toc_block block, unsigned order) {
    struct links *links = links_of(pool, block);

    links->previous = 0;
    links->next = pool->free[order];
    if (links->next)
        links_of(pool, links->next)->previous = block;
    pool->free[order] = block;
    pool->orders[block] = (uint8_t)(order | TOC_POOL_FREE);
}

static void take(struct toc_pool *pool, toc_block block, unsigned order) {
    struct links *links = links_of(pool, block);

    if (links->next)
        links_of(pool, links->next)->previous = links->previous;
    if (links->previous)
        links_of(pool, links->previous)->next = links->next;
    else
        pool->free[order] = links->next;
    pool->orders[block] = (uint8_t)order;
}

static void *reserve(size_t n) {
    void *p =
        mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

int toc_pool_init(struct toc_pool *pool, size_t bytes) {
    bytes = bytes < 4096 ? 4096 : bytes > TOC_POOL_MAX ? TOC_POOL_MAX : bytes;
    *pool = (struct toc_pool){.n_units = (uint32_t)(bytes / TOC_POOL_UNIT)};
    pool->mapped = (size_t)pool->n_units * (TOC_POOL_UNIT + 1);
    pool->base = reserve(pool->mapped);
    if (!pool->base)
        return -ENOMEM;
    pool->orders = (uint8_t *)pool->base + (size_t)pool->n_units * TOC_POOL_UNIT;
    toc_pool_reset(pool);
    return 0;
}

void toc_pool_clear(struct toc_pool *pool) {
    if (pool->base)
        munmap(pool->base, pool->mapped);
    *pool = (struct toc_pool){0};
}

void toc_pool_reset(struct toc_pool *pool) {
    uint32_t at = 1; // 0 is no block

    // The pages read as zero again, and take no memory until they are used.
    madvise(pool->base, pool->mapped, MADV_DONTNEED);
    memset(pool->free, 0, sizeof(pool->free));
    memset(pool->ready, 0, sizeof(pool->ready));
    // The largest blocks that fit, each at a multiple of its size.
    while (at < pool->n_units) {
        unsigned order = (unsigned)__builtin_ctz(at);

        while (order > MAX_ORDER || at + ((uint64_t)1 << order) > pool->n_units)
            order--;
        push(pool, at, order);
        at += UINT32_C(1) << order;
    }
}

static unsigned order_of(size_t n) {
    size_t units = n ? (n + TOC_POOL_UNIT - 1) / TOC_POOL_UNIT : 1;

    return units == 1 ? 0 : 64 - (unsigned)__builtin_clzll(units - 1);
}

size_t toc_pool_size(size_t n) {
    return (size_t)TOC_POOL_UNIT << order_of(n);
}

static void merge(struct toc_pool *pool, toc_block block) {
    unsigned order = pool->orders[block];

    while (order < MAX_ORDER) {
        toc_block buddy = block ^ (UINT32_C(1) << order);

        // Unit 0 belongs to nobody, and a buddy that is smaller or cut off has another order.
        if (!buddy || buddy >= pool->n_units || pool->orders[buddy] != (order | TOC_POOL_FREE))
            break;
        take(pool, buddy, order);
        // What is no longer the beginning of a block must not look like one.
        pool->orders[block > buddy ? block : buddy] = 0;
        block = block < buddy ? block : buddy;
        order++;
    }
    push(pool, block, order);
}

/* True when there was something to merge. */
static bool merge_ready(struct toc_pool *pool) {
    bool any = false;

    for (unsigned order = 0; order <= MAX_ORDER; order++) {
        while (pool->ready[order]) {
            toc_block block = pool->ready[order];

            pool->ready[order] = links_of(pool, block)->next;
            merge(pool, block);
            any = true;
        }
    }
    return any;
}

/* A block of that order from the smallest that is free. */
static toc_block split(struct toc_pool *pool, unsigned order) {
    unsigned from = order;
    toc_block block;

    while (from <= MAX_ORDER && !pool->free[from])
        from++;
    if (from > MAX_ORDER)
        return 0;
    block = pool->free[from];
    take(pool, block, from);
    while (from > order) {
        from--;
        push(pool, block + (UINT32_C(1) << from), from);
    }
    pool->orders[block] = (uint8_t)order;
    return block;
}

toc_block toc_pool_alloc(struct toc_pool *pool, size_t n) {
    unsigned order = order_of(n);
    toc_block block = pool->ready[order];

    // What comes and goes in one size never pays for merging and splitting.
    if (block) {
        pool->ready[order] = links_of(pool, block)->next;
        return block;
    }
    block = split(pool, order);
    return block || !merge_ready(pool) ? block : split(pool, order);
}

size_t toc_pool_free(struct toc_pool *pool, toc_block block) {
    unsigned order = pool->orders[block];

    links_of(pool, block)->next = pool->ready[order];
    pool->ready[order] = block;
    return (size_t)TOC_POOL_UNIT << order;
}
