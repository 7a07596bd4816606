// SPDX-License-Identifier: Apache-2.0
// A translated record, kept so that what changes in theirs is changed in ours alone.
#pragma once

#include "base/changes.h"
#include "event/check.h"
#include "event/record.h"

/* Larger records, of either side, are translated anew each time. */
enum { TOC_TRANSLATED_BYTES = 16 << 10, TOC_TRANSLATED_TOLD = 256 };

/* The last record of one slot, and what became of it. */
struct toc_translated {
    uint64_t serial;     /* of theirs; 0: none */
    uint32_t n;          /* its bytes */
    uint32_t used, size; /* of ours: before derivation, and all of it */
    uint64_t unknown;    /* values of theirs that ours lacks */
    /* Where each byte of theirs is in ours, twice that, and 1 if nothing derives from it. 0: ours
     * does not depend on it. All ones: it does otherwise, or has it in several places. */
    uint32_t to[TOC_TRANSLATED_BYTES];
    char theirs[TOC_TRANSLATED_BYTES]; /* as it was when last followed */
    uint64_t before[TOC_TRANSLATED_BYTES / 8], record[TOC_TRANSLATED_BYTES / 8];
    struct toc_mask mask; /* of `record` */
};

/* A record of n bytes is about to be translated. */
void toc_translated_begin(struct toc_translated *kept, const char *record, uint32_t n);
/* n bytes at `from` of theirs are those at `to` of ours, 0: ours depends on them otherwise.
 * `inert`: nothing derives from them. */
void toc_translated_note(struct toc_translated *kept, uint32_t from, uint32_t to, uint32_t n,
                         bool inert);

/* Makes the changes of theirs, which is now `record`, to ours, and tells in `ours` the words that
 * differ. False, and nothing is kept: they need a translation. The builder derives. */
bool toc_translated_follow(struct toc_translated *kept, const char *record,
                           const struct toc_changes *theirs, struct toc_builder *builder,
                           uint32_t words[static TOC_TRANSLATED_TOLD], uint32_t *ret_n);
