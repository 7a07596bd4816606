// SPDX-License-Identifier: Apache-2.0
// State goes over from one matcher's rules to another's: blocks stay where they are, tables are
// numbered anew.
#include <string.h>
#include <xxhash.h>

#include "detect/state.h"

/* The number of a table is part of its cells' hashes. */
static void renumber(struct toc_state *state, const struct toc_table *table) {
    uint32_t number = (uint32_t)(table - state->tables);
    toc_block at = table->oldest;

    while (at) {
        struct toc_cell *cell = toc_state_cell(state, at);
        const char *key = (const char *)toc_cell_body(cell) + table->size;
        toc_block *chain;

        cell->table = number;
        cell->hash = XXH3_64bits_withSeed(key, cell->key_n, number);
        chain = &state->chains[cell->hash & (state->n_chains - 1)];
        cell->next_in_chain = *chain;
        *chain = at;
        at = cell->after;
    }
}

static void take_table(struct toc_table *to, const struct toc_table *from) {
    to->oldest = from->oldest;
    to->youngest = from->youngest;
    to->n = from->n;
}

static void take_memory(struct toc_state *to, struct toc_state *from) {
    const struct toc_state mine = *to;

    to->pool = from->pool;
    to->chains = from->chains;
    to->value_chains = from->value_chains;
    to->n_chains = from->n_chains;
    to->oldest = from->oldest;
    to->youngest = from->youngest;
    from->pool = mine.pool;
    from->chains = mine.chains;
    from->value_chains = mine.value_chains;
    from->n_chains = mine.n_chains;
    from->oldest = from->youngest = 0;
    memset(to->chains, 0, to->n_chains * sizeof(*to->chains));
}

void toc_state_adopt(struct toc_state *to, struct toc_state *from, const uint32_t *from_rule) {
    size_t n_rules = to->n_tables / TOC_TABLE_KINDS;

    to->event = from->event;
    to->now = from->now;
    to->begun = from->begun;
    // Who has no tables remembers nothing.
    if (!to->chains || !from->chains)
        return;
    to->rule_limit = from->rule_limit;
    take_memory(to, from);
    for (uint32_t i = 0; i < n_rules; i++) {
        if (from_rule[i] == TOC_NO_RULE)
            continue;
        to->bytes[i] = from->bytes[from_rule[i]];
        for (unsigned kind = 0; kind < TOC_TABLE_KINDS; kind++) {
            struct toc_table *table = toc_state_table(to, i, kind);

            take_table(table, toc_state_table(from, from_rule[i], kind));
            renumber(to, table);
        }
    }
    for (size_t i = 0; i < from->n_tables; i++)
        from->tables[i].oldest = from->tables[i].youngest = 0;
    toc_state_look(to);
}
