// SPDX-License-Identifier: Apache-2.0
// The distinct values of a window.
#pragma once

#include "detect/window.h"

/* Forgets the value seen least recently. */
void toc_value_drop(struct toc_state *state, struct toc_cell *cell, struct toc_window *window);
/* When that was: only while there are values. */
int64_t toc_value_oldest(const struct toc_state *state, const struct toc_window *window);
