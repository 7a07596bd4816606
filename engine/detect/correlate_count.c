// SPDX-License-Identifier: Apache-2.0
// Correlations that count, add up or compare: what goes into a group.
#include <stddef.h>

#include "detect/correlate.h"
#include "detect/correlate_group.h"
#include "detect/correlation_event.h"
#include "event/record.h"

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

void toc_count_drop(struct toc_state *state, struct toc_cell *cell,
                    const struct toc_correlation *correlation, int64_t until) {
    struct group *group = toc_cell_body(cell);
    int64_t oldest = INT64_MAX;

    for (size_t i = 0; i < correlation->n_clauses; i++) {
        int64_t left =
            toc_window_expire(state, cell, &group->windows[i],
                              (enum toc_measure_kind)correlation->clauses[i].measure, until);

        oldest = left < oldest ? left : oldest;
    }
    group->oldest = oldest;
    if (oldest != INT64_MAX)
        return;
    // As if it had been forgotten, which happens to groups this old when memory is needed.
    group->truth = correlation->empty_truth;
    group->oldest = INT64_MIN;
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
    group->oldest = INT64_MIN;
    group->element = (uint16_t)matcher->matched[occurrence->number];
    if (correlation->slides)
        return cell;
    group->opened = toc_kept_new(&matcher->state, cell, occurrence->event, NULL, 0);
    if (group->opened)
        return cell;
    toc_state_remove(&matcher->state, cell);
    return NULL;
}

static struct toc_cell *group_of(struct toc_matcher *matcher,
                                 const struct toc_occurrence *occurrence) {
    struct toc_state *state = &matcher->state;
    struct toc_table *table = toc_state_table(state, occurrence->rule, TOC_TABLE_GROUPS);
    struct toc_cell *cell;

    // What is added to a group evicts others only.
    if (occurrence->group)
        return toc_state_cell(state, occurrence->group);
    cell = toc_state_find(state, table, matcher->key.p, matcher->key.n);
    if (!cell)
        cell = new_group(matcher, occurrence, table);
    if (cell)
        toc_memo_set(matcher, table, cell);
    return cell;
}

/* The group of the occurrence: ready for more, and to be judged. */
static struct toc_cell *touch(struct toc_matcher *matcher, struct toc_occurrence *occurrence) {
    struct toc_state *state = &matcher->state;
    struct toc_cell *cell = group_of(matcher, occurrence);
    const struct group *group;

    if (!cell)
        return NULL;
    occurrence->group = cell->self;
    matcher->element_groups[occurrence->number] = cell->self;
    matcher->counted = true;
    group = toc_cell_body(cell);
    if (group->event == state->event)
        return cell;
    toc_count_expire(state, cell, occurrence->correlation);
    toc_count_touch(state, cell);
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
static void add_value(struct toc_matcher *matcher, struct toc_occurrence *occurrence, size_t clause,
                      const struct cel_value *value) {
    const struct toc_correlation *correlation = occurrence->correlation;
    enum toc_measure_kind kind = (enum toc_measure_kind)correlation->clauses[clause].measure;
    int64_t number = 1;
    struct toc_window *window;
    struct toc_cell *cell;
    toc_block block = 0;

    if (kind == TOC_MEASURE_COUNT && value->kind == CEL_BOOL && !value->b)
        return;
    if (value->kind == CEL_ERROR ||
        (kind != TOC_MEASURE_COUNT && kind != TOC_MEASURE_DISTINCT && !number_of(value, &number))) {
        toc_match_count_error(&matcher->rule_counts[occurrence->rule], value);
        toc_again_spoil(matcher);
        return;
    }
    cell = touch(matcher, occurrence);
    if (!cell)
        return;
    window = &((struct group *)toc_cell_body(cell))->windows[clause];
    if (kind != TOC_MEASURE_DISTINCT) {
        toc_window_add(&matcher->state, cell, window, kind, correlation->slides, number);
    } else {
        toc_buf_reset(&matcher->value_key);
        cel_value_key(value, &matcher->value_key);
        block = toc_window_add_key(&matcher->state, cell, window, (uint32_t)clause,
                                   matcher->value_key.p, matcher->value_key.n);
    }
    toc_again_note(matcher, occurrence, clause, number, block);
}

static void add_clause(struct toc_matcher *matcher, struct toc_occurrence *occurrence, size_t i) {
    const struct toc_clause *clause = &occurrence->correlation->clauses[i];
    struct cel_activation activation =
        toc_matcher_activation(matcher, occurrence->event, matcher->vars);
    struct cel_value value = cel_bool(true);

    if (!toc_clause_holds(matcher, occurrence, clause))
        return;
    if (clause->field)
        value = toc_matcher_run(matcher, clause->field, &activation);
    if (value.kind != CEL_LIST || matcher->rules->items[occurrence->rule].compiled->list) {
        add_value(matcher, occurrence, i, &value);
        return;
    }
    for (size_t k = 0; k < cel_list_size(&value); k++) {
        struct cel_value element = cel_list_at(&value, k, matcher->scratch);

        add_value(matcher, occurrence, i, &element);
    }
}

void toc_count_add(struct toc_matcher *matcher, struct toc_occurrence *occurrence) {
    const struct toc_table *table =
        toc_state_table(&matcher->state, occurrence->rule, TOC_TABLE_GROUPS);
    const struct toc_cell *known = toc_memo_cell(&matcher->state, matcher->memo, table);

    occurrence->group = known ? known->self : 0;
    if (!known)
        toc_occurrence_key(matcher, occurrence);
    for (size_t i = 0; i < occurrence->correlation->n_clauses; i++)
        add_clause(matcher, occurrence, i);
}
