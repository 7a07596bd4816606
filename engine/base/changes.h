// SPDX-License-Identifier: Apache-2.0
// How a record differs from an earlier one of the same layout, where a reader knows that for free.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Records that follow each other in one slot are of the same size. Unless `whole`, all that leads
 * from one object to another (offsets, counts, presence bits, variants) and every value that has a
 * name is as it was in the record `since`, and every byte that differs from it is in `words`, with
 * others that may have. */
struct toc_changes {
    uint32_t slot;          /* below TOC_CHANGE_SLOTS */
    uint32_t size;          /* bytes of the record */
    uint64_t serial, since; /* of this record, and of the one before it in the slot; never 0 */
    bool whole;             /* nothing is known */
    bool again;             /* `words` are those of the record `since` */
    uint32_t n;
    const uint32_t *words; /* the number of the word of 8 bytes << 8, and a bit for each byte */
};

#define TOC_CHANGE_SLOTS 64
