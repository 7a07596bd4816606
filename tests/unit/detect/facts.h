// SPDX-License-Identifier: Apache-2.0
// What a filter may ask of an event, worked out from the event by expressions.
#pragma once

#include "event/filter.h"
#include "event/record.h"

struct facts;
void facts_new(struct facts **ret);
void facts_free(struct facts **facts);

/* All that is known of the event at its end. */
void facts_of(const struct facts *facts, const struct toc_event *event,
              struct toc_filter_facts *ret);
/* Less what is known only after `stage`. */
void facts_until(enum toc_filter_stage stage, struct toc_filter_facts *facts);
