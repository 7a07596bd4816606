// SPDX-License-Identifier: Apache-2.0
// Remembers groups by the slots that events come in.
#include "detect/group_memo.h"

#include <stdlib.h>

#include "base/changes.h"
#include "detect/matcher.h"

static bool is_remembered(const struct toc_rule_body *rule) {
    const struct toc_correlation *correlation = rule->compiled->correlation;

    return correlation && !toc_is_temporal(correlation->type) && correlation->group_of_event;
}

int toc_memo_watch(const struct toc_rule_group *group, const struct toc_rule_body *rule,
                   uint32_t *ret_watch) {
    const struct cel_program *programs[TOC_MAX_GROUP_BY + TOC_MAX_CLAUSES];
    const struct toc_correlation *correlation = rule->compiled->correlation;
    size_t n = 0;

    *ret_watch = 0;
    if (!is_remembered(rule))
        return 0;
    for (size_t i = 0; i < correlation->group.n; i++)
        programs[n++] = correlation->group.programs[i];
    for (size_t i = 0; i < correlation->n_clauses; i++)
        if (correlation->clauses[i].of_event)
            programs[n++] = correlation->clauses[i].when;
    *ret_watch = (uint32_t)cel_set_size(group->set);
    return cel_set_watch(group->set, programs, n, NULL);
}

struct toc_group_memo *toc_memos_new(const struct toc_rule_group *group) {
    size_t n = cel_set_size(group->set) - group->n;

    // Pages of slots that are never used are never touched.
    return calloc(TOC_CHANGE_SLOTS * n + 1, sizeof(struct toc_group_memo));
}

void toc_memo_turn(struct toc_matcher *matcher) {
    const struct toc_rule_group *group = &matcher->rules->groups[matcher->group];
    uint32_t watch = group->places[matcher->place].watch;
    bool same;
    int slot;

    matcher->memo = NULL;
    // Who looks on is to see every key made.
    if (!watch || matcher->probe)
        return;
    slot = cel_set_same(matcher->runs[matcher->group], watch, &same);
    matcher->memo =
        slot < 0
            ? &matcher->fresh
            : &matcher
                   ->memos[matcher->group][(watch - group->n) * TOC_CHANGE_SLOTS + (uint32_t)slot];
    if (!same)
        *matcher->memo = (struct toc_group_memo){0};
}

struct toc_cell *toc_memo_cell(const struct toc_matcher *matcher, const struct toc_table *table) {
    const struct toc_group_memo *memo = matcher->memo;

    // As long as no cell of its table has gone, it is there.
    return memo && memo->cell && memo->removed == table->removed
               ? toc_state_cell(&matcher->state, memo->cell)
               : NULL;
}

void toc_memo_set(struct toc_matcher *matcher, const struct toc_table *table,
                  const struct toc_cell *cell) {
    if (!matcher->memo)
        return;
    matcher->memo->cell = cell->self;
    matcher->memo->removed = table->removed;
}
