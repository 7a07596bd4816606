// SPDX-License-Identifier: Apache-2.0
// Counts alerts by track, and holds back those that a threshold does not let pass.
#include "detect/threshold_run.h"

#include <string.h>

#include "detect/threshold.h"

struct track {
    uint64_t seen;    /* alerts in the window */
    uint64_t next;    /* of a backoff: the number of the next one that passes */
    uint64_t held;    /* since the last one that passed */
    toc_block values; /* what identifies the track, as JSON, for the summary; 0: no room */
};

static void clear(struct toc_state *state, struct toc_cell *cell) {
    struct track *track = toc_cell_body(cell);

    toc_state_free(state, cell->table, track->values);
}

void toc_threshold_init(struct toc_matcher *matcher, uint32_t rule) {
    const struct toc_threshold *threshold = matcher->rules->items[rule].threshold;
    struct toc_table *table = toc_state_table(&matcher->state, rule, TOC_TABLE_THRESHOLDS);

    table->owner = threshold;
    table->size = sizeof(struct track);
    table->clear = clear;
    table->due_after = threshold->timespan;
}

/* `at` may be before now: the end of a window that is judged later. */
static struct toc_cell *new_track(struct toc_matcher *matcher,
                                  const struct toc_threshold *threshold, struct toc_table *table,
                                  const struct toc_occasion *occasion,
                                  const struct cel_activation *activation) {
    struct toc_state *state = &matcher->state;
    struct toc_cell *cell = toc_state_add(state, table, matcher->key.p, matcher->key.n);
    struct track *track;

    if (!cell)
        return NULL;
    toc_state_begin(state, cell, occasion->at);
    track = toc_cell_body(cell);
    track->next = threshold->count;
    toc_buf_reset(&matcher->values);
    toc_group_values(&threshold->track, activation, matcher->scratch, &matcher->values);
    if (!matcher->values.n || matcher->values.failed)
        return cell;
    track->values = toc_state_alloc(state, cell, matcher->values.n);
    if (track->values)
        memcpy(toc_pool_at(&state->pool, track->values), matcher->values.p, matcher->values.n);
    return cell;
}

static bool passes(struct toc_state *state, const struct toc_threshold *threshold,
                   struct toc_cell *cell, struct track *track, int64_t at) {
    track->seen++;
    switch (threshold->type) {
    case TOC_THRESHOLD_LIMIT: return track->seen <= threshold->count;
    case TOC_THRESHOLD_BOTH: return track->seen == threshold->count;
    case TOC_THRESHOLD_EVERY:
        if (track->seen < threshold->count)
            return false;
        // Counting begins anew, in a new window.
        track->seen = 0;
        toc_state_begin(state, cell, at);
        return true;
    case TOC_THRESHOLD_BACKOFF: break;
    }
    if (track->seen < track->next)
        return false;
    if (__builtin_mul_overflow(track->next, threshold->multiplier, &track->next))
        track->next = UINT64_MAX;
    return true;
}

bool toc_threshold_pass(struct toc_matcher *matcher, uint32_t rule, struct toc_occasion *occasion,
                        const struct cel_activation *activation) {
    const struct toc_threshold *threshold = matcher->rules->items[rule].threshold;
    struct toc_state *state = &matcher->state;
    struct toc_table *table = toc_state_table(state, rule, TOC_TABLE_THRESHOLDS);
    struct toc_cell *cell;
    struct track *track;

    if (!threshold)
        return true;
    toc_matcher_show_group(matcher, &threshold->track, activation);
    toc_group_key(&threshold->track, activation, matcher->scratch, &matcher->key);
    cell = toc_state_find(state, table, matcher->key.p, matcher->key.n);
    if (!cell)
        cell = new_track(matcher, threshold, table, occasion, activation);
    // Without room to count, an alert too many is better than one too few.
    if (!cell)
        return true;
    toc_state_use(state, cell);
    track = toc_cell_body(cell);
    if (!passes(state, threshold, cell, track, occasion->at)) {
        track->held++;
        matcher->counts.held_back++;
        return false;
    }
    occasion->held_back = track->held;
    track->held = 0;
    return true;
}

void toc_threshold_close(struct toc_matcher *matcher, uint32_t rule, struct toc_cell *cell,
                         int64_t at) {
    if (toc_threshold_held(cell))
        toc_matcher_summary(matcher, rule, cell, at);
    toc_state_remove(&matcher->state, cell);
}

uint64_t toc_threshold_held(const struct toc_cell *cell) {
    return ((const struct track *)(cell + 1))->held;
}

const char *toc_threshold_values(const struct toc_state *state, const struct toc_cell *cell) {
    const struct track *track = (const struct track *)(cell + 1);

    return track->values ? toc_pool_at(&state->pool, track->values) : NULL;
}
