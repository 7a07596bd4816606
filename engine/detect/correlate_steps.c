// SPDX-License-Identifier: Apache-2.0
// Correlations of steps: which event filled which one, and what later steps see of it.
#include <string.h>

#include "detect/correlate.h"
#include "detect/correlation_event.h"
#include "detect/note.h"
#include "event/record.h"

/* One step that an event filled. */
struct filled {
    int64_t time;
    toc_block kept; /* a note of the event, and itself where something may look at it */
    bool is;
};

/*
 * Steps in order: row i holds the latest chain that fills steps 0 to i, so that a step filled anew
 * does not undo the later ones, which keep what they followed on. Steps in any order: one row of
 * all.
 */
struct chains {
    uint64_t event; /* number of the event that filled a step last */
    struct filled steps[];
};

static bool in_order(const struct toc_correlation *correlation) {
    return correlation->type == TOC_TEMPORAL_ORDERED;
}

static struct filled *row(struct chains *chains, const struct toc_correlation *correlation,
                          size_t i) {
    return &chains->steps[in_order(correlation) ? i * (i + 1) / 2 : 0];
}

static size_t n_filled(const struct toc_correlation *correlation) {
    size_t n = correlation->n_clauses;

    // The last step is never remembered: the event that fills it fires.
    return in_order(correlation) ? n * (n - 1) / 2 : n;
}

uint32_t toc_steps_size(const struct toc_correlation *correlation) {
    return (uint32_t)(sizeof(struct chains) + n_filled(correlation) * sizeof(struct filled));
}

static void drop(struct toc_state *state, const struct toc_cell *cell, struct filled *steps,
                 size_t n) {
    for (size_t i = 0; i < n; i++)
        toc_kept_drop(state, cell, steps[i].kept);
    memset(steps, 0, n * sizeof(*steps));
}

void toc_steps_clear(struct toc_state *state, struct toc_cell *cell) {
    const struct toc_correlation *correlation = state->tables[cell->table].owner;
    struct chains *chains = toc_cell_body(cell);

    drop(state, cell, chains->steps, n_filled(correlation));
}

/* Steps that are no longer in the window; a chain goes with its first. */
static void expire(struct toc_state *state, struct toc_cell *cell,
                   const struct toc_correlation *correlation) {
    int64_t until = toc_time_add(state->now, -correlation->timespan);
    struct chains *chains = toc_cell_body(cell);

    if (!in_order(correlation)) {
        for (size_t i = 0; i < correlation->n_clauses; i++)
            if (chains->steps[i].is && chains->steps[i].time <= until)
                drop(state, cell, &chains->steps[i], 1);
        return;
    }
    for (size_t i = 0; i + 1 < correlation->n_clauses; i++) {
        struct filled *steps = row(chains, correlation, i);

        if (steps->is && steps->time <= until)
            drop(state, cell, steps, i + 1);
    }
}

static struct cel_value value_of(const struct toc_state *state, const struct filled *filled) {
    const struct toc_event *event;

    event = filled && filled->is && filled->kept ? toc_kept_event(state, filled->kept) : NULL;
    if (!event)
        return cel_fail(CEL_ERR_UNOBSERVED, NULL);
    return (struct cel_value){
        .kind = CEL_OBJECT, .data = event, .object = &toc_object_event, .base = event};
}

/* Shows the n steps of a row (NULL: none) to expressions. */
static void bind(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                 const struct filled *steps, size_t n) {
    size_t first = toc_first_clause(matcher, occurrence->rule);

    for (size_t i = 0; i < n; i++)
        matcher->vars[first + i] = value_of(&matcher->state, steps ? &steps[i] : NULL);
}

static bool fits(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                 struct chains *chains, size_t i) {
    const struct toc_correlation *correlation = occurrence->correlation;
    struct filled *before = NULL;

    if (!(correlation->clauses[i].events >> occurrence->event->variant & 1))
        return false;
    if (in_order(correlation)) {
        before = chains && i ? row(chains, correlation, i - 1) : NULL;
        if (i && (!before || !before->is))
            return false;
    } else if (chains) {
        before = chains->steps;
    }
    bind(matcher, occurrence, before, i);
    return toc_clause_holds(matcher, occurrence, &correlation->clauses[i]);
}

/* The step that the event fills: in order the last that it can; else one that is still open, or
 * anew one that is not. n_clauses when there is none. */
static size_t choose(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                     struct chains *chains) {
    const struct toc_correlation *correlation = occurrence->correlation;
    size_t n = correlation->n_clauses;

    if (in_order(correlation)) {
        for (size_t i = n; i-- > 0;)
            if (fits(matcher, occurrence, chains, i))
                return i;
        return n;
    }
    for (size_t i = 0; i < n; i++)
        if ((!chains || !chains->steps[i].is) && fits(matcher, occurrence, chains, i))
            return i;
    for (size_t i = 0; i < n && chains; i++)
        if (chains->steps[i].is && fits(matcher, occurrence, chains, i))
            return i;
    return n;
}

