// SPDX-License-Identifier: Apache-2.0
// What the sources that read files have in common: start, losses and counts around what they read.
#pragma once

#include <stdbool.h>

#include "base/diag.h"
#include "event/record.h"
#include "source/source.h"

struct toc_file_source;

struct toc_file_reader {
    const char
        *name; /* of the kind of source; also host.source of a tocsin_start that was missing */
    /* 1: the next event, until the next read; 0: the end; -errno with the words in source.fault.
     * Notes losses before that event with toc_file_source_lost. */
    int (*read)(struct toc_file_source *file, const struct toc_event **ret);
    void (*close)(struct toc_file_source *file); /* what the reader itself owns */
};

/* A reader's own struct begins with it. */
struct toc_file_source {
    struct toc_source source;
    struct toc_source_ops ops;
    const struct toc_file_reader *reader;
    int fd;                  /* owned */
    char *name;              /* to show, owned */
    struct toc_diags *diags; /* borrowed */
    uint64_t done, total;    /* bytes; the reader keeps them */
    bool damaged;            /* likewise */

    struct toc_builder *builder; /* for events that the file lacks; NULL: none yet */
    struct toc_source_counts counts;
    const struct toc_event *held;      /* read, but something comes first */
    const struct toc_changes *changes; /* of it; NULL: nothing is known. The reader sets them */
    bool started;
    int ended;       /* 0, or what next gives from now on */
    int64_t last_ns; /* stream time of the last event given out */
    uint32_t due;    /* bit c: a tocsin_loss of cause c is to be given out */
    uint64_t due_count[TOC_SOURCE_MAX_LOSS];
};

/* Fills in the head; takes fd and a copy of the name. On failure nothing is taken. -ENOMEM. */
int toc_file_source_init(struct toc_file_source *file, const struct toc_file_reader *reader, int fd,
                         const char *name, struct toc_diags *diags);
/* Notes that events were lost before what is read next; count 0: not known how many. */
void toc_file_source_lost(struct toc_file_source *file, uint16_t cause, uint64_t count);

/* The two kinds. `head`: bytes already read from fd, which for JSON Lines come first, and for
 * recordings do when fd is no regular file. They take fd, also on failure, and report in diags. */
int toc_recording_source_new(int fd, const void *head, size_t head_n, const char *name,
                             struct toc_diags *diags, struct toc_source **ret);
int toc_jsonl_source_new(int fd, const void *head, size_t head_n, const char *name,
                         struct toc_diags *diags, struct toc_source **ret);
