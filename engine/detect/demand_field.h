// SPDX-License-Identifier: Apache-2.0
// Which witness gives a field.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/schema.h"

/* Witnesses as bits, of calls that send and of those that receive. */
struct toc_field_demand {
    uint32_t sent, received;
    bool payload; /* of messages */
    bool later;   /* user memory at the return, or what changed by then */
};

/* Of the fields of an object, as bits by their place. */
void toc_demand_fields(const struct toc_object *object, uint64_t fields,
                       struct toc_field_demand *ret);
