// SPDX-License-Identifier: Apache-2.0
// Cuts what is read into lines.
#include "source/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 256 << 10 };

/* More data behind what there is. */
static int fill(struct toc_lines *l) {
    ssize_t got;

    if (l->at) {
        memmove(l->buf, l->buf + l->at, l->end - l->at);
        l->end -= l->at;
        l->at = 0;
    }
    if (l->cap - l->end < STEP) {
        size_t cap = l->cap * 2 + STEP;
        char *grown = realloc(l->buf, cap);
        if (!grown)
            return -ENOMEM;
        l->buf = grown;
        l->cap = cap;
    }
    got = toc_bytes_read(&l->input, l->buf + l->end, l->cap - l->end);
    if (got < 0)
        return (int)got;
    l->end += (size_t)got;
    l->eof = !got;
    return 0;
}

static void take(struct toc_lines *l, size_t n) {
    l->at += n;
    l->done += n;
    l->searched = 0;
}

/* The rest of a line that was too long, and its end. */
static int skip(struct toc_lines *l) {
    while (l->skipping) {
        char *nl = memchr(l->buf + l->at, '\n', l->end - l->at);
        int err = 0;

        take(l, nl ? (size_t)(nl - (l->buf + l->at)) + 1 : l->end - l->at);
        l->skipping = !nl && !l->eof;
        if (l->skipping)
            err = fill(l);
        if (err)
            return err;
    }
    return 0;
}

int toc_lines_next(struct toc_lines *l, const char **ret, size_t *ret_n) {
    int err = skip(l);

    while (!err) {
        size_t have = l->end - l->at;
        char *start = have ? l->buf + l->at : NULL, *nl = NULL;

        if (have > l->searched)
            nl = memchr(start + l->searched, '\n', have - l->searched);
        if (nl || (l->eof && have)) {
            size_t n = nl ? (size_t)(nl - start) : have;

            take(l, n + !!nl);
            l->line++;
            *ret = start;
            *ret_n = n && start[n - 1] == '\r' ? n - 1 : n;
            return *ret_n > l->max ? -E2BIG : 1;
        }
        l->searched = have;
        if (l->eof)
            return 0;
        if (have > l->max) {
            l->line++;
            l->skipping = true;
            return -E2BIG;
        }
        err = fill(l);
    }
    return err;
}

void toc_lines_close(struct toc_lines *l) {
    toc_bytes_close(&l->input);
    free(l->buf);
    l->buf = NULL;
}
