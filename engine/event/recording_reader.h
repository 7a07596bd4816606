// SPDX-License-Identifier: Apache-2.0
// What a recording being read is made of, for the files that read it.
#pragma once

#include "event/recording.h"
#include "event/recording_ahead.h"
#include "event/recording_delta.h"
#include "event/recording_table.h"
#include "event/recording_translate.h"

struct toc_recording {
    const char *name; /* borrowed */
    struct toc_recording_counts counts;
    struct toc_ahead *ahead;
    struct toc_unpacked *at; /* the section being read */
    uint64_t our_table;
    uint64_t their_table; /* the digest of the table that `translator` reads; 0: none */
    struct toc_arena *arena;
    struct toc_translator *translator;
    struct toc_delta_reader block;
    bool translate;    /* the block's records are not laid out by our table */
    uint32_t left;     /* events of the block still to come */
    uint64_t expected; /* first_event of the next block when none is missing */
    bool complete;     /* how many events there are is known, and all have come or been counted */
    bool ended;        /* the END section was the last one */
    bool over;         /* the end of the file has been reported */
};

/* Begins the next block. 1, or 0 at the end of the file, or -errno. */
int toc_recording_next_block(struct toc_recording *recording, struct toc_diags *diags);
