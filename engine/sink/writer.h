// SPDX-License-Identifier: Apache-2.0
// Writes bytes to a descriptor from a thread of its own, behind a bounded queue.
#pragma once

#include <stdbool.h>

#include "base/buf.h"

struct toc_writer;

/* Bytes that may wait to be written: some thousand alerts. */
#define TOC_WRITER_QUEUE (4u << 20)

/* `fd` is borrowed until the free; the thread handles no signals. -ENOMEM, -EAGAIN. */
int toc_writer_new(int fd, struct toc_writer **ret);
/* Writes what waits, however long it takes. NULL-safe. */
void toc_writer_free(struct toc_writer **writer);
#define _cleanup_toc_writer_ __attribute__((cleanup(toc_writer_free)))

/* Takes what is in `buf` and leaves it empty. 0; -EAGAIN: there is no room, nothing was taken; or
 * the first error of writing, -errno: nothing will be written any more. */
int toc_writer_put(struct toc_writer *writer, struct toc_buf *buf);

/* Waits until something was written, or all of it. 0 or the first error of writing. */
int toc_writer_wait(struct toc_writer *writer, bool all);

/* The first error of writing, without waiting. */
int toc_writer_error(struct toc_writer *writer);

/* Bytes that were written so far. */
uint64_t toc_writer_written(struct toc_writer *writer);

/* Writes the bytes to fd, however many writes it takes. 0 or -errno; *ret_written is how many were
 * written in either case. */
int toc_write_all(int fd, const void *bytes, size_t n, size_t *ret_written);
