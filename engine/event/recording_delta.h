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
 * Most of a record says what the one before it from the same thread and socket said, and what it
 * says otherwise is mostly where that one differed from its own: times, counters, addresses. A
 * block holds frames:
 *
 *   frame   = head (1 byte): slot (6 bits), kind (2 bits); then, by kind:
 *   whole   = n (3 bytes), padding to the next multiple of 8 from the start of the block, the n
 *             bytes of a record, padded likewise. It is now the record of its slot.
 *   change  = n (3 bytes), n controls of 2 bytes, and a byte for each byte that these name. It
 *             turns the record of the slot into the next one of the same size.
 *   again   = a byte for each byte that the last change of the slot since its whole record named.
 *             One that named more than TOC_DELTA_PLACES places, or none: no bytes.
 *   control = gap (10 bits), first (3 bits), len - 1 (3 bits): skips gap words of 8 bytes, names
 *             the bytes first to first + len - 1 of the next word and stands behind it. The gap
 *             1023 only skips 1023 words.
 *
 * The bytes of a change are added to those of the record, each place a number of its own: counters
 * then change by the same from one record to the next, and pack well.
 *
 * Format 1 had no `again`; n was how many bytes its change had; each control was followed at once
 * by its bytes, and these replaced those of the record.
 *
 * Reading is in place: a change is written over the record that it changes. It costs what has
 * changed, not what the record holds, and no record is copied.
 */
enum toc_delta_kind { TOC_DELTA_WHOLE, TOC_DELTA_CHANGE, TOC_DELTA_AGAIN };
enum {
    TOC_DELTA_SLOTS = TOC_CHANGE_SLOTS,
    TOC_DELTA_FAR = 1023, /* words skipped by a control that names no bytes */
    TOC_DELTA_MAX_RECORD =
        64 << 10,           /* larger records are always written whole: bounds the writer */
    TOC_DELTA_HEAD = 4,     /* with n */
    TOC_DELTA_PLACES = 256, /* of a change that can come again, and is told: more are a record of
                             * its own */
    TOC_DELTA_BEHIND = 16,  /* bytes at the end of a block are read eight at a time */
};

struct toc_event;

/* ---- Writing ---- */

/* Bytes first to last of a word. */
struct toc_delta_run {
    uint16_t word;
    uint8_t first, last;
};

struct toc_delta_writer {
    struct {
        uint64_t *words; /* the record as last written, owned */
        uint32_t size;   /* its bytes; 0: none in this block */
        uint32_t cap;    /* words allocated */
        uint64_t key;    /* of that record */
        uint64_t used;   /* value of `records` when it was last used; 0: not in this block */
        uint32_t n_runs; /* of its last change, if it can come again */
        struct toc_delta_run runs[TOC_DELTA_PLACES];
    } slots[TOC_DELTA_SLOTS];
    uint64_t records;
    struct toc_delta_run runs[TOC_DELTA_MAX_RECORD / 8]; /* of the change being written */
};

/* Appends a record to the block. -ENOMEM, block->n as it was. */
int toc_delta_write(struct toc_delta_writer *writer, const struct toc_event *event,
                    struct toc_buf *block);
/* Begins a block. */
void toc_delta_writer_reset(struct toc_delta_writer *writer);
void toc_delta_writer_clear(struct toc_delta_writer *writer); /* frees what it owns */

/* ---- Reading ---- */

struct toc_delta_place {
    uint64_t field; /* its bytes of the word */
    uint32_t word;
    uint16_t at;     /* in the bytes of the change */
    uint8_t shift;   /* of the first byte in the word */
    uint8_t guarded; /* its bytes that must stay as they are, or be text */
};

/* What is kept of a slot's record. */
struct toc_delta_kept {
    struct toc_mask mask;
    uint32_t n, bytes; /* places that can come again, and how many bytes they are */
    struct toc_delta_place places[TOC_DELTA_PLACES];
    uint32_t told[TOC_DELTA_PLACES]; /* the same places for toc_changes */
};

struct toc_delta_reader {
    uint8_t *block; /* borrowed, changed in place; aligned to 8, with TOC_DELTA_BEHIND
                     * bytes behind it, which may be anything */
    size_t n, at;
    bool replaces; /* bytes replace others: format 1 */
    bool checks;
    struct {
        uint8_t *record; /* in block; NULL: none yet */
        uint32_t size;
        bool masked; /* it is well formed, and stays so while its mask is heeded */
        uint64_t serial;
    } slots[TOC_DELTA_SLOTS];
    struct toc_delta_kept *kept; /* one a slot, owned */
    uint64_t serial;
    struct toc_changes changes; /* of the record given out last; what is not checked may have
                                 * changed in anything that is told */
};

int toc_delta_reader_init(struct toc_delta_reader *reader);
void toc_delta_reader_clear(struct toc_delta_reader *reader);
/* `checks`: the records are laid out by our own table; verify each. */
void toc_delta_read_block(struct toc_delta_reader *reader, void *block, size_t n, unsigned format,
                          bool checks);

/* 1: *ret_record is the next record, aligned to 8, until the next call. 0: the end of the block.
 * -EBADMSG: nothing more can be read in this block. -EPROTO: this record is not well formed, the
 * next may be. */
int toc_delta_read(struct toc_delta_reader *reader, const void **ret_record, uint32_t *ret_size);
