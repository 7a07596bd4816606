// SPDX-License-Identifier: Apache-2.0
// Cells: found by key, linked by age, evicted oldest first.
#include "detect/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "detect/state_link.h"

/* A cell with a small body and key takes four units: about as many chains as cells. */
static size_t chains_for(size_t bytes) {
    size_t n = 64;

    while (n < bytes / (4 * TOC_POOL_UNIT))
        n *= 2;
    return n;
}

int toc_state_init(struct toc_state *state, size_t n_rules, const struct toc_state_limits *limits,
                   struct toc_rule_counts *counts) {
    int err;

    *state = (struct toc_state){.rule_limit = limits->signature_bytes, .counts = counts};
    state->n_tables = n_rules * TOC_TABLE_KINDS;
    state->tables = calloc(state->n_tables + 1, sizeof(*state->tables));
    state->bytes = calloc(n_rules + 1, sizeof(*state->bytes));
    err = toc_pool_init(&state->pool, limits->total_bytes);
    state->n_chains = chains_for((size_t)state->pool.n_units * TOC_POOL_UNIT);
    state->chains = calloc(state->n_chains, sizeof(*state->chains));
    state->value_chains = calloc(state->n_chains, sizeof(*state->value_chains));
    if (err || !state->tables || !state->bytes || !state->chains || !state->value_chains)
        return -ENOMEM;
    for (size_t i = 0; i < state->n_tables; i++) {
        state->tables[i].rule = (uint32_t)(i / TOC_TABLE_KINDS);
        state->tables[i].kind = i % TOC_TABLE_KINDS;
    }
    state->next_due = INT64_MAX;
    return 0;
}

void toc_state_clear(struct toc_state *state) {
    toc_pool_clear(&state->pool);
    free(state->tables);
    free(state->bytes);
    free(state->chains);
    free(state->value_chains);
    *state = (struct toc_state){0};
}

void toc_state_reset(struct toc_state *state) {
    if (!state->chains)
        return;
    // Without cells there is nothing to forget, and the pages stay as they are.
    if (state->oldest) {
        toc_pool_reset(&state->pool);
        memset(state->chains, 0, state->n_chains * sizeof(*state->chains));
        memset(state->value_chains, 0, state->n_chains * sizeof(*state->value_chains));
    }
    for (size_t i = 0; i < state->n_tables; i++) {
        state->tables[i].oldest = state->tables[i].youngest = 0;
        state->tables[i].removed += state->tables[i].n;
        state->tables[i].n = 0;
        state->bytes[i / TOC_TABLE_KINDS] = 0;
    }
    state->oldest = state->youngest = 0;
    state->next_due = INT64_MAX;
    state->now = 0;
    state->begun = false;
}

static uint64_t hash_of(const struct toc_state *state, const struct toc_table *table,
                        const void *key, size_t n) {
    return XXH3_64bits_withSeed(key, n, (uint64_t)(table - state->tables));
}

char *toc_cell_key(const struct toc_state *state, struct toc_cell *cell) {
    return (char *)toc_cell_body(cell) + state->tables[cell->table].size;
}

struct toc_cell *toc_state_find(struct toc_state *state, const struct toc_table *table,
                                const void *key, size_t n) {
    uint64_t hash = hash_of(state, table, key, n);
    uint32_t number = (uint32_t)(table - state->tables);
    toc_block at = state->chains[hash & (state->n_chains - 1)];

    while (at) {
        struct toc_cell *cell = toc_state_cell(state, at);

        if (cell->hash == hash && cell->table == number && cell->key_n == n &&
            (!n || !memcmp(toc_cell_key(state, cell), key, n)))
            return cell;
        at = cell->next_in_chain;
    }
    return NULL;
}

struct toc_cell *toc_state_add(struct toc_state *state, struct toc_table *table, const void *key,
                               size_t n) {
    struct toc_cell owner = {.table = (uint32_t)(table - state->tables)};
    size_t bytes = sizeof(owner) + table->size + n;
    toc_block block = n <= UINT32_MAX ? toc_state_alloc(state, &owner, bytes) : 0;
    struct toc_cell *cell;
    toc_block *chain;

    if (!block) {
        state->counts[table->rule].evicted.too_large++;
        return NULL;
    }
    cell = toc_state_cell(state, block);
    memset(cell, 0, sizeof(*cell) + table->size);
    *cell = (struct toc_cell){.self = block,
                              .table = owner.table,
                              .key_n = (uint32_t)n,
                              .hash = hash_of(state, table, key, n),
                              .used = state->event};
    if (n)
        memcpy(toc_cell_key(state, cell), key, n);
    chain = &state->chains[cell->hash & (state->n_chains - 1)];
    cell->next_in_chain = *chain;
    *chain = block;
    table->n++;
    toc_link_state(state, cell);
    toc_link_table(state, table, cell, state->now);
    return cell;
}

void toc_state_use(struct toc_state *state, struct toc_cell *cell) {
    struct toc_table *table = &state->tables[cell->table];

    cell->used = state->event;
    if (state->youngest != cell->self) {
        toc_unlink_state(state, cell);
        toc_link_state(state, cell);
    }
    if (!table->due_after)
        toc_state_begin(state, cell, state->now);
}

void toc_state_begin(struct toc_state *state, struct toc_cell *cell, int64_t since) {
    struct toc_table *table = &state->tables[cell->table];

    if (table->youngest == cell->self && !table->due_after) {
        cell->since = since;
        return;
    }
    toc_unlink_table(state, table, cell);
    toc_link_table(state, table, cell, since);
}

void toc_state_remove(struct toc_state *state, struct toc_cell *cell) {
    struct toc_table *table = &state->tables[cell->table];
    toc_block *chain = &state->chains[cell->hash & (state->n_chains - 1)];

    if (state->on_remove)
        state->on_remove(state->ctx, cell->self);
    if (table->clear)
        table->clear(state, cell);
    while (*chain != cell->self)
        chain = &toc_state_cell(state, *chain)->next_in_chain;
    *chain = cell->next_in_chain;
    toc_unlink_state(state, cell);
    toc_unlink_table(state, table, cell);
    table->n--;
    table->removed++;
    toc_state_free(state, cell->table, cell->self);
}

int64_t toc_cell_due(const struct toc_state *state, const struct toc_cell *cell) {
    const struct toc_table *table = &state->tables[cell->table];

    return table->due_after ? toc_time_add(cell->since, table->due_after) : INT64_MAX;
}

void toc_state_look(struct toc_state *state) {
    state->next_due = INT64_MAX;
    for (size_t i = 0; i < state->n_tables; i++) {
        int64_t due = state->tables[i].due_after && state->tables[i].oldest
                          ? toc_cell_due(state, toc_state_cell(state, state->tables[i].oldest))
                          : INT64_MAX;

        if (due < state->next_due)
            state->next_due = due;
    }
}
