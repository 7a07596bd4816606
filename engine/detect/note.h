// SPDX-License-Identifier: Apache-2.0
// What is remembered of an event that filled a step, for the alert: which one it was, and the
// values that its condition looked at.
#pragma once

#include "detect/matcher.h"

/* Writes the note of the event at hand, whose element and earlier steps are bound, to `out` (reset
 * first). */
void toc_note_write(struct toc_matcher *matcher, const struct toc_event *event,
                    const struct toc_clause *clause, struct toc_buf *out);

/* Reads it; the result points into `note` and `clause`. */
void toc_note_read(const char *note, const struct toc_clause *clause, struct toc_alert_step *ret);
