// SPDX-License-Identifier: Apache-2.0
// Events that steps and windows remember.
#include "detect/correlation_event.h"

#include <string.h>

struct kept {
    uint64_t references;
    char event[];
};

toc_block toc_kept_new(struct toc_state *state, const struct toc_cell *cell,
                       const struct toc_event *event) {
    toc_block block = toc_state_alloc(state, cell, sizeof(struct kept) + event->size);
    struct kept *kept;

    if (!block) {
        state->counts[state->tables[cell->table].rule].evicted.too_large++;
        return 0;
    }
    kept = toc_pool_at(&state->pool, block);
    kept->references = 1;
    memcpy(kept->event, event, event->size);
    return block;
}

const struct toc_event *toc_kept_event(const struct toc_state *state, toc_block block) {
    const struct kept *kept = toc_pool_at(&state->pool, block);

    return (const struct toc_event *)kept->event;
}

toc_block toc_kept_ref(const struct toc_state *state, toc_block block) {
    if (block)
        ((struct kept *)toc_pool_at(&state->pool, block))->references++;
    return block;
}

void toc_kept_drop(struct toc_state *state, const struct toc_cell *cell, toc_block block) {
    struct kept *kept = block ? toc_pool_at(&state->pool, block) : NULL;

    if (kept && !--kept->references)
        toc_state_free(state, cell->table, block);
}
