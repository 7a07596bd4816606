// SPDX-License-Identifier: Apache-2.0
// Reads a file of events, gzip through zlib.
#include "source/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* One call gives no more: the result of zlib is an int. */
#define MAX_STEP (1u << 30)

int toc_bytes_open(struct toc_bytes *input, int fd, const void *head, size_t head_n) {
    *input = (struct toc_bytes){.fd = fd, .head_n = head_n};
    input->head = malloc(head_n ? head_n : 1);
    if (!input->head)
        return -ENOMEM;
    if (head_n)
        memcpy(input->head, head, head_n);
    return 0;
}

int toc_bytes_open_packed(struct toc_bytes *input, int fd) {
    int copy;

    *input = (struct toc_bytes){.fd = fd};
    if (lseek(fd, 0, SEEK_SET) < 0)
        return -errno;
    copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return -errno;
    input->gz = gzdopen(copy, "rb");
    if (input->gz)
        return 0;
    close(copy);
    return -ENOMEM;
}

static ssize_t read_packed(struct toc_bytes *input, void *to, size_t n) {
    int got = gzread(input->gz, to, n < MAX_STEP ? (unsigned)n : MAX_STEP), code = Z_OK;

    gzerror(input->gz, &code);
    // Of a file that was cut off, what can still be unpacked comes first.
    if (got > 0 || code == Z_OK || code == Z_STREAM_END)
        return got;
    return code == Z_ERRNO ? -errno : -EBADMSG;
}

ssize_t toc_bytes_read(struct toc_bytes *input, void *to, size_t n) {
    ssize_t got;

    if (input->gz)
        return read_packed(input, to, n);
    if (input->head_at < input->head_n) {
        size_t left = input->head_n - input->head_at;

        n = n < left ? n : left;
        memcpy(to, input->head + input->head_at, n);
        input->head_at += n;
        return (ssize_t)n;
    }
    got = read(input->fd, to, n);
    return got < 0 ? -errno : got;
}

void toc_bytes_close(struct toc_bytes *input) {
    if (input->gz)
        gzclose(input->gz);
    free(input->head);
    *input = (struct toc_bytes){0};
}
