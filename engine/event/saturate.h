// SPDX-License-Identifier: Apache-2.0
// Values above 2^63-1: cut where they enter, and named in event.saturated.
#pragma once

#include "event/builder.h"

/* Every unsigned field of 64 bits, with its bit in event.saturated. */
struct toc_size {
    const struct toc_object *object;
    uint32_t offset; /* in the object */
    uint32_t bit;
    uint32_t at; /* of the object's offset in struct toc_event, which come first; 0: elsewhere */
};
extern const struct toc_size toc_sizes[];
extern const size_t toc_sizes_n;

/* Cut the values of a record being built; the bits of those that were. */
uint32_t toc_saturate_scalars(struct toc_event *event);
uint32_t toc_saturate_msg(struct toc_event *event, struct toc_msg *msg);
