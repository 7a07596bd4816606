// SPDX-License-Identifier: Apache-2.0
// A file as lines, each of bounded length.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/bytes.h"

/* Zero-initialise, then open `input` and set `max`. */
struct toc_lines {
    struct toc_bytes input;
    size_t max; /* bytes of a line */
    char *buf;  /* owned; data lies from at to end */
    size_t cap, at, end;
    size_t searched; /* of the data, holds no line end */
    bool eof, skipping;
    uint32_t line; /* number of the last line given out or refused */
    uint64_t done; /* bytes given out */
};

/* 1: the next line without its end, until the next call; 0: there is none. -E2BIG: it is longer
 * than max, and the next call begins behind it; -errno: reading failed. */
int toc_lines_next(struct toc_lines *lines, const char **ret, size_t *ret_n);

void toc_lines_close(struct toc_lines *lines);
