// SPDX-License-Identifier: Apache-2.0
// Events that no one would think of: any field of the catalogue, with any value it can hold.
#pragma once

#include "event/record.h"

/* Builds one in the builder; the same state gives the same event. Asserts that it could be built.
 */
const struct toc_event *random_event(struct toc_builder *builder, uint64_t *state);

static inline uint64_t random_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state >> 1;
}
