// SPDX-License-Identifier: Apache-2.0
// A line on standard error that says how far long work has come: only on a terminal, only after a
// second.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Begins: `what` is borrowed until toc_progress_end. With enabled false, or where standard error is
 * no terminal, nothing is ever shown. */
void toc_progress_begin(const char *what, bool enabled);

/* Whether a line may be shown at all. */
bool toc_progress_shows(void);

/* Cheap; may be called for every event. `done` of `total` bytes, total 0 when unknown. */
void toc_progress_update(uint64_t events, uint64_t done, uint64_t total);

/* Removes the line, if it stands there, so that another can be printed. */
void toc_progress_clear(void);
void toc_progress_end(void);
