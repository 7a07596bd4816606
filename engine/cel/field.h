// SPDX-License-Identifier: Apache-2.0
// Fields of records: their types, and reading them along a path.
#pragma once

#include <string.h>

#include "cel/cel.h"

/* The type of a field. `scope` may be NULL. NULL without memory. */
const struct cel_type *cel_field_type(const struct toc_field *field, const struct cel_scope *scope,
                                      struct toc_arena *arena);

/* The smallest and largest value of an INT field. */
void cel_field_range(const struct toc_field *field, int64_t *ret_low, int64_t *ret_high);

/* Same type, and every field equal or unobserved in both. */
bool cel_object_equal(const struct cel_value *a, const struct cel_value *b);

/* One step of a path: a field of an object whose variant may have to be looked at. */
struct cel_step {
    const struct toc_field *field;
    const struct cel_step *other; /* the field of the same name in other variants, or NULL */
    uint64_t variants;
    uint32_t offset;
    uint16_t variant_offset; /* 0: every variant has it */
};

/* The step for the object's variant, or NULL when that has no such field. */
static inline const struct cel_step *cel_step_for(const struct cel_step *step, const void *object) {
    uint16_t variant;

    if (!step->variant_offset)
        return step;
    memcpy(&variant, (const char *)object + step->variant_offset, sizeof(variant));
    for (; step; step = step->other)
        if (variant < 64 && (step->variants >> variant & 1))
            return step;
    return NULL;
}

/* The bytes of an INT field as 64 bits, sign-extended when it is signed. */
static inline uint64_t cel_load_int(const struct toc_field *field, const void *object) {
    const char *p = (const char *)object + field->offset;

    switch (field->width) {
    case 1: return field->is_signed ? (uint64_t)(int64_t) * (const int8_t *)p : *(const uint8_t *)p;
    case 2:
        return field->is_signed ? (uint64_t)(int64_t) * (const int16_t *)p : *(const uint16_t *)p;
    case 4:
        return field->is_signed ? (uint64_t)(int64_t) * (const int32_t *)p : *(const uint32_t *)p;
    default: return *(const uint64_t *)p;
    }
}

/* As an int, which ends at 2^63 - 1. */
static inline uint64_t cel_load_clamped(const struct toc_field *field, const void *object) {
    uint64_t u = cel_load_int(field, object);

    return !field->is_signed && u > INT64_MAX ? INT64_MAX : u;
}

/* The value of a field that is present. */
void cel_load(const struct toc_field *field, const void *object, const void *base,
              struct toc_arena *scratch, struct cel_value *ret);
