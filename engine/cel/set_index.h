// SPDX-License-Identifier: Apache-2.0
// Guards of one field, found by its value: the cost of asking does not grow with their number.
#pragma once

#include "cel/set_node.h"

enum set_index_kind {
    SET_BY_PRESENCE, /* every guard, where the field is there */
    SET_BY_NUMBER,
    SET_BY_BIT,   /* of a NAMES field, each that is set */
    SET_BY_CLASS, /* that a function gives */
    SET_BY_ADDRESS,
    SET_BY_TEXT,
};

/* What leads to a guard. A text is compared where it would stand: tables tell by hashes, or by part
 * of it. */
struct set_hit {
    uint64_t key;
    uint32_t guard;
    uint32_t at; /* where in the text the hashed part begins, of CONTAINS */
    const struct cel_text *text;
};

/* Hits by key, in an open hash table. */
struct set_bucket {
    uint64_t key;
    uint32_t first, n; /* n 0: free */
};

struct set_table {
    struct set_hit *hits;
    size_t n, cap;
    struct set_bucket *buckets; /* once sealed */
    uint64_t mask;
};

int cel_table_add(struct set_table *table, const struct set_hit *hit);
int cel_table_seal(struct set_table *table);
void cel_table_free(struct set_table *table);

static inline const struct set_bucket *cel_table_find(const struct set_table *table, uint64_t key) {
    const struct set_bucket *bucket;

    for (uint64_t at = key * UINT64_C(0x9e3779b97f4a7c15) >> 32;; at++) {
        bucket = &table->buckets[at & table->mask];
        if (!bucket->n || bucket->key == key)
            return bucket;
    }
}

/* Intervals that hold a number, in the order of their lower ends: a binary tree in an array, each
 * of whose nodes knows the highest end below it. */
struct set_range {
    uint64_t low, high, highest;
    uint32_t guard;
};

struct set_ranges {
    struct set_range *items;
    size_t n, cap;
};

int cel_ranges_add(struct set_ranges *ranges, uint64_t low, uint64_t high, uint32_t guard);
void cel_ranges_seal(struct set_ranges *ranges);

/* Four bytes in a row of each text that others may contain; a text is searched for all of them at
 * once. Shorter ones are not for it. */
#define SET_GRAM 4
struct set_grams {
    struct set_table table; /* by the four bytes; texts, until they are chosen */
    uint64_t *bits;         /* whether some gram has that hash */
    unsigned shift;         /* of the hash's 32 bits */
};

int cel_grams_seal(struct set_grams *grams);

static inline uint32_t cel_gram_at(const char *p) {
    uint32_t gram;

    memcpy(&gram, p, sizeof(gram));
    return gram;
}

static inline uint32_t cel_gram_hash(const struct set_grams *grams, uint32_t gram) {
    return (gram * UINT32_C(0x9e3779b1)) >> grams->shift;
}

/* Prefixes and suffixes are hashed by their first or last 1, 2, 4 … bytes: the most that all of
 * them have. */
#define SET_PART_CLASSES 7
static inline unsigned cel_part_class(size_t n) {
    unsigned class = 63 - (unsigned)__builtin_clzll(n | 1);

    return class < SET_PART_CLASSES ? class : SET_PART_CLASSES - 1;
}

/* Seeds of hashes of texts. */
enum { SET_SEED_WHOLE = 1, SET_SEED_START, SET_SEED_END };

struct set_prefix {
    uint8_t version, bits;
};

/* An object within an element. */
struct set_object {
    const struct cel_step *step; /* that leads to it from the parent */
    uint32_t parent;
};

/* As many objects of a plan are reached only where they are needed: of each message there are about
 * thirty. */
#define SET_NEEDED 64

/* A field within an element. */
struct set_field {
    uint32_t object; /* number of the one that it is in */
    const struct cel_step *step;
};

struct set_index {
    uint8_t kind; /* enum set_index_kind */
    uint8_t domain;
    bool first; /* of the first element alone */
    uint32_t number;
    uint64_t needs;                /* bits of the objects below SET_NEEDED that lead to these */
    struct set_field field, other; /* from the element: of `list` or `path`; of `second` */
    uint64_t flip;                 /* NUMBER: makes bits ascend as the values do */
    uint64_t some;                 /* bit k % 64 of each key in `table` */
    uint64_t low, high;            /* the ends of all ranges, flipped; low > high: there are none */
    /* Of the field: from the element, or from each item of `list` when that is not NULL; of a
     * second one, or NULL. */
    const struct cel_path *list, *path, *second;
    const struct cel_function *function; /* CLASS */
    struct set_table table;
    struct set_ranges ranges;
    struct set_grams grams;
    struct set_prefix prefixes[2 * 129]; /* ADDRESS: those that networks have */
    size_t n_prefixes;
    uint64_t lengths;           /* TEXT: bit min(n, 63) of whole ones */
    uint8_t starts, ends;       /* bits of cel_part_class */
    uint64_t *all[SET_CLAUSES]; /* bits of the conditions that have a guard here */
};

/* Once all conditions are added: files guards in indexes. -ENOMEM. */
int cel_set_index(struct cel_set *set);
/* Once it is: which objects lead to the fields. -ENOMEM. */
int cel_set_plan(struct cel_set *set);
void cel_set_index_free(struct cel_set *set);

/* The hash of an address' first bits. */
static inline uint64_t cel_address_key(const struct toc_ip *ip, const struct set_prefix *prefix) {
    uint64_t high, low;

    memcpy(&high, ip->bytes, 8);
    memcpy(&low, ip->bytes + 8, 8);
    high = __builtin_bswap64(high);
    low = prefix->bits > 64 ? __builtin_bswap64(low) >> (128 - prefix->bits) : 0;
    high = !prefix->bits ? 0 : prefix->bits < 64 ? high >> (64 - prefix->bits) : high;
    return (high ^ (low * UINT64_C(0x9e3779b97f4a7c15))) * UINT64_C(0xd6e8feb86659fd93) +
           (uint64_t)(prefix->version << 8 | prefix->bits);
}
