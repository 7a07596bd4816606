// SPDX-License-Identifier: Apache-2.0
// Events in state memory, or notes of them, shared by those who remember the same event.
#pragma once

#include "detect/state.h"
#include "event/record.h"

/* A copy of the event, or without it (NULL) of a note alone, with one reference, charged to the
 * cell's rule; 0 when there is no room (counted). */
toc_block toc_kept_new(struct toc_state *state, const struct toc_cell *cell,
                       const struct toc_event *event, const void *note, size_t n);
/* NULL without one. */
const struct toc_event *toc_kept_event(const struct toc_state *state, toc_block kept);
const char *toc_kept_note(const struct toc_state *state, toc_block kept);
/* Both take 0. */
toc_block toc_kept_ref(const struct toc_state *state, toc_block kept);
void toc_kept_drop(struct toc_state *state, const struct toc_cell *cell, toc_block kept);
