// SPDX-License-Identifier: Apache-2.0
// The group that events of one thread and socket count in: while nothing changes that its key is
// made of, it is neither made nor looked up again.
#pragma once

#include "detect/rule.h"
#include "detect/state.h"

struct toc_matcher;

/* Of a correlation that counts, and whose key is of the event, not of an element. */
struct toc_group_memo {
    toc_block cell;   /* 0: it is not known */
    uint32_t holds;   /* clauses whose condition is known to be true, a bit each */
    uint64_t removed; /* what the table said when the cell was found */
};

/* Watches what the groups of the rule are made of, if they are to be remembered: the watch, or 0.
 * Once all conditions are in the set of the group. -ENOMEM. */
int toc_memo_watch(const struct toc_rule_group *group, const struct toc_rule_body *rule,
                   uint32_t *ret_watch);

/* Room for the memos of a group of rules. NULL without memory. */
struct toc_group_memo *toc_memos_new(const struct toc_rule_group *group);

/* Turns to the memo of the rule at hand: what is known of an earlier event, or an empty one; or
 * none, where elements have groups of their own. */
void toc_memo_turn(struct toc_matcher *matcher);

/* NULL when it is not known, or gone. */
struct toc_cell *toc_memo_cell(const struct toc_matcher *matcher, const struct toc_table *table);
void toc_memo_set(struct toc_matcher *matcher, const struct toc_table *table,
                  const struct toc_cell *cell);
