// SPDX-License-Identifier: Apache-2.0
// Maps or streams the bytes of a recording.
#include "event/recording_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = 256 << 10 };

static int map(struct toc_input *input, size_t size) {
    if (!size) {
        input->data = (const uint8_t *)"";
        input->ended = true;
        return 0;
    }
    input->map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, input->fd, 0);
    if (input->map == MAP_FAILED) {
        input->map = NULL;
        return -errno;
    }
    madvise(input->map, size, MADV_SEQUENTIAL);
    input->data = input->map;
    input->n = input->total = size;
    input->ended = true;
    return 0;
}

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

    *input = (struct toc_input){.fd = fd};
    if (fstat(fd, &st) < 0)
        return -errno;
    if (S_ISREG(st.st_mode))
        return map(input, (size_t)st.st_size);
    if (make_room(input, head_n + STEP) < 0)
        return -ENOMEM;
    if (head_n)
        memcpy(input->buf, head, head_n);
    input->n = head_n;
    return 0;
}

/* Touching a page that the file has lost would kill us. */
static int keep_within_file(struct toc_input *input) {
    struct stat st;
    uint64_t left;

    if (fstat(input->fd, &st) < 0)
        return -errno;
    left = (uint64_t)st.st_size > input->offset ? (uint64_t)st.st_size - input->offset : 0;
    if (left < input->n)
        input->n = left;
    return 0;
}

int toc_input_want(struct toc_input *input, size_t n) {
    if (input->map)
        return keep_within_file(input);
    if (input->n < n && !input->ended) {
        // Steps keep a stream of small blocks from moving its bytes for each of them.
        int err = make_room(input, n + STEP);
        if (err)
            return err;
    }
    while (input->n < n && !input->ended) {
        ssize_t got = read(input->fd, input->buf + input->n, input->cap - input->n);

        if (got < 0 && errno != EINTR)
            return -errno;
        if (got > 0)
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
    if (input->map)
        munmap(input->map, input->total);
    free(input->buf);
    *input = (struct toc_input){.fd = -1};
}
