// SPDX-License-Identifier: Apache-2.0
// Correlations that count, add up or compare: what a group holds, and when it fires.
#include <stddef.h>

#include "detect/correlate.h"
#include "detect/correlation_event.h"
#include "event/record.h"

struct group {
    uint64_t event;   /* number of the event that touched it last */
    toc_block opened; /* a copy of the event that opened a window judged at its end */
    uint32_t element; /* of it */
    bool truth;       /* of the condition, when it was judged last */
    struct toc_window windows[];
};

uint32_t toc_count_size(const struct toc_correlation *correlation) {
    return (uint32_t)(sizeof(struct group) + correlation->n_clauses * sizeof(struct toc_window));
}

void toc_count_clear(struct toc_state *state, struct toc_cell *cell) {
    const struct toc_correlation *correlation = state->tables[cell->table].owner;
    struct group *group = toc_cell_body(cell);

    for (size_t i = 0; i < correlation->n_clauses; i++)
        toc_window_clear(state, cell, &group->windows[i]);
    toc_kept_drop(state, cell, group->opened);
}

static void expire(struct toc_state *state, struct toc_cell *cell,
                   const struct toc_correlation *correlation) {
    struct group *group = toc_cell_body(cell);
    int64_t until = toc_time_add(state->now, -correlation->timespan);
    bool empty = true;

    if (!correlation->slides)
        return;
    for (size_t i = 0; i < correlation->n_clauses; i++) {
        struct toc_window *window = &group->windows[i];

        toc_window_expire(state, cell, window,
                          (enum toc_measure_kind)correlation->clauses[i].measure, until);
        empty &= !window->n && !window->distinct;
    }
    // As if it had been forgotten, which happens to groups this old when memory is needed.
    if (empty)
        group->truth = correlation->empty_truth;
}

static struct toc_cell *new_group(struct toc_matcher *matcher,
                                  const struct toc_occurrence *occurrence,
                                  struct toc_table *table) {
    const struct toc_correlation *correlation = occurrence->correlation;
    struct toc_cell *cell = toc_state_add(&matcher->state, table, matcher->key.p, matcher->key.n);
    struct group *group;

    if (!cell)
        return NULL;
    group = toc_cell_body(cell);
    group->truth = correlation->empty_truth;
    group->element = matcher->matched[occurrence->number];
    if (correlation->slides)
        return cell;
    group->opened = toc_kept_new(&matcher->state, cell, occurrence->event, NULL, 0);
    if (group->opened)
        return cell;
    toc_state_remove(&matcher->state, cell);
    return NULL;
}

/* The group that the key in matcher->key names, ready for more; noted as touched. */
static struct toc_cell *touch(struct toc_matcher *matcher,
                              const struct toc_occurrence *occurrence) {
    struct toc_state *state = &matcher->state;
    struct toc_table *table = toc_state_table(state, occurrence->rule, TOC_TABLE_GROUPS);
    struct toc_cell *cell = toc_state_find(state, table, matcher->key.p, matcher->key.n);
    struct group *group;

    if (!cell)
        cell = new_group(matcher, occurrence, table);
    if (!cell)
        return NULL;
    group = toc_cell_body(cell);
    matcher->counted = true;
    matcher->element_groups[occurrence->number] = cell->self;
    if (group->event == state->event)
        return cell;
    group->event = state->event;
    expire(state, cell, occurrence->correlation);
    toc_state_use(state, cell);
    matcher->groups[matcher->n_groups++] = cell->self;
    return cell;
}

static bool number_of(const struct cel_value *value, int64_t *ret) {
    if (value->kind == CEL_INT)
        *ret = value->i;
    else if (value->kind == CEL_UINT)
        *ret = value->u > INT64_MAX ? INT64_MAX : (int64_t)value->u;
    else
        return false;
    return true;
}

