// SPDX-License-Identifier: Apache-2.0
// Fields of records: their types, and reading them along a path.
#pragma once

#include <string.h>

#include "cel/cel.h"

/* The type of a field of an object that may be of these variants. `scope` may be NULL. NULL without
 * memory. */
const struct cel_type *cel_field_type(const struct toc_field *field, uint64_t variants,
                                      const struct cel_scope *scope, struct toc_arena *arena);

/* The smallest and largest value of an INT field. */
void cel_field_range(const struct toc_field *field, int64_t *ret_low, int64_t *ret_high);

/* The flag beside a field of bytes that tells whether there were more than are kept: of `data` that
 * is `data_truncated`. NULL: all are kept. */
const struct toc_field *cel_field_cut(const struct toc_object *type, const struct toc_field *field);

/* Same type, and every field equal or unobserved in both. */
bool cel_object_equal(const struct cel_value *a, const struct cel_value *b);

/* How the bytes of a field become 64 bits that can be compared. */
enum cel_bits {
    CEL_BITS_NONE,
    CEL_BITS_U8,
    CEL_BITS_U16,
    CEL_BITS_U32,
    CEL_BITS_U64, /* a pointer */
    CEL_BITS_I8,
    CEL_BITS_I16,
    CEL_BITS_I32,
    CEL_BITS_I64,
    CEL_BITS_CLAMPED, /* unsigned 64 bits as an int */
};

/* One step of a path: a field of an object whose variant may have to be looked at. The parts of the
 * field that a test needs are copied, so that it touches one cache line. */
struct cel_step {
    const struct toc_field *field;
    const struct cel_step *other; /* the field of the same name in other variants, or NULL */
    uint64_t variants;
    uint32_t offset;
    uint16_t variant_offset; /* 0: every variant has it */
    uint8_t bit;             /* in `present` */
    uint8_t bits;            /* enum cel_bits */
    uint16_t cut;            /* where in the object cel_field_cut is; 0: there is none */
};

enum cel_bits cel_field_bits(const struct toc_field *field);

static inline uint64_t cel_load_bits(enum cel_bits bits, const void *p) {
    switch (bits) {
    case CEL_BITS_U8: return *(const uint8_t *)p;
    case CEL_BITS_U16: return *(const uint16_t *)p;
    case CEL_BITS_U32: return *(const uint32_t *)p;
    case CEL_BITS_I8: return (uint64_t)(int64_t) * (const int8_t *)p;
    case CEL_BITS_I16: return (uint64_t)(int64_t) * (const int16_t *)p;
    case CEL_BITS_I32: return (uint64_t)(int64_t) * (const int32_t *)p;
    case CEL_BITS_CLAMPED:
        return *(const uint64_t *)p > INT64_MAX ? INT64_MAX : *(const uint64_t *)p;
    case CEL_BITS_NONE:
    case CEL_BITS_U64:
    case CEL_BITS_I64: break;
    }
    return *(const uint64_t *)p;
}

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

/* Sets an error about a field and returns false. */
bool cel_missing(struct cel_value *error, enum cel_error kind, const struct toc_field *field)
    __attribute__((cold, noinline));

/* The value of a field that is present. */
void cel_load(const struct toc_field *field, const void *object, const void *base,
              struct toc_arena *scratch, struct cel_value *ret);
