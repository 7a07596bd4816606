// SPDX-License-Identifier: Apache-2.0
// The bytes of a file of events, of which the first were read to find out what it is; unpacked
// where they are packed.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct gzFile_s;

/* Zero-initialise. */
struct toc_bytes {
    int fd;              /* borrowed */
    struct gzFile_s *gz; /* owns a copy of fd; NULL: not packed */
    char *head;          /* owned; comes first */
    size_t head_n, head_at;
};

/* head: bytes read from fd already; they are copied. -ENOMEM. */
int toc_bytes_open(struct toc_bytes *input, int fd, const void *head, size_t head_n);

/* Of gzip, from the start of fd, which is a regular file. -ENOMEM, -errno. */
int toc_bytes_open_packed(struct toc_bytes *input, int fd);

/* Bytes read, 0 at the end, -errno, also -EINTR when a signal came before any; -EBADMSG when what
 * is packed is damaged. */
ssize_t toc_bytes_read(struct toc_bytes *input, void *to, size_t n);

void toc_bytes_close(struct toc_bytes *input);
