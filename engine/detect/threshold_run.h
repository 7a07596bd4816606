// SPDX-License-Identifier: Apache-2.0
// Thresholds at run time: which alerts pass, and what is told of those that do not.
#pragma once

#include "detect/matcher.h"

/* Sets up the table of a rule that has a threshold. */
void toc_threshold_init(struct toc_matcher *matcher, uint32_t rule);

/* Does this alert pass? Then `held_back` says how many before it did not. */
bool toc_threshold_pass(struct toc_matcher *matcher, uint32_t rule, struct toc_occasion *occasion,
                        const struct cel_activation *activation);

/* The window of a track is over, or input is: what was held back is told, and forgotten. */
void toc_threshold_close(struct toc_matcher *matcher, uint32_t rule, struct toc_cell *cell,
                         int64_t at);

/* For the summary: how many were held back, and the values of `track` as JSON, each with a NUL. */
uint64_t toc_threshold_held(const struct toc_cell *cell);
const char *toc_threshold_values(const struct toc_state *state, const struct toc_cell *cell);
