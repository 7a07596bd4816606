// SPDX-License-Identifier: Apache-2.0
// Recordings: a self-describing file of events in checksummed compressed blocks.
#pragma once

#include "base/changes.h"
#include "event/record.h"

/* ---- Writing ---- */

struct toc_recorder;

struct toc_recorder_options {
    int zstd_level;       /* 0: the default, 3 */
    uint32_t block_bytes; /* uncompressed; 0: 1 MiB; at most 4 MiB */
    uint32_t flush_ms;    /* of stream time that a block spans at most; 0: 1000 */
};

/* Writes to fd (borrowed), from its current position. The first event must be tocsin_start:
 * -EINVAL. After an error of write (-ENOSPC, -EIO …) nothing more is written, and every call gives
 * it again. */
int toc_recorder_new(int fd, const struct toc_recorder_options *options, struct toc_recorder **ret);
/* Each finished block is handed to the kernel with one write, so that a killed writer loses at most
 * the block being built. */
int toc_recorder_add(struct toc_recorder *recorder, const struct toc_event *event);
/* Writes the block being built now, as when nothing has come for a while. */
int toc_recorder_flush(struct toc_recorder *recorder);
/* Flushes and writes the index. */
int toc_recorder_finish(struct toc_recorder *recorder);
void toc_recorder_free(struct toc_recorder **recorder);

/* ---- Reading ---- */

struct toc_recording;

struct toc_recording_counts {
    uint64_t bytes_read, bytes_total; /* total 0: a stream */
    uint64_t blocks, blocks_damaged;  /* damaged: stretches of the file that could not be read */
    uint64_t events;                  /* given out */
    uint64_t events_lost;             /* in damaged blocks, or missing between blocks */
    uint64_t events_cut;              /* in the block that the file ends in, when known */
    uint64_t events_malformed;        /* in whole blocks, but not well formed or not known */
    uint64_t fields_unknown;          /* of another version's records: we lack field or value */
    bool cut;                         /* the file ends early: within a block or without its end */
    bool tail_lost;                   /* and events may be missing there, events_cut or more */
};

/* Reads a regular file from its start, anything else (a pipe, stdin) from where it stands; fd is
 * borrowed, and `name` too, for diagnostics. -EINVAL with a diagnostic when it is no recording or a
 * newer format. */
int toc_recording_open(int fd, const char *name, struct toc_diags *diags,
                       struct toc_recording **ret);
/* The same for a stream of which the first head_n bytes have already been read. */
int toc_recording_open_after(int fd, const void *head, size_t head_n, const char *name,
                             struct toc_diags *diags, struct toc_recording **ret);
/* 1: *ret is the next event, valid until the next call; 0: the end. A damaged block is skipped,
 * counted, and reported as a warning. -errno when reading fails, without a diagnostic. Records of
 * files with another field table are translated by field name. */
int toc_recording_next(struct toc_recording *recording, struct toc_diags *diags,
                       const struct toc_event **ret);
/* Of the event given out last, until the next; NULL where nothing is known. */
const struct toc_changes *toc_recording_changes(const struct toc_recording *recording);
const struct toc_recording_counts *toc_recording_counts(const struct toc_recording *recording);
void toc_recording_close(struct toc_recording **recording);

/* True when the bytes, as far as there are any, begin like a recording. */
bool toc_recording_magic(const void *bytes, size_t n);
