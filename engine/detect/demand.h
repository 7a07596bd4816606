// SPDX-License-Identifier: Apache-2.0
// What rules look at of what a live source can observe: the rest need not be.
#pragma once

#include "detect/detect.h"
#include "event/demand.h"

/* What one rule looks at, and which of its expressions asks first: "when", "message", "except" … */
struct toc_rule_demand {
    struct toc_demand demand;
    const char *payload_where;        /* NULL: no payload */
    const char *where[TOC_WITNESSES]; /* NULL: not that one */
};

/* Of a rule: its signature with the message, and what its pack adds. Everything that its result or
 * its message may depend on is in it; what an alert lists besides is not. Of the payload of sends
 * that at entry is wanted always, that at the return where the rule looks at it or at what changed;
 * of receives what was received. */
void toc_demand_rule(const struct toc_ruleset *ruleset, size_t rule, struct toc_rule_demand *ret);

/* Of all rules together, with their events. */
void toc_demand_rules(const struct toc_ruleset *ruleset, struct toc_demand *ret);

/* What either looks at. */
void toc_demand_add(struct toc_demand *to, const struct toc_demand *more);
