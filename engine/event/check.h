// SPDX-License-Identifier: Apache-2.0
// What the check of a record finds out for those who then change the record.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which of eight bytes of text do not stand for themselves (text.h) or are no ASCII: a bit each. */
static inline unsigned toc_odd_bytes(uint64_t bytes) {
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t low = bytes & ~tops, slash = bytes ^ ones * '\\';
    uint64_t is_slash = ~((slash & ~tops) + ~tops) & ~slash;
    // Sums of seven bits do not reach the next byte.
    uint64_t odd = (bytes | ~(low + ones * (0x80 - 0x20)) | (low + ones) | is_slash) & tops;

    return (unsigned)((odd >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

/* Which of eight bytes are not zero: a bit each. */
static inline unsigned toc_set_bytes(uint64_t bytes) {
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t set = (((bytes & ~tops) + ~tops) | bytes) & tops;

    return (unsigned)((set >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

/* Whether text is printable ASCII without a backslash: it stands for itself. */
bool toc_text_is_plain(const char *s, size_t n);

/* A record is offsets, presence bits and variants, which must fit each other, and plain values,
 * which may be anything. Fixed is what any object of the record reads as something that must fit:
 * objects of a hostile record may lie on top of each other. What none refers to may be anything. */
enum {
    TOC_MASK_WORDS = 8192,
    TOC_MASK_BEHIND = 7, /* bits are written eight bytes at a time */
};
struct toc_mask {
    /* Bit b of word w: byte 8w+b must stay as it is. */
    uint8_t fixed[TOC_MASK_WORDS + TOC_MASK_BEHIND];
    uint8_t text[TOC_MASK_WORDS]; /* likewise: be printable ASCII, and no backslash */
};

/* toc_record_check that also says how the record may change and still pass. The mask is of the
 * first n bytes, at most 8 * TOC_MASK_WORDS, of a record that passed. */
int toc_record_check_mask(const void *data, size_t n, struct toc_mask *ret);
