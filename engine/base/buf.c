// SPDX-License-Identifier: Apache-2.0
// The growing byte buffer.
#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#define FIRST_CAP 64

/* In an arena what was there before is left behind: as much again, at most. */
static char *grow(const struct toc_buf *buf, size_t cap) {
    char *p;

    if (!buf->arena)
        return realloc(buf->p, cap);
    p = toc_arena_alloc(buf->arena, cap);
    if (p && buf->n)
        memcpy(p, buf->p, buf->n);
    return p;
}

char *toc_buf_grow(struct toc_buf *buf, size_t n) {
    size_t need, cap = buf->cap ? buf->cap : FIRST_CAP;
    char *p;

    if (buf->failed)
        return NULL;
    if (__builtin_add_overflow(buf->n, n, &need) || need > SIZE_MAX / 4) {
        buf->failed = -ENOMEM;
        return NULL;
    }
    if (need <= buf->cap && buf->p)
        return buf->p + buf->n;
    while (cap < need)
        cap *= 2;
    p = grow(buf, cap);
    if (!p) {
        buf->failed = -ENOMEM;
        return NULL;
    }
    buf->p = p;
    buf->cap = cap;
    return p + buf->n;
}

void toc_buf_addf(struct toc_buf *buf, const char *format, ...) {
    va_list args, again;
    char *to = NULL;
    int n;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, args);
    if (n < 0)
        buf->failed = -ENOMEM;
    else
        to = toc_buf_room(buf, (size_t)n + 1);
    if (to)
        buf->n += (size_t)vsnprintf(to, (size_t)n + 1, format, again);
    va_end(again);
    va_end(args);
}

void toc_buf_addu(struct toc_buf *buf, uint64_t v) {
    char *to = toc_buf_room(buf, TOC_U64_TEXT);

    if (to)
        buf->n += toc_u64_format(to, v);
}

void toc_buf_addi(struct toc_buf *buf, int64_t v) {
    if (v < 0)
        toc_buf_addc(buf, '-');
    toc_buf_addu(buf, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

const char *toc_buf_cstr(struct toc_buf *buf) {
    char *end = toc_buf_room(buf, 1);

    if (!end)
        return NULL;
    *end = '\0';
    return buf->p;
}

void toc_buf_reset(struct toc_buf *buf) {
    buf->n = 0;
    buf->failed = 0;
}

void toc_buf_free(struct toc_buf *buf) {
    if (!buf->arena)
        free(buf->p);
    *buf = (struct toc_buf){0};
}
