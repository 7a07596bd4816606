// SPDX-License-Identifier: Apache-2.0
// The tables of an index: hits by key, intervals by their ends, texts by four of their bytes.
#include <errno.h>
#include <stdlib.h>

#include "base/sort.h"
#include "cel/set_index.h"

/* ---- Hits ---- */

int cel_table_add(struct set_table *table, const struct set_hit *hit) {
    size_t cap = table->cap ? table->cap * 2 : 16;
    struct set_hit *hits;

    if (table->n == table->cap) {
        hits = reallocarray(table->hits, cap, sizeof(*hits));
        if (!hits)
            return -ENOMEM;
        table->hits = hits;
        table->cap = cap;
    }
    table->hits[table->n++] = *hit;
    return 0;
}

static int by_key(const void *a, const void *b) {
    const struct set_hit *x = a, *y = b;

    return x->key < y->key ? -1 : x->key > y->key;
}

int cel_table_seal(struct set_table *table) {
    size_t cap = 2;

    while (cap < 2 * table->n)
        cap *= 2;
    table->buckets = calloc(cap, sizeof(*table->buckets));
    if (!table->buckets)
        return -ENOMEM;
    table->mask = cap - 1;
    if (table->n)
        toc_sort(table->hits, table->n, sizeof(*table->hits), by_key);
    for (size_t i = 0; i < table->n; i++) {
        struct set_bucket *bucket = (struct set_bucket *)cel_table_find(table, table->hits[i].key);

        if (!bucket->n++)
            *bucket = (struct set_bucket){table->hits[i].key, (uint32_t)i, 1};
    }
    return 0;
}

void cel_table_free(struct set_table *table) {
    free(table->hits);
    free(table->buckets);
}

/* ---- Intervals ---- */

int cel_ranges_add(struct set_ranges *ranges, uint64_t low, uint64_t high, uint32_t guard) {
    size_t cap = ranges->cap ? ranges->cap * 2 : 16;
    struct set_range *items;

    if (ranges->n == ranges->cap) {
        items = reallocarray(ranges->items, cap, sizeof(*items));
        if (!items)
            return -ENOMEM;
        ranges->items = items;
        ranges->cap = cap;
    }
    ranges->items[ranges->n++] = (struct set_range){low, high, high, guard};
    return 0;
}

static int by_low(const void *a, const void *b) {
    const struct set_range *x = a, *y = b;

    return x->low < y->low ? -1 : x->low > y->low;
}

/* The node of n items is the middle one. */
static uint64_t find_highest(struct set_range *items, size_t n) {
    struct set_range *node = &items[n / 2];

    if (n / 2) {
        uint64_t below = find_highest(items, n / 2);

        node->highest = below > node->highest ? below : node->highest;
    }
    if (n / 2 + 1 < n) {
        uint64_t above = find_highest(node + 1, n - n / 2 - 1);

        node->highest = above > node->highest ? above : node->highest;
    }
    return node->highest;
}

void cel_ranges_seal(struct set_ranges *ranges) {
    if (!ranges->n)
        return;
    toc_sort(ranges->items, ranges->n, sizeof(*ranges->items), by_low);
    find_highest(ranges->items, ranges->n);
}

/* ---- Four bytes ---- */

/* Counts are of hashes: which gram of a text the fewest others have is a guess, and any will do. */
#define COUNTS (1u << 16)

static size_t count_at(const char *p) {
    return (cel_gram_at(p) * UINT32_C(0x9e3779b1)) >> 16;
}

static void choose(struct set_hit *hit, const uint16_t *counts) {
    uint16_t fewest = UINT16_MAX;

    for (size_t i = 0; i + SET_GRAM <= hit->text->n; i++) {
        uint16_t count = counts[count_at(hit->text->s + i)];

        if (i && count >= fewest)
            continue;
        fewest = count;
        hit->at = (uint32_t)i;
    }
    hit->key = cel_gram_at(hit->text->s + hit->at);
}

/* 64 bits for each text, so that one hash in 64 is taken for another. */
static int make_bits(struct set_grams *grams) {
    unsigned log = 10;

    while (log < 28 && (UINT64_C(1) << log) < 64 * grams->table.n)
        log++;
    grams->shift = 32 - log;
    grams->bits = calloc((UINT64_C(1) << log) / 64, sizeof(*grams->bits));
    if (!grams->bits)
        return -ENOMEM;
    for (size_t i = 0; i < grams->table.n; i++) {
        uint32_t hash = cel_gram_hash(grams, (uint32_t)grams->table.hits[i].key);

        grams->bits[hash / 64] |= UINT64_C(1) << hash % 64;
    }
    return 0;
}

int cel_grams_seal(struct set_grams *grams) {
    struct set_table *table = &grams->table;
    uint16_t *counts;

    if (!table->n)
        return 0;
    counts = calloc(COUNTS, sizeof(*counts));
    if (!counts)
        return -ENOMEM;
    for (size_t k = 0; k < table->n; k++)
        for (size_t i = 0; i + SET_GRAM <= table->hits[k].text->n; i++)
            counts[count_at(table->hits[k].text->s + i)] +=
                counts[count_at(table->hits[k].text->s + i)] < UINT16_MAX;
    for (size_t k = 0; k < table->n; k++)
        choose(&table->hits[k], counts);
    free(counts);
    return make_bits(grams) < 0 ? -ENOMEM : cel_table_seal(table);
}
