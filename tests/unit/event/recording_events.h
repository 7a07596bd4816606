// SPDX-License-Identifier: Apache-2.0
// Events to record, the same on every run, and recordings of them in memory.
#pragma once

#include "base/buf.h"
#include "base/changes.h"
#include "event/record.h"
#include "event/recording.h"

/* Records, each aligned to 8, owned. */
struct events {
    const struct toc_event **items;
    size_t n;
};

/* n events that begin with tocsin_start: some of random shape, most a little different from an
 * earlier one, as the calls of a real program are. */
void events_make(struct events *ret, size_t n, uint64_t seed);
/* n events, all but the first of one shape, each a little different from the one before. */
void events_alike(struct events *ret, size_t n, uint64_t seed);
void events_free(struct events *events);
#define _cleanup_events_ __attribute__((cleanup(events_free)))

/* One event of random shape in the builder. */
const struct toc_event *event_make(struct toc_builder *builder, uint16_t event_id, uint64_t *seed);

/* The recording of the events, block_bytes apart; finished or not. Caller frees. */
void recording_of(const struct events *events, uint32_t block_bytes, bool finish,
                  struct toc_buf *ret);

/* A descriptor to read the bytes from: a file, or a stream. */
int file_of(const void *bytes, size_t n);
int stream_of(const void *bytes, size_t n); /* at most 1 MiB */

/* Copies of the records last given out, by slot, owned. */
struct copies {
    uint64_t serial[TOC_CHANGE_SLOTS];
    uint64_t *words[TOC_CHANGE_SLOTS];
    uint32_t *told[TOC_CHANGE_SLOTS], n_told[TOC_CHANGE_SLOTS];
    size_t n_again; /* changes of the same words as the one before */
};
/* Returns whether what differs from the copy is told, asserts that nothing else does, and copies
 * the record. */
bool is_told(struct copies *copies, const struct toc_changes *changes, const void *record);
void copies_free(struct copies *copies);

/* Reads fd to its end and closes it. *ret_matched: how many of the events came, in order; -1:
 * another one came, or one out of order. Returns what toc_recording_open or the last
 * toc_recording_next gave. */
int recording_match(int fd, const struct events *events, long *ret_matched,
                    struct toc_recording_counts *ret_counts, struct toc_diags *diags);
