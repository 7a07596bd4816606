// SPDX-License-Identifier: Apache-2.0
// One event through one correlation, element by element: `until` first, then what counts.
#include "detect/correlate.h"

#include "event/record.h"

void toc_correlate_init(struct toc_matcher *matcher, uint32_t rule) {
    const struct toc_correlation *correlation = matcher->rules->items[rule].compiled->correlation;
    struct toc_table *table = toc_state_table(&matcher->state, rule, TOC_TABLE_GROUPS);
    bool temporal = toc_is_temporal(correlation->type);

    table->owner = correlation;
    table->size = temporal ? toc_steps_size(correlation) : toc_count_size(correlation);
    table->clear = temporal ? toc_steps_clear : toc_count_clear;
    if (correlation->slides)
        table->stale_after = correlation->timespan;
    else
        table->due_after = correlation->timespan;
}

bool toc_clause_holds(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                      const struct toc_clause *clause) {
    struct cel_activation activation =
        toc_matcher_activation(matcher, occurrence->event, matcher->vars);
    struct cel_value value;

    if (!(clause->events >> occurrence->event->variant & 1))
        return false;
    if (!clause->when)
        return true;
    value = toc_matcher_run(matcher, clause->when, &activation);
    if (value.kind == CEL_BOOL)
        return value.b;
    toc_match_count_error(&matcher->rule_counts[occurrence->rule], &value);
    toc_again_spoil(matcher);
    return false;
}

void toc_occurrence_key(struct toc_matcher *matcher, const struct toc_occurrence *occurrence) {
    struct cel_activation activation =
        toc_matcher_activation(matcher, occurrence->event, matcher->vars);

    toc_matcher_show_group(matcher, &occurrence->correlation->group, &activation);
    toc_group_key(&occurrence->correlation->group, &activation, matcher->scratch, &matcher->key);
}

/* An `until` that cannot be judged does not apply. */
static void end_group(struct toc_matcher *matcher, const struct toc_occurrence *occurrence) {
    const struct toc_clause *until = &occurrence->correlation->until;
    struct toc_table *table = toc_state_table(&matcher->state, occurrence->rule, TOC_TABLE_GROUPS);
    struct cel_activation activation =
        toc_matcher_activation(matcher, occurrence->event, matcher->vars);
    struct toc_cell *cell;

    if (!occurrence->correlation->has_until || !(until->events >> occurrence->event->variant & 1) ||
        !table->n)
        return;
    if (until->when) {
        struct cel_value value = toc_matcher_run(matcher, until->when, &activation);

        if (value.kind != CEL_BOOL || !value.b)
            return;
    }
    toc_occurrence_key(matcher, occurrence);
    cell = toc_state_find(&matcher->state, table, matcher->key.p, matcher->key.n);
    if (cell)
        toc_state_remove(&matcher->state, cell);
}

static bool is_its_event(const struct toc_matcher *matcher,
                         const struct toc_occurrence *occurrence) {
    return matcher->rules->items[occurrence->rule].compiled->scope.root_variants >>
               occurrence->event->variant &
           1;
}

/* What the condition holds for counts. */
static void add(struct toc_matcher *matcher, struct toc_occurrence *occurrence, size_t number) {
    occurrence->number = number;
    matcher->element_groups[number] = 0;
    if (toc_is_temporal(occurrence->correlation->type))
        toc_steps_add(matcher, occurrence);
    else
        toc_count_add(matcher, occurrence);
}

static enum toc_verdict take(struct toc_matcher *matcher, struct toc_occurrence *occurrence,
                             uint32_t index) {
    struct cel_activation activation =
        toc_matcher_activation(matcher, occurrence->event, matcher->vars);
    enum toc_verdict verdict;

    end_group(matcher, occurrence);
    if (!is_its_event(matcher, occurrence))
        return TOC_NO_MATCH;
    verdict = toc_match_one(matcher, occurrence->rule, &activation);
    if (verdict != TOC_MATCH)
        return verdict;
    matcher->matched[matcher->n_matched] = index;
    add(matcher, occurrence, matcher->n_matched++);
    return matcher->counted ? TOC_MATCH : TOC_NO_MATCH;
}

