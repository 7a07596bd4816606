// SPDX-License-Identifier: Apache-2.0
// Which class each word of one record is of, and which element it is in.
#pragma once

#include "cel/set_class.h"

/* Bytes that are read (8 bits), unit (9), class (15), the first of the word. A unit is an element
 * of a list that elements of conditions come from, domain * 64 + number; or 0, the rest of the
 * record. */
struct set_mark {
    uint32_t bits;
};

static inline uint8_t cel_mark_bytes(struct set_mark mark) {
    return (uint8_t)mark.bits;
}
static inline uint16_t cel_mark_unit(struct set_mark mark) {
    return mark.bits >> 8 & 0x1ff;
}
static inline uint16_t cel_mark_class(struct set_mark mark) {
    return (uint16_t)(mark.bits >> 17);
}
_Static_assert(SET_MAX_DOMAINS *CEL_CHUNK <= 0x200, "a unit has nine bits");
_Static_assert(SET_MAX_CLASSES <= 1 << 15, "a class has fifteen");

/* Fills in the marks of the record's words, of which there are n; lists of elements hold CEL_CHUNK
 * at most. */
void cel_mark_record(const struct cel_set *set, const void *record, struct set_mark *marks,
                     size_t n);
