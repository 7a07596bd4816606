// SPDX-License-Identifier: Apache-2.0
// What is in a block of a recording: records, each whole or as what changed since an earlier one of
// the block.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/changes.h"
#include "event/check.h"

/*
 * Most of a record says what the one before it from the same thread and socket said. A block holds
 * frames:
 *
 *   frame = head (4 bytes): slot (6 bits), delta (1 bit), unused (1 bit), n (24 bits)
 *   whole:  padding to the next multiple of 8 from the start of the block, then the n bytes of a
 *           record, padded likewise. It is now the record of its slot.
 *   delta:  n bytes of runs that turn the record of the slot into the next one of the same size.
 *   run   = control (2 bytes): gap (10 bits), first (3 bits), len - 1 (3 bits); then len bytes.
 *           Skips gap words of 8 bytes, replaces the bytes first to first + len - 1 of the next
 * word and stands behind it. The gap 1023 is a run without bytes that only skips 1023 words.
 *
 * Reading is in place: a delta is written over the record it changes. It costs what has changed,
 * not what the record holds, and no record is copied.
 */
enum {
    TOC_DELTA_SLOTS = TOC_CHANGE_SLOTS,
    TOC_DELTA_FAR = 1023, /* words skipped by a run without bytes */
    TOC_DELTA_MAX_RECORD =
        64 << 10, /* larger records are always written whole: bounds the writer */
    TOC_DELTA_HEAD = 4,
    TOC_DELTA_BEHIND = 16, /* a run at the end of a block is read like any other */
    TOC_DELTA_TOLD = 256,  /* changed words that are told: more are a record of its own */
};

struct toc_event;

/* ---- Writing ---- */

struct toc_delta_writer {
    struct {
        uint64_t *words; /* the record as last written, owned */
        uint32_t size;   /* its bytes; 0: none in this block */
        uint32_t cap;    /* words allocated */
        uint64_t key;    /* of that record */
        uint64_t used;   /* value of `records` when it was last used; 0: not in this block */
    } slots[TOC_DELTA_SLOTS];
    uint64_t records;
};

/* Appends a record to the block. -ENOMEM, block->n as it was. */
int toc_delta_write(struct toc_delta_writer *writer, const struct toc_event *event,
                    struct toc_buf *block);
/* Begins a block. */
void toc_delta_writer_reset(struct toc_delta_writer *writer);
void toc_delta_writer_clear(struct toc_delta_writer *writer); /* frees what it owns */

/* ---- Reading ---- */

struct toc_delta_reader {
    uint8_t *block; /* borrowed, changed in place; aligned to 8, with TOC_DELTA_BEHIND
                     * bytes behind it, which may be anything */
    size_t n, at;
    struct {
        uint8_t *record; /* in block; NULL: none yet */
        uint32_t size;
        bool masked; /* it is well formed, and stays so while its mask is heeded */
        uint64_t serial;
    } slots[TOC_DELTA_SLOTS];
    struct toc_mask *masks; /* one a slot, owned */
    bool checks;
    uint64_t serial;
    struct toc_changes changes; /* of the record given out last; what is not checked may have
                                 * changed in anything that is told */
    uint32_t words[TOC_DELTA_TOLD];
};

int toc_delta_reader_init(struct toc_delta_reader *reader);
void toc_delta_reader_clear(struct toc_delta_reader *reader);
/* `checks`: the records are laid out by our own table; verify each. */
void toc_delta_read_block(struct toc_delta_reader *reader, void *block, size_t n, bool checks);

/* 1: *ret_record is the next record, aligned to 8, until the next call. 0: the end of the block.
 * -EBADMSG: nothing more can be read in this block. -EPROTO: this record is not well formed, the
 * next may be. */
int toc_delta_read(struct toc_delta_reader *reader, const void **ret_record, uint32_t *ret_size);
