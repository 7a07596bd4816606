// SPDX-License-Identifier: Apache-2.0
// A source told in one line a test can compare, and small files to open.
#pragma once

#include "base/buf.h"
#include "source/source.h"

/* Reads to the end: "start(bpf) close loss(file_cut,3) …" and what the last next gave: "end",
 * "wrong" for -EINVAL, else the number. NUL-terminated. */
const char *source_tell(struct toc_source *source, struct toc_buf *buf);

/* seen = handled + lost must hold; gives handled, lost. */
void source_sums(struct toc_source *source, uint64_t *ret_handled, uint64_t *ret_lost);

/* A path under which n bytes can be opened until the descriptor *ret_fd is closed. */
const char *path_of(const void *bytes, size_t n, int *ret_fd, char path[64]);

/* A recording of `closes` close events, one to a block, as it is when finished. */
void small_recording(unsigned closes, struct toc_buf *ret);
