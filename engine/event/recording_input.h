// SPDX-License-Identifier: Apache-2.0
// A window onto the bytes of a recording.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct toc_input {
    int fd;              /* borrowed */
    const uint8_t *data; /* the bytes from the current position on */
    size_t n;            /* how many are there */
    uint64_t offset;     /* of data in the file */
    uint64_t total;      /* bytes of a regular file when it was opened; 0: a stream */
    bool ended;          /* nothing follows data[n - 1] */
    uint8_t *buf;        /* owned; data points into it */
    size_t cap;
};

/* A regular file is read from its start, and as far as it now goes; anything else from where it
 * stands, behind the `head_n` bytes already read from it. `input` is zero, or was
 * opened before: then its buffer is used again. -errno. */
int toc_input_open(struct toc_input *input, int fd, const void *head, size_t head_n);
/* Makes at least n bytes stand in the window if the input has as many: check input->n. -errno when
 * reading fails, also -EINTR: it can be asked again. A file that became shorter ends where it now
 * ends. */
int toc_input_want(struct toc_input *input, size_t n);
/* Moves on by n bytes of the window. */
void toc_input_skip(struct toc_input *input, size_t n);
void toc_input_close(struct toc_input *input);
