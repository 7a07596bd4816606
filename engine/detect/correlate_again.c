// SPDX-License-Identifier: Apache-2.0
// Correlations that count: while nothing changes that it depends on, an event counts for what the
// event before it in the slot counted for. What that was is noted as it is found out.
#include "detect/correlate.h"
#include "detect/correlate_group.h"

static struct toc_table *table_of(struct toc_matcher *matcher, uint32_t rule) {
    return toc_state_table(&matcher->state, rule, TOC_TABLE_GROUPS);
}

/* ---- Noting ---- */

void toc_again_spoil(struct toc_matcher *matcher) {
    if (matcher->memo)
        matcher->memo->n = TOC_NOT_AGAIN;
}

static bool is_same(const struct toc_addition *a, const struct toc_addition *b) {
    return a->clause == b->clause && a->value == b->value && a->amount == b->amount &&
           a->from.at == b->from.at && a->times < UINT16_MAX;
}

void toc_again_note(struct toc_matcher *matcher, const struct toc_occurrence *occurrence,
                    size_t clause, int64_t number, toc_block value) {
    const struct toc_clause *of = &occurrence->correlation->clauses[clause];
    struct toc_addition addition = {
        .clause = (uint8_t)clause, .times = 1, .value = value, .amount = number};
    struct toc_group_memo *memo = matcher->memo;
    const struct toc_table *table = table_of(matcher, occurrence->rule);
    struct toc_addition *last;

    if (!memo || memo->n == TOC_NOT_AGAIN)
        return;
    if (toc_clause_number(of, occurrence->event, &addition.from))
        addition.amount = 0;
    last = memo->n ? &memo->additions[memo->n - 1] : NULL;
    memo->dropped = last ? memo->dropped : table->dropped;
    if (last && is_same(last, &addition))
        last->times++;
    else if (memo->n < TOC_MAX_ADDITIONS && (value || of->measure != TOC_MEASURE_DISTINCT))
        memo->additions[memo->n++] = addition;
    else
        memo->n = TOC_NOT_AGAIN;
}

void toc_again_keep(struct toc_matcher *matcher) {
    struct toc_group_memo *memo = matcher->memo;
    const struct cel_set_verdict *verdict;

    if (!memo || memo->n == TOC_NOT_AGAIN)
        return;
    verdict = matcher->run ? cel_set_known(matcher->run, matcher->place) : NULL;
    memo->n = matcher->run && !verdict ? 0 : memo->n;
    memo->rest = verdict ? cel_set_rest(verdict) : (struct cel_set_quiet){0};
    memo->matched = memo->elements = 0;
    for (size_t i = 0; i < matcher->n_matched; i++) {
        uint64_t bit = UINT64_C(1) << matcher->matched[i] % CEL_SET_CHUNK;

        memo->matched |= bit;
        memo->elements |= matcher->element_groups[i] ? bit : 0;
    }
}

/* ---- Counting again ---- */

/* The event makes its group fire: which elements count. */
static void fire(struct toc_matcher *matcher, uint32_t rule, const struct toc_event *event,
                 struct toc_cell *cell, const struct toc_group_memo *memo) {
    matcher->n_matched = matcher->n_groups = 0;
    matcher->cut = false;
    for (uint64_t left = memo->matched; left; left &= left - 1) {
        uint32_t i = (uint32_t)__builtin_ctzll(left);

        matcher->matched[matcher->n_matched] = i;
        matcher->element_groups[matcher->n_matched++] = memo->elements >> i & 1 ? memo->cell : 0;
    }
    toc_count_fire(matcher, rule, event, cell);
}

static inline void add_again(struct toc_matcher *matcher, const struct toc_event *event,
                             const struct toc_correlation *correlation, struct toc_cell *cell,
                             const struct toc_addition *addition) {
    struct toc_window *window = &((struct group *)toc_cell_body(cell))->windows[addition->clause];
    enum toc_measure_kind kind =
        (enum toc_measure_kind)correlation->clauses[addition->clause].measure;
    int64_t amount = addition->from.at ? cel_number_of(&addition->from, event) : addition->amount;

    for (uint16_t i = 0; i < addition->times; i++) {
        if (kind == TOC_MEASURE_DISTINCT)
            toc_window_add_again(&matcher->state, window, addition->value);
        else
            toc_window_add(&matcher->state, cell, window, kind, correlation->slides, amount);
    }
}

/* Whether nothing changed that it depends on. */
static inline bool is_settled(const struct cel_set_run *run, const struct toc_rule_place *place,
                              uint32_t number) {
    return cel_set_is_settled(run, place->watch) && cel_set_is_settled(run, place->amounts) &&
           (!place->in_set || cel_set_is_settled(run, number));
}

bool toc_again(struct toc_matcher *matcher, const struct toc_rule_place *place, uint32_t number,
               const struct toc_event *event) {
    const struct toc_correlation *correlation = place->correlation;
    const struct toc_table *table = table_of(matcher, place->rule);
    struct toc_rule_counts *counts = &matcher->rule_counts[place->rule];
    const struct toc_group_memo *memo = matcher->kept ? &matcher->kept[place->memo] : NULL;
    struct toc_cell *cell = toc_memo_cell(&matcher->state, memo, table);

    if (!cell || !memo->n || memo->n == TOC_NOT_AGAIN ||
        !is_settled(matcher->runs[matcher->group], place, number))
        return false;
    // Values may go, and be found anew.
    toc_count_expire(&matcher->state, cell, correlation);
    if (memo->dropped != table->dropped)
        return false;
    toc_count_touch(&matcher->state, cell);
    counts->unobserved += memo->rest.unobserved;
    counts->errors += memo->rest.failed;
    for (uint32_t i = 0; i < memo->n; i++)
        add_again(matcher, event, correlation, cell, &memo->additions[i]);
    if (correlation->slides && toc_count_begins(matcher, place->rule, correlation, cell))
        fire(matcher, place->rule, event, cell, memo);
    return true;
}
