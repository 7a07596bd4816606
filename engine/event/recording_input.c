// SPDX-License-Identifier: Apache-2.0
// Brings the bytes of a recording, some at a time.
#include "event/recording_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = 256 << 10 };

/* Room for n bytes at data, which moves to the start of the buffer. */
static int make_room(struct toc_input *input, size_t n) {
    uint8_t *grown;

    if (input->n)
        memmove(input->buf, input->data, input->n);
    input->data = input->buf;
    if (input->cap >= n)
        return 0;
    grown = realloc(input->buf, n);
    if (!grown)
        return -ENOMEM;
    input->data = input->buf = grown;
    input->cap = n;
    return 0;
}

int toc_input_open(struct toc_input *input, int fd, const void *head, size_t head_n) {
    struct stat st;

    *input = (struct toc_input){.fd = fd, .buf = input->buf, .cap = input->cap};
    if (fstat(fd, &st) < 0)
        return -errno;
    if (make_room(input, head_n + STEP) < 0)
        return -ENOMEM;
    // Files that the kernel makes up have no size, and are streams.
    if (S_ISREG(st.st_mode))
        input->total = (uint64_t)st.st_size;
    if (!input->total && head_n) {
        memcpy(input->buf, head, head_n);
        input->n = head_n;
    }
    return 0;
}

/* Reads what there is room for: how many bytes, 0 at the end. */
static ssize_t bring(struct toc_input *input) {
    uint64_t at = input->offset + input->n;
    size_t room = input->cap - input->n;
    uint8_t *to = input->buf + input->n;

    if (!input->total)
        return read(input->fd, to, room);
    if (room > input->total - at)
        room = (size_t)(input->total - at);
    return room ? pread(input->fd, to, room, (off_t)at) : 0;
}

int toc_input_want(struct toc_input *input, size_t n) {
    if (input->n < n && !input->ended) {
        // Steps keep small blocks from moving the bytes behind them for each of them.
        int err = make_room(input, n + STEP);
        if (err)
            return err;
    }
    while (input->n < n && !input->ended) {
        ssize_t got = bring(input);

        if (got < 0)
            return -errno;
        input->n += (size_t)got;
        input->ended = !got;
    }
    return 0;
}

void toc_input_skip(struct toc_input *input, size_t n) {
    input->data += n;
    input->n -= n;
    input->offset += n;
}

void toc_input_close(struct toc_input *input) {
    free(input->buf);
    *input = (struct toc_input){.fd = -1};
}
