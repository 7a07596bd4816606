// SPDX-License-Identifier: Apache-2.0
// A growing byte buffer for output.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct toc_arena;

/* Owns `p`. Zero-initialise. An allocation that fails sets `failed`, and later appends do nothing:
 * check it once, at the end. With an arena the bytes lie in that and live as long, and nothing
 * comes from the heap. */
struct toc_buf {
    char *p;
    size_t n, cap;
    int failed; /* 0 or -ENOMEM */
    struct toc_arena *arena;
};

void toc_buf_addf(struct toc_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void toc_buf_addu(struct toc_buf *buf, uint64_t v); /* decimal */
void toc_buf_addi(struct toc_buf *buf, int64_t v);

/* Room for n more bytes at p + n; NULL when memory is out. Follow with n += what was written. */
static inline char *toc_buf_room(struct toc_buf *buf, size_t n);

static inline void toc_buf_add(struct toc_buf *buf, const void *bytes, size_t n);
static inline void toc_buf_adds(struct toc_buf *buf, const char *s);
static inline void toc_buf_addc(struct toc_buf *buf, char c);

/* Adds a final NUL that n does not count. NULL when an allocation failed. */
const char *toc_buf_cstr(struct toc_buf *buf);

void toc_buf_reset(struct toc_buf *buf); /* keeps the memory */
void toc_buf_free(struct toc_buf *buf);
#define _cleanup_toc_buf_ __attribute__((cleanup(toc_buf_free)))

/* ---- The above, without a call as long as there is room ---- */

char *toc_buf_grow(struct toc_buf *buf, size_t n); /* what toc_buf_room does when there is none */

static inline char *toc_buf_room(struct toc_buf *buf, size_t n) {
    if (buf->p && !buf->failed && buf->cap - buf->n >= n)
        return buf->p + buf->n;
    return toc_buf_grow(buf, n);
}

static inline void toc_buf_add(struct toc_buf *buf, const void *bytes, size_t n) {
    char *to = n ? toc_buf_room(buf, n) : NULL;

    if (!to)
        return;
    memcpy(to, bytes, n);
    buf->n += n;
}

static inline void toc_buf_adds(struct toc_buf *buf, const char *s) {
    toc_buf_add(buf, s, strlen(s));
}

static inline void toc_buf_addc(struct toc_buf *buf, char c) {
    char *to = toc_buf_room(buf, 1);

    if (!to)
        return;
    *to = c;
    buf->n++;
}
