// SPDX-License-Identifier: Apache-2.0
// Standard output, or a file in its place: buffered, with a closed pipe as a quiet end.
#pragma once

#include <stdbool.h>

#include "sink/writer.h"

struct toc_output {
    struct toc_buf buf;        /* append here, then call toc_output_more */
    int fd;                    /* -1: not open */
    const char *name;          /* to show; borrowed */
    int error;                 /* the first failure, -errno; -EPIPE: the reader has gone */
    struct toc_writer *writer; /* the thread that writes; NULL: the caller does */
    bool may_lose;             /* a reader that is too slow holds up nobody */
    bool stuck;                /* what is in buf found no room; only with may_lose */
    uint64_t given;            /* bytes that have left buf, */
    uint64_t written;          /* and of these written, by the caller or a thread that is gone */
};

#define TOC_OUTPUT_STDOUT ((struct toc_output){.fd = 1, .name = "standard output"})

/* Creates or empties `path`; NULL or "-": standard output. 0, or TOC_EXIT_WRONG after a line on
 * standard error. */
int toc_output_open(const char *path, struct toc_output *ret);

/* From now on a thread writes. What it cannot keep up with makes the caller wait; with `live` and a
 * pipe, socket or terminal it does not: then `stuck` tells that nothing more should be added. */
void toc_output_in_background(struct toc_output *output, bool live);

/* Writes when enough has gathered. Returns error. */
int toc_output_more(struct toc_output *output);
/* Writes all, or hands it to the thread. Returns error. */
int toc_output_flush(struct toc_output *output);
/* Bytes written so far: those that left buf, in order, until the first failure. */
uint64_t toc_output_written(const struct toc_output *output);
/* Error, also one that the thread has met since. */
int toc_output_error(struct toc_output *output);
/* Returns when all is written, and the thread is gone. Returns error. */
int toc_output_settle(struct toc_output *output);

/* Writes all and closes. An exit status: OK also when the reader has gone, FAULT after a line on
 * standard error. */
int toc_output_close(struct toc_output *output);
