// SPDX-License-Identifier: Apache-2.0
// Which calls no rule needs, as far as the kernel side can tell: push-down.
#pragma once

#include "base/buf.h"
#include "cel/over.h"
#include "detect/detect.h"
#include "event/filter.h"

/* Events whose calls can be filtered where they are observed, as bits. */
uint64_t toc_pushdown_events(void);

/* What one rule needs of the calls that give an event. */
struct toc_need {
    struct cel_over over; /* no call outside of it can match, or be counted; no term: none at all */
    const char *where;    /* with over.anything: the expression of the signature that asks for so
                             much, and the part of it … */
    const char *text;     /* …that the kernel side cannot judge; lives as long as the ruleset */
    size_t n;
};

/* `rule` as in toc_ruleset_rule. 0 or -ENOMEM. */
int toc_pushdown_rule(const struct toc_ruleset *ruleset, size_t rule, unsigned event,
                      struct toc_need *ret);

/* What all rules need of an event's calls together. 0 or -ENOMEM. */
int toc_pushdown_event(const struct toc_ruleset *ruleset, unsigned event,
                       struct toc_filter_table *ret);

/* The tests of it, in the order in which they are asked. */
void toc_pushdown_table(const struct cel_over *over, struct toc_filter_table *ret);

/* A term as a condition, for people. */
void toc_pushdown_text(const struct cel_over_term *term, struct toc_buf *out);
