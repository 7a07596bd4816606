// SPDX-License-Identifier: Apache-2.0
// Correlations at run time: from the elements of events to groups, and from groups to alerts.
#pragma once

#include "detect/matcher.h"

/* Sets up the tables of a rule. */
void toc_correlate_init(struct toc_matcher *matcher, uint32_t rule);

/* Takes an event into the groups of a rule; alerts of those that fire. TOC_MATCH when it counted.
 */
enum toc_verdict toc_correlate(struct toc_matcher *matcher, const struct toc_rule_place *place,
                               const struct toc_event *event);

/* The same where `amounts` of the place tell what changes: what the event before in the slot
 * counted for, counts again (correlate_again.c). False: that is to be found out. */
bool toc_again(struct toc_matcher *matcher, const struct toc_rule_place *place, uint32_t number,
               const struct toc_event *event);

/* The window of a group is over, at that time: judged, and forgotten. */
void toc_correlate_close(struct toc_matcher *matcher, uint32_t rule, struct toc_cell *cell,
                         int64_t at);

/* ---- Within the correlations ---- */

/* One element of an event, or the event where there is no `each`. */
struct toc_occurrence {
    uint32_t rule;
    const struct toc_correlation *correlation;
    const struct toc_event *event;
    size_t number;   /* in matcher->matched */
    toc_block group; /* that it counts in; 0: the one that matcher->key names */
};

/* Where in matcher->vars the steps or quantities begin. */
static inline size_t toc_first_clause(const struct toc_matcher *matcher, uint32_t rule) {
    return matcher->rules->items[rule].compiled->n_each;
}

/* Runs a clause's condition; counts what is unobserved. */
bool toc_clause_holds(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                      const struct toc_clause *clause);
/* The group of an occurrence goes to matcher->key. */
void toc_occurrence_key(struct toc_matcher *matcher, const struct toc_occurrence *occurrence);

/* Counts and sums (correlate_count.c, correlate_judge.c). */
uint32_t toc_count_size(const struct toc_correlation *correlation);
void toc_count_clear(struct toc_state *state, struct toc_cell *cell);
void toc_count_add(struct toc_matcher *matcher, struct toc_occurrence *occurrence);
/* When all elements are in: the groups that the event counted in are judged. */
void toc_count_judge(struct toc_matcher *matcher, uint32_t rule, const struct toc_event *event);
/* One whose condition begins to be true fires, and is gone. */
void toc_count_fire(struct toc_matcher *matcher, uint32_t rule, const struct toc_event *event,
                    struct toc_cell *cell);
void toc_count_close(struct toc_matcher *matcher, uint32_t rule, struct toc_cell *cell, int64_t at);

/* One number, or value of a window, goes into a window. */
void toc_again_note(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                    size_t clause, int64_t number, toc_block value);
/* It does not count the same again: an error is told each time. */
void toc_again_spoil(struct toc_matcher *matcher);
/* All that the event counts for is noted. */
void toc_again_keep(struct toc_matcher *matcher);

/* Steps (correlate_steps.c). */
uint32_t toc_steps_size(const struct toc_correlation *correlation);
void toc_steps_clear(struct toc_state *state, struct toc_cell *cell);
void toc_steps_add(struct toc_matcher *matcher, const struct toc_occurrence *occurrence);
