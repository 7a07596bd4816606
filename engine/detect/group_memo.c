// SPDX-License-Identifier: Apache-2.0
// Remembers groups by the slots that events come in.
#include "detect/group_memo.h"

#include <stdlib.h>

#include "base/changes.h"
#include "detect/matcher.h"
#include "event/record.h"

static bool is_remembered(const struct toc_rule_body *rule) {
    const struct toc_correlation *correlation = rule->compiled->correlation;

    return correlation && !toc_is_temporal(correlation->type) && correlation->group_of_event;
}

static int watch_group(struct toc_rule_group *group, const struct toc_correlation *correlation,
                       struct toc_rule_place *place) {
    const struct cel_program *programs[TOC_MAX_GROUP_BY];

    for (size_t i = 0; i < correlation->group.n; i++)
        programs[i] = correlation->group.programs[i];
    place->memo = (uint32_t)group->n_memos++;
    place->watch = (uint32_t)cel_set_size(group->set);
    return cel_set_watch(group->set, programs, correlation->group.n, NULL);
}

bool toc_clause_number(const struct toc_clause *clause, const void *record,
                       struct cel_number *ret) {
    *ret = (struct cel_number){0};
    return clause->field && clause->measure != TOC_MEASURE_COUNT &&
           clause->measure != TOC_MEASURE_DISTINCT &&
           cel_program_number(clause->field, record, ret);
}

static int watch_amounts(struct toc_rule_group *group, const struct toc_compiled *compiled,
                         struct toc_rule_place *place) {
    const struct cel_program *programs[2 * TOC_MAX_CLAUSES];
    size_t n = 0;

    for (size_t i = 0; i < compiled->correlation->n_clauses; i++) {
        const struct toc_clause *clause = &compiled->correlation->clauses[i];
        struct cel_number number;

        if (clause->when)
            programs[n++] = clause->when;
        if (clause->field && !toc_clause_number(clause, NULL, &number))
            programs[n++] = clause->field;
    }
    place->amounts = (uint32_t)cel_set_size(group->set);
    return cel_set_watch(group->set, programs, n, compiled->list);
}

int toc_memo_watch(struct toc_rule_group *group, const struct toc_rule_body *rule,
                   struct toc_rule_place *place) {
    const struct toc_compiled *compiled = rule->compiled;
    int err;

    if (!is_remembered(rule))
        return 0;
    err = watch_group(group, compiled->correlation, place);
    // What else an event may do is not remembered: end a group, be excepted, come twice.
    if (err || compiled->correlation->has_until || rule->n_exceptions ||
        place->stages >> TOC_stage_pending & 1 ||
        (!place->in_set && (compiled->when || compiled->list)))
        return err;
    return watch_amounts(group, compiled, place);
}

struct toc_group_memo *toc_memos_new(const struct toc_rule_group *group) {
    // Pages of slots that are never used are never touched.
    return calloc(TOC_CHANGE_SLOTS * group->n_memos + 1, sizeof(struct toc_group_memo));
}

void toc_memo_begin(struct toc_matcher *matcher) {
    int slot = cel_set_slot(matcher->runs[matcher->group]);
    size_t n = matcher->rules->groups[matcher->group].n_memos;

    matcher->kept = slot < 0 ? NULL : &matcher->memos[matcher->group][(size_t)slot * n];
}

void toc_memo_turn(struct toc_matcher *matcher, const struct toc_rule_place *place) {
    struct cel_set_run *run = matcher->runs[matcher->group];
    struct toc_group_memo *memo = &matcher->fresh;

    matcher->memo = NULL;
    // Who looks on is to see every key made.
    if (!place->watch || matcher->probe)
        return;
    if (matcher->kept)
        memo = &matcher->kept[place->memo];
    if (!matcher->kept || !cel_set_same(run, place->watch))
        memo->cell = memo->n = 0;
    if (!matcher->kept || !place->amounts)
        memo->n = TOC_NOT_AGAIN;
    else if (!cel_set_same(run, place->amounts))
        memo->n = 0;
    matcher->memo = memo;
}

void toc_memo_set(struct toc_matcher *matcher, const struct toc_table *table,
                  const struct toc_cell *cell) {
    if (!matcher->memo)
        return;
    matcher->memo->cell = cell->self;
    matcher->memo->removed = table->removed;
}
