// SPDX-License-Identifier: Apache-2.0
// Looking for the guards that one value satisfies.
#pragma once

#include "cel/set_index.h"
#include "cel/set_probe.h"

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

/* What nearly all values are: nothing is looked for. */
static inline bool cel_look_is_dull(const struct look *look, uint64_t second) {
    const struct set_index *index = look->index;
    const struct cel_class_range *usual = &look->run->usual[index->number];
    uint64_t bits, place;

    switch ((enum set_index_kind)index->kind) {
    case SET_BY_NUMBER:
        bits = cel_look_bits(look);
        place = bits ^ index->flip;
        return !(index->some >> bits % 64 & 1) && (place < index->low || place > index->high);
    case SET_BY_BIT: return !(cel_look_bits(look) & index->some);
    case SET_BY_CLASS:
        bits = cel_look_bits(look);
        return bits >= usual->low && bits < usual->end && second <= usual->end - bits;
    case SET_BY_PRESENCE:
    case SET_BY_ADDRESS:
    case SET_BY_TEXT: break;
    }
    return false;
}

/* Which values are of the usual class of this record, if nothing asks for that. */
static inline void cel_look_usual(struct cel_set_run *run, const struct set_index *index) {
    struct cel_class_range *range = &run->usual[index->number];

    *range = (struct cel_class_range){0};
    if (!index->function || !index->function->usual)
        return;
    index->function->usual(&run->activation, range);
    if (index->some >> range->number % 64 & 1)
        *range = (struct cel_class_range){0};
}

/* A text of which only the beginning is kept: conditions may be errors, too. */
static inline bool cel_look_is_cut(const struct look *look) {
    return look->index->kind == SET_BY_TEXT && look->step->cut &&
           *((const uint8_t *)look->object + look->step->cut);
}

/* Marks those that have a guard with that number; in `bits` (as run->bits), all that these words
 * say. */
void cel_mark(struct cel_set_run *run, uint32_t guard);
void cel_mark_words(const struct cel_set_run *run, uint64_t *bits,
                    uint64_t *const words[SET_CLAUSES]);
