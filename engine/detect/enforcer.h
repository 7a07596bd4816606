// SPDX-License-Identifier: Apache-2.0
// The rules whose pack has an action for them, run over calls as they begin.
#pragma once

#include "detect/detect.h"
#include "event/action.h"

struct toc_enforcer;

/* The ruleset outlives it. -E2BIG: more than TOC_MAX_ACTIONS rules, or TOC_WIRE_DENY_RULES for the
 * kernel. -ENOMEM. */
int toc_enforcer_new(const struct toc_ruleset *ruleset, struct toc_enforcer **ret);
void toc_enforcer_free(struct toc_enforcer **enforcer);
/* Events that one of them looks at that is decided as calls begin, as bits; 0: there is none. */
uint64_t toc_enforcer_events(const struct toc_enforcer *enforcer);
/* And those of rules that freeze. */
uint64_t toc_enforcer_freezes(const struct toc_enforcer *enforcer);
/* And those whose payload one of them looks at. */
uint64_t toc_enforcer_payloads(const struct toc_enforcer *enforcer);
/* The action of the first of those decided so; NULL: there is none. */
const struct toc_action *toc_enforcer_first(const struct toc_enforcer *enforcer);
/* The actions that the kernel decides; gives how many. */
size_t toc_enforcer_kernel(const struct toc_enforcer *enforcer,
                           const struct toc_action *ret[TOC_WIRE_DENY_RULES]);
/* For struct toc_gate; ctx is the enforcer. */
size_t toc_enforcer_decide(void *ctx, const struct toc_event *event,
                           struct toc_asked ret[TOC_MAX_ACTIONS]);
