// SPDX-License-Identifier: Apache-2.0
// Links cells by age, and makes room by removing the oldest.
#include "detect/state_link.h"

void toc_link_state(struct toc_state *state, struct toc_cell *cell) {
    cell->younger = 0;
    cell->older = state->youngest;
    if (cell->older)
        toc_state_cell(state, cell->older)->younger = cell->self;
    else
        state->oldest = cell->self;
    state->youngest = cell->self;
}

void toc_unlink_state(struct toc_state *state, struct toc_cell *cell) {
    if (cell->older)
        toc_state_cell(state, cell->older)->younger = cell->younger;
    else
        state->oldest = cell->younger;
    if (cell->younger)
        toc_state_cell(state, cell->younger)->older = cell->older;
    else
        state->youngest = cell->older;
}

void toc_link_table(struct toc_state *state, struct toc_table *table, struct toc_cell *cell,
                    int64_t since) {
    int64_t due;

    cell->since = since;
    cell->after = 0;
    cell->before = table->youngest;
    if (cell->before)
        toc_state_cell(state, cell->before)->after = cell->self;
    else
        table->oldest = cell->self;
    table->youngest = cell->self;
    due = toc_cell_due(state, cell);
    if (due < state->next_due)
        state->next_due = due;
}

void toc_unlink_table(struct toc_state *state, struct toc_table *table, struct toc_cell *cell) {
    if (cell->before)
        toc_state_cell(state, cell->before)->after = cell->after;
    else
        table->oldest = cell->after;
    if (cell->after)
        toc_state_cell(state, cell->after)->before = cell->before;
    else
        table->youngest = cell->before;
}

/* Of two cells, either of which may be none, the one that was used longer ago. */
static struct toc_cell *older(struct toc_cell *a, struct toc_cell *b) {
    if (!a || !b)
        return a ? a : b;
    return a->used <= b->used ? a : b;
}

static struct toc_cell *oldest_of_table(const struct toc_state *state,
                                        const struct toc_table *table, toc_block keep) {
    toc_block block = table->oldest;

    if (block && block == keep)
        block = toc_state_cell(state, block)->after;
    return block ? toc_state_cell(state, block) : NULL;
}

static struct toc_cell *oldest_of_rule(struct toc_state *state, uint32_t rule, toc_block keep) {
    return older(oldest_of_table(state, toc_state_table(state, rule, TOC_TABLE_GROUPS), keep),
                 oldest_of_table(state, toc_state_table(state, rule, TOC_TABLE_THRESHOLDS), keep));
}

static struct toc_cell *oldest_of_all(const struct toc_state *state, toc_block keep) {
    toc_block block = state->oldest;

    if (block && block == keep)
        block = toc_state_cell(state, block)->younger;
    return block ? toc_state_cell(state, block) : NULL;
}

static bool is_stale(const struct toc_state *state, const struct toc_cell *cell) {
    int64_t after = state->tables[cell->table].stale_after;

    return after && toc_time_add(cell->since, after) <= state->now;
}

/* False when there was nothing to evict. */
static bool evict(struct toc_state *state, struct toc_cell *cell) {
    const struct toc_table *table;

    if (!cell)
        return false;
    table = &state->tables[cell->table];
    if (!is_stale(state, cell)) {
        if (table->kind == TOC_TABLE_GROUPS)
            state->counts[table->rule].evicted.groups++;
        else
            state->counts[table->rule].evicted.thresholds++;
    }
    toc_state_remove(state, cell);
    return true;
}

/* A few at a time, so that what is stale goes as fast as new cells come. */
static void drop_stale(struct toc_state *state, const struct toc_table *table, toc_block keep) {
    for (int i = 0; i < 2; i++) {
        struct toc_cell *cell = oldest_of_table(state, table, keep);

        if (!cell || !is_stale(state, cell))
            return;
        toc_state_remove(state, cell);
    }
}

toc_block toc_state_alloc(struct toc_state *state, const struct toc_cell *cell, size_t n) {
    uint32_t rule = state->tables[cell->table].rule;
    size_t total = (size_t)state->pool.n_units * TOC_POOL_UNIT;
    size_t size = n < total ? toc_pool_size(n) : SIZE_MAX;
    toc_block block;

    // What cannot fit whatever is evicted must not evict anything.
    if (size > state->rule_limit || size > total / 4)
        return 0;
    drop_stale(state, &state->tables[cell->table], cell->self);
    while (state->bytes[rule] + size > state->rule_limit)
        if (!evict(state, oldest_of_rule(state, rule, cell->self)))
            return 0;
    while (!(block = toc_pool_alloc(&state->pool, n)))
        if (!evict(state, oldest_of_all(state, cell->self)))
            return 0;
    state->bytes[rule] += size;
    return block;
}

void toc_state_free(struct toc_state *state, uint32_t table, toc_block block) {
    if (block)
        state->bytes[state->tables[table].rule] -= toc_pool_free(&state->pool, block);
}
