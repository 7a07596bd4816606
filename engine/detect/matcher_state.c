// SPDX-License-Identifier: Apache-2.0
// The matcher's memory of earlier events: its limits, and what falls due as time passes.
#include <errno.h>

#include "detect/correlate.h"
#include "detect/matcher.h"
#include "detect/threshold_run.h"

/* A group that the event at hand counted in is evicted by a later element. */
static void on_remove(void *ctx, toc_block cell) {
    struct toc_matcher *matcher = ctx;

    for (size_t i = 0; i < matcher->n_groups; i++)
        if (matcher->groups[i] == cell)
            matcher->groups[i] = 0;
    for (size_t i = 0; matcher->n_groups && i < matcher->n_matched; i++)
        if (matcher->element_groups[i] == cell)
            matcher->element_groups[i] = 0;
}

int toc_matcher_limit(struct toc_matcher *matcher, const struct toc_state_limits *limits) {
    const struct toc_rules *rules = matcher->rules;
    bool needed = false;
    int err;

    for (size_t i = 0; i < rules->n; i++)
        needed |= rules->items[i].compiled->correlation || rules->items[i].threshold;
    toc_state_clear(&matcher->state);
    // Nor does anybody remember where a group was.
    for (size_t i = 0; i < rules->n_groups; i++)
        cel_set_forget(matcher->runs[i]);
    matcher->state.next_due = INT64_MAX;
    if (!needed)
        return 0;
    err = toc_state_init(&matcher->state, rules->n, limits, matcher->rule_counts);
    if (err)
        return err;
    matcher->state.on_remove = on_remove;
    matcher->state.ctx = matcher;
    for (uint32_t i = 0; i < rules->n; i++) {
        if (rules->items[i].compiled->correlation)
            toc_correlate_init(matcher, i);
        if (rules->items[i].threshold)
            toc_threshold_init(matcher, i);
    }
    return 0;
}

/* The oldest cell of a table if its window is over; all windows are at the end. */
static struct toc_cell *next_of(struct toc_state *state, uint32_t rule, enum toc_table_kind kind,
                                int64_t at, bool all) {
    const struct toc_table *table = toc_state_table(state, rule, kind);
    struct toc_cell *cell = table->oldest ? toc_state_cell(state, table->oldest) : NULL;

    // Groups that slide were judged at their last event.
    if (!cell || (kind == TOC_TABLE_GROUPS && !table->due_after))
        return NULL;
    return all || toc_cell_due(state, cell) <= at ? cell : NULL;
}

/* One after the other in order of time; of one time the summary first. False when none is due. */
static bool take_one(struct toc_matcher *matcher, uint32_t rule, int64_t at, bool all) {
    struct toc_state *state = &matcher->state;
    struct toc_cell *group = next_of(state, rule, TOC_TABLE_GROUPS, at, all);
    struct toc_cell *track = next_of(state, rule, TOC_TABLE_THRESHOLDS, at, all);
    int64_t group_due = group ? toc_cell_due(state, group) : INT64_MAX;
    int64_t track_due = track ? toc_cell_due(state, track) : INT64_MAX;

    if (track && (!group || track_due <= group_due)) {
        toc_threshold_close(matcher, rule, track, track_due < at ? track_due : at);
        return true;
    }
    if (group)
        toc_correlate_close(matcher, rule, group, group_due < at ? group_due : at);
    return group != NULL;
}

void toc_matcher_due(struct toc_matcher *matcher, int64_t at, bool all) {
    if (!matcher->state.chains)
        return;
    matcher->n_matched = matcher->n_groups = 0;
    matcher->cut = false;
    for (uint32_t rule = 0; rule < matcher->rules->n; rule++)
        while (take_one(matcher, rule, at, all))
            ;
    toc_state_look(&matcher->state);
}

void toc_matcher_drop(struct toc_matcher *matcher, uint32_t rule) {
    struct toc_state *state = &matcher->state;

    if (!state->chains)
        return;
    matcher->n_matched = matcher->n_groups = 0;
    matcher->cut = false;
    while (take_one(matcher, rule, state->now, true))
        ;
    for (unsigned kind = 0; kind < TOC_TABLE_KINDS; kind++) {
        const struct toc_table *table = toc_state_table(state, rule, kind);

        while (table->oldest)
            toc_state_remove(state, toc_state_cell(state, table->oldest));
    }
}
