// SPDX-License-Identifier: Apache-2.0
// The two orders that cells stand in: by age in the state, and in their table.
#pragma once

#include "detect/state.h"

/* As the youngest. */
void toc_link_state(struct toc_state *state, struct toc_cell *cell);
void toc_unlink_state(struct toc_state *state, struct toc_cell *cell);
/* As the youngest, since then. */
void toc_link_table(struct toc_state *state, struct toc_table *table, struct toc_cell *cell,
                    int64_t since);
void toc_unlink_table(struct toc_state *state, struct toc_table *table, struct toc_cell *cell);
