// SPDX-License-Identifier: Apache-2.0
// Correlations that count, add up or compare: when a group fires.
#include "detect/correlate.h"
#include "detect/correlate_group.h"
#include "detect/correlation_event.h"
#include "event/record.h"

bool toc_count_judge_values(struct toc_matcher *matcher, uint32_t rule,
                            const struct toc_correlation *correlation, const struct group *group) {
    struct cel_value *vars = matcher->vars + toc_first_clause(matcher, rule), value;
    struct cel_activation activation = {.vars = vars, .user = &matcher->context};
    bool all = true, known;
    int64_t number = 0;

    for (size_t i = 0; i < correlation->n_clauses; i++) {
        known = toc_count_value(&matcher->state, correlation, group, i, &number);
        vars[i] = known ? cel_int(number) : cel_fail(CEL_ERR_UNOBSERVED, NULL);
        all &= known;
    }
    if (!correlation->condition) {
        if (matcher->probe)
            matcher->probe->judged(matcher->probe->ctx, number);
        return toc_bounds_hold(correlation, number);
    }
    if (all && !matcher->probe) {
        toc_arena_reset(matcher->scratch);
        cel_run_in_range(correlation->condition, &activation, matcher->scratch, &value);
    } else {
        value = toc_matcher_run(matcher, correlation->condition, &activation);
    }
    if (value.kind != CEL_BOOL)
        toc_match_count_error(&matcher->rule_counts[rule], &value);
    return value.kind == CEL_BOOL && value.b;
}

/* What was counted; of distinct values, how many. */
static uint64_t total(const struct toc_correlation *correlation, const struct group *group) {
    uint64_t n = 0;

    if (correlation->type == TOC_VALUE_COUNT)
        return group->windows[0].distinct;
    for (size_t i = 0; i < correlation->n_clauses; i++)
        n += correlation->clauses[i].measure == TOC_MEASURE_DISTINCT ? group->windows[i].distinct
                                                                     : group->windows[i].entries;
    return n;
}

/* The group empties before the alert goes out: a threshold may need its memory. */
static void fire(struct toc_matcher *matcher, uint32_t rule, struct toc_cell *cell,
                 struct toc_occasion *occasion) {
    const struct toc_correlation *correlation = matcher->rules->items[rule].compiled->correlation;
    struct cel_value *vars = matcher->vars + toc_first_clause(matcher, rule);

    occasion->count = total(correlation, toc_cell_body(cell));
    occasion->correlation = correlation;
    if (correlation->type == TOC_AGGREGATE) {
        vars[correlation->n_clauses] = cel_int((int64_t)occasion->count);
    } else {
        vars[1] = vars[0];
        vars[0] = cel_int((int64_t)occasion->count);
    }
    toc_state_remove(&matcher->state, cell);
    toc_matcher_alert(matcher, rule, occasion);
}

/* The elements of the event that went into a group. */
static size_t elements_of(struct toc_matcher *matcher, toc_block group) {
    size_t n = 0;

    for (size_t i = 0; i < matcher->n_matched; i++)
        if (matcher->element_groups[i] == group)
            matcher->fired[n++] = matcher->matched[i];
    return n;
}

void toc_count_fire(struct toc_matcher *matcher, uint32_t rule, const struct toc_event *event,
                    struct toc_cell *cell) {
    const struct toc_correlation *correlation = matcher->rules->items[rule].compiled->correlation;
    int64_t now = matcher->state.now;
    struct toc_occasion occasion = {
        .event = event,
        .time = toc_event_meta(event)->time,
        .at = now,
        .start = toc_time_add(now, -correlation->timespan),
        .end = now,
        .matched = matcher->fired,
        .n_matched = elements_of(matcher, cell->self),
    };

    fire(matcher, rule, cell, &occasion);
}

void toc_count_judge(struct toc_matcher *matcher, uint32_t rule, const struct toc_event *event) {
    const struct toc_correlation *correlation = matcher->rules->items[rule].compiled->correlation;

    for (size_t i = 0; i < matcher->n_groups && correlation->slides; i++) {
        toc_block block = matcher->groups[i];
        struct toc_cell *cell = block ? toc_state_cell(&matcher->state, block) : NULL;

        if (cell && toc_count_begins(matcher, rule, correlation, cell))
            toc_count_fire(matcher, rule, event, cell);
    }
}

void toc_count_close(struct toc_matcher *matcher, uint32_t rule, struct toc_cell *cell,
                     int64_t at) {
    const struct toc_compiled *compiled = matcher->rules->items[rule].compiled;
    const struct toc_cell table = {.table = cell->table};
    struct group *group = toc_cell_body(cell);
    toc_block opened = group->opened;
    struct toc_occasion occasion = {
        .event = toc_kept_event(&matcher->state, opened),
        .time = at,
        .at = at,
        .start = cell->since,
        .end = at,
        .matched = matcher->fired,
        .n_matched = compiled->list != NULL,
    };

    matcher->fired[0] = group->element;
    for (size_t i = 0; i < TOC_MAX_VARS; i++)
        matcher->vars[i] = cel_fail(CEL_ERR_UNOBSERVED, NULL);
    // The event is held until the alert is out.
    group->opened = 0;
    if (toc_count_is_true(matcher, rule, compiled->correlation, group))
        fire(matcher, rule, cell, &occasion);
    else
        toc_state_remove(&matcher->state, cell);
    toc_kept_drop(&matcher->state, &table, opened);
}
