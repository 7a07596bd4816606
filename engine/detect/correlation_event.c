// SPDX-License-Identifier: Apache-2.0
// Events, or notes of them, that steps and windows remember.
#include "detect/correlation_event.h"

#include <string.h>

struct kept {
    uint64_t references;
    uint64_t event_size; /* 0: none */
    char data[];         /* the event, then the note */
};

toc_block toc_kept_new(struct toc_state *state, const struct toc_cell *cell,
                       const struct toc_event *event, const void *note, size_t n) {
    size_t size = event ? event->size : 0;
    toc_block block = toc_state_alloc(state, cell, sizeof(struct kept) + size + n);
    struct kept *kept;

    if (!block) {
        state->counts[state->tables[cell->table].rule].evicted.too_large++;
        return 0;
    }
    kept = toc_pool_at(&state->pool, block);
    kept->references = 1;
    kept->event_size = size;
    if (event)
        memcpy(kept->data, event, size);
    if (n)
        memcpy(kept->data + size, note, n);
    return block;
}

const struct toc_event *toc_kept_event(const struct toc_state *state, toc_block block) {
    const struct kept *kept = toc_pool_at(&state->pool, block);

    return kept->event_size ? (const struct toc_event *)kept->data : NULL;
}

const char *toc_kept_note(const struct toc_state *state, toc_block block) {
    const struct kept *kept = toc_pool_at(&state->pool, block);

    return kept->data + kept->event_size;
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
