// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Reads message headers out of user memory, in either layout.
#pragma once

#include "maps.h"

enum walk_bits {
    WALK_32 = 1,      /* compat layouts */
    WALK_NAMES = 2,   /* what msg_name points to is meaningful in this view */
    WALK_CONTROL = 4, /* so is what msg_control points to */
    WALK_MSG = 8,     /* one struct msghdr, which has no msg_len */
    WALK_BUFFER = 16, /* one message made of arguments */
    WALK_LIST = 128,  /* which are an array of iovecs and their number, not a buffer and its size */
    WALK_LEN_AT = 32, /* its name_len is where the length is */
    WALK_RECEIVED =
        64, /* buffers hold what the call wrote, as much as its result and msg_len say */
};

/* Bytes of struct msghdr, with which user_mmsghdr begins. */
#define MSGHDR_64 56
#define MSGHDR_32 28

static __always_inline u32 walk_part_n(const struct walk *w) {
    u32 n = w->n > w->first ? w->n - w->first : 0;

    return n > TOC_WIRE_PART_MSGS ? TOC_WIRE_PART_MSGS : n;
}

static __always_inline void header_from_64(struct toc_wire_entry *e, const struct user_mmsghdr *h) {
    e->name_ptr = h->name;
    e->iov_ptr = h->iov;
    e->control_ptr = h->control;
    e->iov_count = h->iov_count;
    e->control_len = h->control_len;
    e->flags = h->flags;
    e->name_len = h->name_len;
    e->len = h->len;
}

static __always_inline void header_from_32(struct toc_wire_entry *e,
                                           const struct user_mmsghdr32 *h) {
    e->name_ptr = h->name;
    e->iov_ptr = h->iov;
    e->control_ptr = h->control;
    e->iov_count = h->iov_count;
    e->control_len = h->control_len;
    e->flags = h->flags;
    e->name_len = h->name_len;
    e->len = h->len;
}

static __always_inline u32 walk_stride(const struct walk *w) {
    return w->bits & WALK_32 ? sizeof(struct user_mmsghdr32) : sizeof(struct user_mmsghdr);
}

static long walk_header_alone(u32 i, void *unused) {
    struct scratch *s = toc_scratch();
    u64 stride, at;

    if (!s || i >= TOC_WIRE_PART_MSGS)
        return 1;
    index_part(i);
    stride = walk_stride(&s->walk);
    at = s->walk.vec + (s->walk.first + i) * stride;
    if (stride == sizeof(struct user_mmsghdr32)
            ? bpf_probe_read_user(s->headers + i * sizeof(struct user_mmsghdr32),
                                  sizeof(struct user_mmsghdr32), (void *)at)
            : bpf_probe_read_user(s->headers + i * sizeof(struct user_mmsghdr),
                                  sizeof(struct user_mmsghdr), (void *)at))
        s->walk.missing |= 1u << i;
    return 0;
}

/* All headers of a part at once, or the only one; where a page of them is missing, one by one. */
static __always_inline void walk_headers(struct walk *w, struct scratch *s) {
    u32 n = walk_part_n(w), stride = walk_stride(w);
    u64 size = (u64)n * stride;

    w->missing = 0;
    if (w->bits & WALK_BUFFER)
        return;
    if (w->bits & WALK_MSG)
        size = w->bits & WALK_32 ? MSGHDR_32 : MSGHDR_64;
    opaque(size);
    if (size > sizeof(s->headers))
        size = sizeof(s->headers);
    if (!bpf_probe_read_user(s->headers, size, (void *)(w->vec + w->first * stride)))
        return;
    if (w->bits & WALK_MSG)
        w->missing = 1;
    else
        bpf_loop(n, walk_header_alone, 0, 0);
}

static __always_inline void header_from_args(const struct walk *w, struct toc_wire_entry *e) {
    const struct buffer_args *b = &w->buffer;

    e->name_ptr = b->name;
    e->iov_ptr = e->control_ptr = e->control_len = 0;
    e->iov_count = 1;
    if (w->bits & WALK_LIST) {
        e->iov_ptr = w->vec;
        e->iov_count = b->len;
    }
    e->flags = e->len = 0;
    e->name_len = b->name_len;
    if (!(w->bits & WALK_LEN_AT))
        return;
    e->name_len = 0;
    if (b->name && bpf_probe_read_user(&e->name_len, sizeof(e->name_len), (void *)b->name_len)) {
        e->name_len = 0;
        e->bits = TOC_WIRE_NAME_LEN_FAULT;
    }
}

static __always_inline const struct user_mmsghdr *header_64(const struct scratch *s, u32 i) {
    return (const struct user_mmsghdr *)s->headers + i;
}

static __always_inline const struct user_mmsghdr32 *header_32(const struct scratch *s, u32 i) {
    return (const struct user_mmsghdr32 *)s->headers + i;
}

/* False: it could not be read. */
static __always_inline bool walk_header(const struct walk *w, const struct scratch *s, u32 i,
                                        struct toc_wire_entry *e) {
    if (w->missing >> i & 1)
        return false;
    if (w->bits & WALK_BUFFER)
        header_from_args(w, e);
    else if (w->bits & WALK_32)
        header_from_32(e, header_32(s, i));
    else
        header_from_64(e, header_64(s, i));
    if (w->bits & WALK_MSG)
        e->len = 0;
    return true;
}
