// SPDX-License-Identifier: Apache-2.0
// What events of one thread and socket count for: while nothing changes that its key is made of,
// the group is neither made nor looked up again; nor, as long as it is the same, what goes into it.
#pragma once

#include "detect/rule.h"
#include "detect/state.h"

struct toc_matcher;

/* What an event adds to one window of its group, so many times in a row. */
struct toc_addition {
    uint8_t clause;
    uint16_t times;
    toc_block value;        /* of a window of distinct values */
    int64_t amount;         /* of any other … */
    struct cel_number from; /* … unless that is what the record holds here */
};

#define TOC_MAX_ADDITIONS 4
#define TOC_NOT_AGAIN UINT32_MAX

/* Of a correlation that counts, and whose key is of the event, not of an element. */
struct toc_group_memo {
    toc_block cell;             /* 0: it is not known */
    uint32_t n;                 /* additions; 0: not known yet, TOC_NOT_AGAIN: nor will they be */
    uint64_t removed;           /* what the table said when the cell was found */
    uint64_t dropped;           /* … and when the first value was */
    uint64_t matched, elements; /* that the condition held for; that counted: a bit each */
    struct cel_set_quiet rest;  /* those that it could not be judged on */
    struct toc_addition additions[TOC_MAX_ADDITIONS];
};

/* Watches what the groups of the rule are made of, and what goes into them, if they are to be
 * remembered. Once all conditions are in the set of the group. -ENOMEM. */
int toc_memo_watch(struct toc_rule_group *group, const struct toc_rule_body *rule,
                   struct toc_rule_place *place);

/* Whether what a clause measures is a number that the record holds; then, of a record that is not
 * NULL, where. */
bool toc_clause_number(const struct toc_clause *clause, const void *record, struct cel_number *ret);

/* Room for the memos of a group of rules. NULL without memory. */
struct toc_group_memo *toc_memos_new(const struct toc_rule_group *group);

/* Turns to the memos of the slot that the event at hand came in. */
void toc_memo_begin(struct toc_matcher *matcher);
/* Turns to the memo of the rule at hand: what is known of an earlier event, or an empty one; or
 * none, where elements have groups of their own. */
void toc_memo_turn(struct toc_matcher *matcher, const struct toc_rule_place *place);

/* NULL when it is not known, or gone: as long as no cell of its table has gone, it is there. */
static inline struct toc_cell *toc_memo_cell(const struct toc_state *state,
                                             const struct toc_group_memo *memo,
                                             const struct toc_table *table) {
    return memo && memo->cell && memo->removed == table->removed ? toc_state_cell(state, memo->cell)
                                                                 : NULL;
}
void toc_memo_set(struct toc_matcher *matcher, const struct toc_table *table,
                  const struct toc_cell *cell);
