// SPDX-License-Identifier: Apache-2.0
// Counts of a source that gives out what was counted before: the calls and losses in its stream.
#pragma once

#include "event/record.h"
#include "source/source.h"

/* Adds an event given out. `seen` follows from the rest: toc_count_seen. */
void toc_count_event(struct toc_source_counts *counts, const struct toc_event *event);
/* Adds counts to *ret, with seen = handled + lost. */
void toc_counts_tell(const struct toc_source_counts *counts, struct toc_source_counts *ret);
