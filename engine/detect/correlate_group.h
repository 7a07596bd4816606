// SPDX-License-Identifier: Apache-2.0
// What a group of a correlation that counts holds: the body of its cell.
#pragma once

#include "detect/matcher.h"

struct group {
    uint64_t event;   /* number of the event that touched it last */
    toc_block opened; /* a copy of the event that opened a window judged at its end */
    uint16_t element; /* of it */
    bool truth;       /* of the condition, when it was judged last */
    int64_t oldest;   /* nothing in a window that slides is older; INT64_MIN: it may be anything */
    struct toc_window windows[];
};

/* What is too old goes out of the windows of a group (correlate_count.c) … */
void toc_count_drop(struct toc_state *state, struct toc_cell *cell,
                    const struct toc_correlation *correlation, int64_t until);
/* … if anything is. */
static inline void toc_count_expire(struct toc_state *state, struct toc_cell *cell,
                                    const struct toc_correlation *correlation) {
    const struct group *group = toc_cell_body(cell);
    int64_t until = toc_time_add(state->now, -correlation->timespan);

    if (correlation->slides && group->oldest <= until)
        toc_count_drop(state, cell, correlation, until);
}

/* The event at hand counts in the group. */
static inline void toc_count_touch(struct toc_state *state, struct toc_cell *cell) {
    struct group *group = toc_cell_body(cell);

    group->event = state->event;
    toc_state_use(state, cell);
}

static inline bool toc_count_value(const struct toc_state *state,
                                   const struct toc_correlation *correlation,
                                   const struct group *group, size_t i, int64_t *ret) {
    return toc_window_value(state, &group->windows[i],
                            (enum toc_measure_kind)correlation->clauses[i].measure,
                            correlation->slides, ret);
}

/* Whether a quantity alone makes the condition false. */
static inline bool toc_count_is_out(const struct toc_state *state,
                                    const struct toc_correlation *correlation,
                                    const struct group *group) {
    int64_t number;

    for (size_t i = 0; i < correlation->n_clauses; i++)
        if (toc_count_value(state, correlation, group, i, &number) &&
            (number < correlation->needs[i].low || number > correlation->needs[i].high))
            return true;
    return false;
}

/* Judges a group of which no quantity is out of range, unless somebody looks on; the quantities go
 * to matcher->vars (correlate_judge.c). */
bool toc_count_judge_values(struct toc_matcher *matcher, uint32_t rule,
                            const struct toc_correlation *correlation, const struct group *group);

/* Who looks on is to see all. */
static inline bool toc_count_is_true(struct toc_matcher *matcher, uint32_t rule,
                                     const struct toc_correlation *correlation,
                                     const struct group *group) {
    return (matcher->probe || !toc_count_is_out(&matcher->state, correlation, group)) &&
           toc_count_judge_values(matcher, rule, correlation, group);
}

/* Judges a group for the event at hand: whether its condition begins to be true. */
static inline bool toc_count_begins(struct toc_matcher *matcher, uint32_t rule,
                                    const struct toc_correlation *correlation,
                                    struct toc_cell *cell) {
    struct group *group = toc_cell_body(cell);
    bool before = group->truth;

    group->truth = toc_count_is_true(matcher, rule, correlation, group);
    return group->truth && !before;
}
