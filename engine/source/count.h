// SPDX-License-Identifier: Apache-2.0
// Counts of a source that gives out what was counted before: the calls and losses in its stream.
#pragma once

#include "event/record.h"
#include "source/source.h"

/* False: what a tocsin_loss of that cause counts was delivered all the same, with parts missing or
 * out of order. */
bool toc_loss_is_of_calls(uint16_t cause);
/* Adds an event given out. `seen` follows from the rest: toc_count_seen. */
void toc_count_event(struct toc_source_counts *counts, const struct toc_event *event);
/* The same of an event whose call is counted elsewhere: whether its beginning was seen, and its
 * process is known. */
void toc_count_gaps(struct toc_source_counts *counts, const struct toc_event *event);
/* A heartbeat that came. */
void toc_count_heartbeat(struct toc_source_counts *counts, uint64_t age_ns);
/* Adds what `from` says of heartbeats, the later, to `to`. */
void toc_counts_heartbeats(const struct toc_source_counts *from, struct toc_source_counts *to);
/* Adds counts to *ret, with seen = handled + lost. */
void toc_counts_tell(const struct toc_source_counts *counts, struct toc_source_counts *ret);
