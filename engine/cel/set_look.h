// SPDX-License-Identifier: Apache-2.0
// Looking for the guards that one value satisfies.
#pragma once

#include "cel/set_index.h"
#include "cel/set_run.h"

/* A field of an element, and the index that is asked. */
struct look {
    struct cel_set_run *run;
    const struct set_index *index;
    const struct cel_step *step; /* of the field */
    const void *object;          /* that it is in */
    const void *base;
};

static inline const void *cel_look_bytes(const struct look *look) {
    return (const char *)look->object + look->step->offset;
}

static inline uint64_t cel_look_bits(const struct look *look) {
    return cel_load_bits(look->step->bits, cel_look_bytes(look));
}

/* Marks the conditions of the guards that the value satisfies; `second`: bits of a second field. */
void cel_look_value(const struct look *look, uint64_t second);

/* Marks those that have a guard with that number, and all that these words say. */
void cel_mark(struct cel_set_run *run, uint32_t guard);
void cel_mark_words(struct cel_set_run *run, uint64_t *const words[SET_CLAUSES]);
