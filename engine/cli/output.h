// SPDX-License-Identifier: Apache-2.0
// Standard output, or a file in its place: buffered, with a closed pipe as a quiet end.
#pragma once

#include <stdbool.h>

#include "base/buf.h"

struct toc_output {
    struct toc_buf buf; /* append here, then call toc_output_more */
    int fd;             /* -1: not open */
    const char *name;   /* to show; borrowed */
    int error;          /* the first failure, -errno; -EPIPE: the reader has gone */
};

#define TOC_OUTPUT_STDOUT ((struct toc_output){.fd = 1, .name = "standard output"})

/* Creates or empties `path`; NULL or "-": standard output. 0, or TOC_EXIT_WRONG after a line on
 * standard error. */
int toc_output_open(const char *path, struct toc_output *ret);

/* Writes when enough has gathered. Returns error. */
int toc_output_more(struct toc_output *output);
/* Writes all. Returns error. */
int toc_output_flush(struct toc_output *output);

/* Writes all and closes. An exit status: OK also when the reader has gone, FAULT after a line on
 * standard error. */
int toc_output_close(struct toc_output *output);

/* Writes the whole buffer to fd, however many writes it takes. 0 or -errno. */
int toc_write_all(int fd, const void *bytes, size_t n);
