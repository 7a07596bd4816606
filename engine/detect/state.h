// SPDX-License-Identifier: Apache-2.0
// What signatures remember between events: cells found by key, in memory that is bounded for each
// signature and in all.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detect/detect.h"
#include "detect/state_pool.h"

/* Every rule has two tables. */
enum toc_table_kind { TOC_TABLE_GROUPS, TOC_TABLE_THRESHOLDS, TOC_TABLE_KINDS };

/*
 * A cell is one group of a correlation, or one track of a threshold: this head, `size` bytes of
 * what its owner remembers, then the key. It may own more blocks, which `clear` of its table frees.
 *
 * Cells of a table stand in order of `since`: of a table with `due_after` that is when the cell's
 * window began (it is due at since + due_after), of others when the cell was last used (it is stale
 * at since + stale_after, and forgotten without a word). When memory is short the oldest cell goes:
 * of the table's rule when that is over its limit, else of all.
 */
struct toc_cell {
    toc_block self, next_in_chain;
    toc_block before, after;  /* in the table, older and younger */
    toc_block older, younger; /* in the state */
    uint32_t table;
    uint32_t key_n;
    uint64_t hash;
    int64_t since;
    uint64_t used; /* number of the event that used it last */
};

struct toc_state;

struct toc_table {
    uint32_t rule;
    uint8_t kind;                   /* enum toc_table_kind */
    uint32_t size;                  /* of what a cell holds after its head */
    int64_t due_after, stale_after; /* ns; 0: never */
    toc_block oldest, youngest;
    uint64_t n;
    uint64_t removed;                                              /* counts the cells that went */
    uint64_t dropped;                                              /* … and their values */
    void (*clear)(struct toc_state *state, struct toc_cell *cell); /* may be NULL */
    const void *owner;
};

struct toc_state {
    struct toc_pool pool;
    struct toc_table *tables; /* TOC_TABLE_KINDS for each rule */
    size_t n_tables;
    size_t *bytes; /* by rule: what its cells take */
    size_t rule_limit;
    toc_block *chains, *value_chains; /* of cells and of distinct values, by hash */
    size_t n_chains;                  /* a power of two */
    toc_block oldest, youngest;
    uint64_t event;                               /* number of the event at hand */
    int64_t now;                                  /* stream time */
    int64_t next_due;                             /* no cell is due before */
    bool begun;                                   /* now is that of an event */
    struct toc_rule_counts *counts;               /* by rule; borrowed */
    void (*on_remove)(void *ctx, toc_block cell); /* called for every cell that goes */
    void *ctx;
};

/* Takes the limits of `limits`. -ENOMEM. */
int toc_state_init(struct toc_state *state, size_t n_rules, const struct toc_state_limits *limits,
                   struct toc_rule_counts *counts);
void toc_state_clear(struct toc_state *state);
/* Forgets everything but the tables' settings. */
void toc_state_reset(struct toc_state *state);

static inline struct toc_table *toc_state_table(struct toc_state *state, uint32_t rule,
                                                enum toc_table_kind kind) {
    return &state->tables[TOC_TABLE_KINDS * rule + kind];
}

static inline struct toc_cell *toc_state_cell(const struct toc_state *state, toc_block block) {
    return toc_pool_at(&state->pool, block);
}

/* What the owner of a cell keeps in it: aligned to 8. */
static inline void *toc_cell_body(struct toc_cell *cell) {
    return cell + 1;
}

/* The key that it was added with, of `key_n` bytes. Its `hash` is of the table, too. */
char *toc_cell_key(const struct toc_state *state, struct toc_cell *cell);

/* NULL when there is none. */
struct toc_cell *toc_state_find(struct toc_state *state, const struct toc_table *table,
                                const void *key, size_t n);
/* A new cell with a zeroed body, `since` is now; NULL when even eviction gave no room (counted). */
struct toc_cell *toc_state_add(struct toc_state *state, struct toc_table *table, const void *key,
                               size_t n);
/* The cell is in use now: the youngest of the state, and of a table without due times. */
void toc_state_use(struct toc_state *state, struct toc_cell *cell);
/* Its window begins at `since`, now or later than any other of the table: it becomes the youngest.
 */
void toc_state_begin(struct toc_state *state, struct toc_cell *cell, int64_t since);
void toc_state_remove(struct toc_state *state, struct toc_cell *cell);

/* More memory for a cell, charged to its rule; may evict any cell but this one. 0 when there is
 * none; not counted. */
toc_block toc_state_alloc(struct toc_state *state, const struct toc_cell *cell, size_t n);
void toc_state_free(struct toc_state *state, uint32_t table, toc_block block);

/* Moves all that `from` remembers to `to`, which remembers nothing: what rule from_rule[i] of
 * `from` knew is what rule i of `to` knows. Rules that none goes on for must know nothing any more.
 * `from` is empty then, and can only be cleared. */
#define TOC_NO_RULE UINT32_MAX
void toc_state_adopt(struct toc_state *to, struct toc_state *from, const uint32_t *from_rule);

/* When a cell's window is over: INT64_MAX for never. */
int64_t toc_cell_due(const struct toc_state *state, const struct toc_cell *cell);
/* Recomputes next_due. */
void toc_state_look(struct toc_state *state);

/* a + b without overflow. */
static inline int64_t toc_time_add(int64_t a, int64_t b) {
    int64_t sum;

    return __builtin_add_overflow(a, b, &sum) ? (b < 0 ? INT64_MIN : INT64_MAX) : sum;
}