static enum toc_verdict take_each(struct toc_matcher *matcher, struct toc_occurrence *occurrence) {
    const struct toc_compiled *compiled = matcher->rules->items[occurrence->rule].compiled;
    enum toc_verdict all = TOC_NO_MATCH, verdict;
    struct cel_value list;
    size_t n;

    list = toc_match_list(matcher, compiled, occurrence->event);
    if (list.kind != CEL_LIST) {
        // The event may still end a group whose key needs no element.
        matcher->vars[0] = cel_fail(CEL_ERR_UNOBSERVED, NULL);
        if (is_its_event(matcher, occurrence))
            toc_match_count_error(&matcher->rule_counts[occurrence->rule], &list);
        end_group(matcher, occurrence);
        return TOC_NO_MATCH;
    }
    n = cel_list_size(&list);
    matcher->cut = n > TOC_MAX_MSGS;
    for (size_t i = 0; i < n && i < TOC_MAX_MSGS; i++) {
        matcher->vars[0] = cel_list_at(&list, i, matcher->scratch);
        matcher->element = (uint32_t)i;
        verdict = take(matcher, occurrence, (uint32_t)i);
        if (verdict != TOC_NO_MATCH && all != TOC_MATCH)
            all = verdict;
    }
    return all;
}

/* What the set says that the condition holds for; such a rule has no `until`. */
static enum toc_verdict take_judged(struct toc_matcher *matcher,
                                    struct toc_occurrence *occurrence) {
    bool each = matcher->rules->items[occurrence->rule].compiled->list != NULL;
    enum toc_verdict verdict;
    struct cel_value list = {0};

    if (!is_its_event(matcher, occurrence))
        return TOC_NO_MATCH;
    verdict = toc_match_rule(matcher, occurrence->rule, occurrence->event);
    if (verdict != TOC_MATCH)
        return verdict;
    if (each)
        list = cel_set_list(matcher->run, matcher->place);
    else
        matcher->matched[matcher->n_matched++] = 0;
    for (size_t i = 0; i < matcher->n_matched; i++) {
        if (each)
            matcher->vars[0] = cel_list_at(&list, matcher->matched[i], matcher->scratch);
        add(matcher, occurrence, i);
    }
    return matcher->counted ? TOC_MATCH : matcher->excepted ? TOC_EXCEPTED : TOC_NO_MATCH;
}

enum toc_verdict toc_correlate(struct toc_matcher *matcher, const struct toc_rule_place *place,
                               const struct toc_event *event) {
    uint32_t rule = place->rule;
    const struct toc_compiled *compiled = matcher->rules->items[rule].compiled;
    struct toc_occurrence occurrence = {
        .rule = rule, .correlation = compiled->correlation, .event = event};
    bool is_temporal = toc_is_temporal(compiled->correlation->type);
    enum toc_verdict verdict;

    matcher->n_matched = matcher->n_groups = 0;
    matcher->cut = matcher->counted = false;
    toc_memo_turn(matcher, place);
    // What counts sets all that its expressions see.
    for (size_t i = 0; is_temporal && i < compiled->n_each + compiled->correlation->n_clauses + 2;
         i++)
        matcher->vars[i] = (struct cel_value){.kind = CEL_ERROR, .error = CEL_ERR_UNOBSERVED};
    if (matcher->memo && matcher->memo->n != TOC_NOT_AGAIN)
        matcher->memo->n = 0;
    if (matcher->run)
        verdict = take_judged(matcher, &occurrence);
    else if (compiled->list)
        verdict = take_each(matcher, &occurrence);
    else
        verdict = take(matcher, &occurrence, 0);
    toc_again_keep(matcher);
    if (!is_temporal)
        toc_count_judge(matcher, rule, event);
    return verdict;
}

void toc_correlate_close(struct toc_matcher *matcher, uint32_t rule, struct toc_cell *cell,
                         int64_t at) {
    toc_count_close(matcher, rule, cell, at);
}
