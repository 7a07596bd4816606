// SPDX-License-Identifier: Apache-2.0
// Distinct values: each once, found by its key, in order of when it was last seen.
#include "detect/window_value.h"

#include <string.h>
#include <xxhash.h>

/* A key of 24 bytes (an address has about 15) fits the smallest block. */
struct value {
    toc_block self, next_in_chain;
    toc_block before, after; /* older and younger */
    uint32_t owner, tag;     /* cell and window */
    int64_t seen;
    uint32_t hash, n;
    char key[];
};

static struct value *value_at(const struct toc_state *state, toc_block block) {
    return toc_pool_at(&state->pool, block);
}

static toc_block *chain_of(struct toc_state *state, uint32_t hash) {
    return &state->value_chains[hash & (state->n_chains - 1)];
}

static struct value *find(struct toc_state *state, uint32_t hash, uint32_t owner, uint32_t tag,
                          const void *key, size_t n) {
    toc_block at = *chain_of(state, hash);

    while (at) {
        struct value *value = value_at(state, at);

        if (value->hash == hash && value->owner == owner && value->tag == tag && value->n == n &&
            (!n || !memcmp(value->key, key, n)))
            return value;
        at = value->next_in_chain;
    }
    return NULL;
}

static void unlink_value(struct toc_state *state, struct toc_window *window, struct value *value) {
    if (value->before)
        value_at(state, value->before)->after = value->after;
    else
        window->oldest = value->after;
    if (value->after)
        value_at(state, value->after)->before = value->before;
    else
        window->youngest = value->before;
}

static void link_value(struct toc_state *state, struct toc_window *window, struct value *value) {
    value->seen = state->now;
    value->after = 0;
    value->before = window->youngest;
    if (value->before)
        value_at(state, value->before)->after = value->self;
    else
        window->oldest = value->self;
    window->youngest = value->self;
}

void toc_value_drop(struct toc_state *state, struct toc_cell *cell, struct toc_window *window) {
    struct value *value = value_at(state, window->oldest);
    toc_block *chain = chain_of(state, value->hash);

    while (*chain != value->self)
        chain = &value_at(state, *chain)->next_in_chain;
    *chain = value->next_in_chain;
    unlink_value(state, window, value);
    window->distinct--;
    state->tables[cell->table].dropped++;
    toc_state_free(state, cell->table, value->self);
}

int64_t toc_value_oldest(const struct toc_state *state, const struct toc_window *window) {
    return value_at(state, window->oldest)->seen;
}

static void see_again(struct toc_state *state, struct toc_window *window, struct value *value) {
    if (window->youngest == value->self) {
        value->seen = state->now;
        return;
    }
    unlink_value(state, window, value);
    link_value(state, window, value);
}

void toc_window_add_again(struct toc_state *state, struct toc_window *window, toc_block value) {
    window->entries++;
    see_again(state, window, value_at(state, value));
}

toc_block toc_window_add_key(struct toc_state *state, struct toc_cell *cell,
                             struct toc_window *window, uint32_t tag, const void *key, size_t n) {
    struct value *value = window->youngest ? value_at(state, window->youngest) : NULL;
    uint32_t hash = 0;
    uint64_t *dropped = &state->counts[state->tables[cell->table].rule].evicted.values;
    toc_block block;

    window->entries++;
    if (!value || value->n != n || (n && memcmp(value->key, key, n) != 0)) {
        hash = (uint32_t)XXH3_64bits_withSeed(key, n, (uint64_t)cell->self << 8 | tag);
        value = find(state, hash, cell->self, tag, key, n);
    }
    if (value) {
        see_again(state, window, value);
        return value->self;
    }
    // No other cell is left to evict: the group loses its own oldest values.
    while (!(block = toc_state_alloc(state, cell, sizeof(*value) + n))) {
        ++*dropped;
        if (!window->oldest)
            return 0;
        toc_value_drop(state, cell, window);
    }
    value = value_at(state, block);
    *value = (struct value){.self = block,
                            .next_in_chain = *chain_of(state, hash),
                            .owner = cell->self,
                            .tag = tag,
                            .hash = hash,
                            .n = (uint32_t)n};
    if (n)
        memcpy(value->key, key, n);
    *chain_of(state, hash) = block;
    link_value(state, window, value);
    window->distinct++;
    return block;
}