/* One value of a clause into its window. */
static void add_value(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                      size_t clause, const struct cel_value *value) {
    const struct toc_correlation *correlation = occurrence->correlation;
    enum toc_measure_kind kind = (enum toc_measure_kind)correlation->clauses[clause].measure;
    int64_t number = 1;
    struct toc_window *window;
    struct toc_cell *cell;

    if (kind == TOC_MEASURE_COUNT && value->kind == CEL_BOOL && !value->b)
        return;
    if (value->kind == CEL_ERROR ||
        (kind != TOC_MEASURE_COUNT && kind != TOC_MEASURE_DISTINCT && !number_of(value, &number))) {
        toc_match_count_error(&matcher->rule_counts[occurrence->rule], value);
        return;
    }
    cell = touch(matcher, occurrence);
    if (!cell)
        return;
    window = &((struct group *)toc_cell_body(cell))->windows[clause];
    if (kind != TOC_MEASURE_DISTINCT) {
        toc_window_add(&matcher->state, cell, window, kind, correlation->slides, number);
        return;
    }
    toc_buf_reset(&matcher->value_key);
    cel_value_key(value, &matcher->value_key);
    toc_window_add_key(&matcher->state, cell, window, (uint32_t)clause, matcher->value_key.p,
                       matcher->value_key.n);
}

static void add_clause(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                       size_t i) {
    const struct toc_clause *clause = &occurrence->correlation->clauses[i];
    struct cel_activation activation =
        toc_matcher_activation(matcher, occurrence->event, matcher->vars);
    bool each = matcher->rules->items[occurrence->rule].compiled->list != NULL;
    struct cel_value value = cel_bool(true);

    if (!toc_clause_holds(matcher, occurrence, clause))
        return;
    if (clause->field)
        value = toc_matcher_run(matcher, clause->field, &activation);
    if (each || value.kind != CEL_LIST) {
        add_value(matcher, occurrence, i, &value);
        return;
    }
    for (size_t k = 0; k < cel_list_size(&value); k++) {
        struct cel_value element = cel_list_at(&value, k, matcher->scratch);

        add_value(matcher, occurrence, i, &element);
    }
}

void toc_count_add(struct toc_matcher *matcher, const struct toc_occurrence *occurrence) {
    toc_occurrence_key(matcher, occurrence);
    for (size_t i = 0; i < occurrence->correlation->n_clauses; i++)
        add_clause(matcher, occurrence, i);
}

/* Judges a group; its quantities go to matcher->vars. */
static bool judge(struct toc_matcher *matcher, uint32_t rule,
                  const struct toc_correlation *correlation, const struct group *group) {
    struct cel_value *vars = matcher->vars + toc_first_clause(matcher, rule), value;
    struct cel_activation activation = {.vars = vars, .user = &matcher->context};
    int64_t number = 0;

    for (size_t i = 0; i < correlation->n_clauses; i++) {
        bool known = toc_window_value(&matcher->state, &group->windows[i],
                                      (enum toc_measure_kind)correlation->clauses[i].measure,
                                      correlation->slides, &number);

        vars[i] = known ? cel_int(number) : cel_fail(CEL_ERR_UNOBSERVED, NULL);
    }
    if (!correlation->condition) {
        if (matcher->probe)
            matcher->probe->judged(matcher->probe->ctx, number);
        return toc_bounds_hold(correlation, number);
    }
    value = toc_matcher_run(matcher, correlation->condition, &activation);
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

void toc_count_judge(struct toc_matcher *matcher, uint32_t rule, const struct toc_event *event) {
    const struct toc_correlation *correlation = matcher->rules->items[rule].compiled->correlation;
    struct toc_state *state = &matcher->state;

    for (size_t i = 0; i < matcher->n_groups && correlation->slides; i++) {
        toc_block block = matcher->groups[i];
        struct toc_cell *cell = block ? toc_state_cell(state, block) : NULL;
        struct group *group = cell ? toc_cell_body(cell) : NULL;
        bool before = group && group->truth;
        struct toc_occasion occasion = {
            .event = event,
            .time = toc_event_meta(event)->time,
            .at = state->now,
            .start = toc_time_add(state->now, -correlation->timespan),
            .end = state->now,
            .matched = matcher->fired,
        };

        if (!group)
            continue;
        group->truth = judge(matcher, rule, correlation, group);
        if (!group->truth || before)
            continue;
        occasion.n_matched = elements_of(matcher, block);
        fire(matcher, rule, cell, &occasion);
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
    if (judge(matcher, rule, compiled->correlation, group))
        fire(matcher, rule, cell, &occasion);
    else
        toc_state_remove(&matcher->state, cell);
    toc_kept_drop(&matcher->state, &table, opened);
}