/* Every step but `last` is filled. */
static bool complete(const struct toc_correlation *correlation, const struct chains *chains,
                     size_t last) {
    if (in_order(correlation))
        return last + 1 == correlation->n_clauses;
    for (size_t i = 0; i < correlation->n_clauses; i++)
        if (i != last && (!chains || !chains->steps[i].is))
            return false;
    return true;
}

static void fire(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                 struct toc_cell *cell, size_t last) {
    const struct toc_correlation *correlation = occurrence->correlation;
    const struct toc_cell table = {.table = cell->table};
    size_t n = correlation->n_clauses, first = toc_first_clause(matcher, occurrence->rule);
    struct filled *steps = row(toc_cell_body(cell), correlation, in_order(correlation) ? n - 2 : 0);
    struct toc_state *state = &matcher->state;
    toc_block held[TOC_MAX_CLAUSES] = {0};
    struct toc_occasion occasion = {
        .event = occurrence->event,
        .time = toc_event_meta(occurrence->event)->time,
        .at = state->now,
        .start = toc_time_add(state->now, -correlation->timespan),
        .end = state->now,
        .matched = &matcher->matched[occurrence->number],
        .n_matched = 1,
        .correlation = correlation,
        .count = n,
    };

    toc_note_write(matcher, occurrence->event, &correlation->clauses[last], &matcher->note);
    // The group empties first; the events that the message may show are held until it is written.
    for (size_t i = 0; i < n; i++) {
        if (i != last)
            held[i] = toc_kept_ref(state, steps[i].kept);
        if (i == last)
            occasion.notes[i] = toc_buf_cstr(&matcher->note);
        else if (held[i])
            occasion.notes[i] = toc_kept_note(state, held[i]);
        matcher->vars[first + i] = i == last ? (struct cel_value){.kind = CEL_OBJECT,
                                                                  .data = occurrence->event,
                                                                  .object = &toc_object_event,
                                                                  .base = occurrence->event}
                                             : value_of(state, &steps[i]);
    }
    matcher->vars[first + n] = cel_int((int64_t)n);
    if (matcher->rules->items[occurrence->rule].compiled->list) {
        // Other elements of this event must find that it has filled a step.
        toc_steps_clear(state, cell);
        ((struct chains *)toc_cell_body(cell))->event = state->event;
    } else {
        toc_state_remove(state, cell);
    }
    toc_matcher_alert(matcher, occurrence->rule, &occasion);
    for (size_t i = 0; i < n; i++)
        toc_kept_drop(state, &table, held[i]);
}

static void fill(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                 struct toc_cell *cell, size_t i) {
    const struct toc_correlation *correlation = occurrence->correlation;
    struct toc_state *state = &matcher->state;
    struct chains *chains = toc_cell_body(cell);
    struct filled *steps = row(chains, correlation, i);
    struct filled *filled = in_order(correlation) ? &steps[i] : &chains->steps[i];
    toc_block kept = 0;

    toc_note_write(matcher, occurrence->event, &correlation->clauses[i], &matcher->note);
    if (!matcher->note.failed)
        kept = toc_kept_new(state, cell, correlation->clauses[i].kept ? occurrence->event : NULL,
                            matcher->note.p, matcher->note.n);
    if (!kept && correlation->clauses[i].kept)
        return;
    if (in_order(correlation)) {
        drop(state, cell, steps, i + 1);
        for (size_t k = 0; k < i; k++) {
            steps[k] = row(chains, correlation, i - 1)[k];
            toc_kept_ref(state, steps[k].kept);
        }
    } else {
        drop(state, cell, filled, 1);
    }
    *filled = (struct filled){.time = state->now, .kept = kept, .is = true};
    chains->event = state->event;
    toc_state_use(state, cell);
    matcher->counted = true;
}

void toc_steps_add(struct toc_matcher *matcher, const struct toc_occurrence *occurrence) {
    const struct toc_correlation *correlation = occurrence->correlation;
    struct toc_state *state = &matcher->state;
    struct toc_table *table = toc_state_table(state, occurrence->rule, TOC_TABLE_GROUPS);
    struct toc_cell *cell;
    struct chains *chains;
    size_t i;

    toc_occurrence_key(matcher, occurrence);
    cell = toc_state_find(state, table, matcher->key.p, matcher->key.n);
    chains = cell ? toc_cell_body(cell) : NULL;
    // One event fills one step of a group, whichever of its elements does.
    if (chains && chains->event == state->event)
        return;
    if (cell)
        expire(state, cell, correlation);
    i = choose(matcher, occurrence, chains);
    if (i == correlation->n_clauses)
        return;
    if (cell && complete(correlation, chains, i)) {
        matcher->counted = true;
        fire(matcher, occurrence, cell, i);
        return;
    }
    if (!cell)
        cell = toc_state_add(state, table, matcher->key.p, matcher->key.n);
    if (cell)
        fill(matcher, occurrence, cell, i);
}
