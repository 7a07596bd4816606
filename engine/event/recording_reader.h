// SPDX-License-Identifier: Apache-2.0
// What a recording being read is made of, for the files that read it.
#pragma once

#include <zstd.h>

#include "event/recording.h"
#include "event/recording_delta.h"
#include "event/recording_scan.h"
#include "event/recording_table.h"
#include "event/recording_translate.h"

struct toc_recording {
    const char *name; /* borrowed */
    struct toc_recording_counts counts;
    struct toc_scan scan;
    uint64_t our_table;
    uint64_t their_table; /* the digest of the table that `translator` reads; 0: none */
    struct toc_arena *arena;
    struct toc_translator *translator;
    ZSTD_DCtx *zstd;
    uint8_t *raw; /* a payload decompressed */
    size_t raw_cap;
    struct toc_delta_reader block;
    bool translate;    /* the block's records are not laid out by our table */
    uint32_t left;     /* events of the block still to come */
    uint64_t expected; /* first_event of the next block when none is missing */
    bool complete;     /* how many events there are is known, and all have come or been counted */
    bool ended;        /* the END section was the last one */
    bool over;         /* the end of the file has been reported */
};

/* Decompresses a payload into recording->raw. -EBADMSG, -ENOMEM. */
int toc_recording_unpack(struct toc_recording *recording, const struct toc_section *section,
                         const uint8_t *payload);

/* Takes the table of the file, if it is not ours, to read the blocks that follow by. */
int toc_recording_take_table(struct toc_recording *recording, const struct toc_section *section,
                             const uint8_t *payload, struct toc_diags *diags);

/* Begins the next block. 1, or 0 at the end of the file, or -errno. */
int toc_recording_next_block(struct toc_recording *recording, struct toc_diags *diags);
