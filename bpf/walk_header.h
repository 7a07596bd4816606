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

/* All headers of a part at once, or the only one; where a page of them is missing, one by one. */
static __always_inline void walk_headers(struct walk *w, struct scratch *s) {
    u32 n = walk_part_n(w);
    u32 stride = w->bits & WALK_32 ? sizeof(struct user_mmsghdr32) : sizeof(struct user_mmsghdr);
    u64 size = (u64)n * stride;

    w->headers_ok = 0;
    if (w->bits & WALK_BUFFER)
        return;
    if (w->bits & WALK_MSG)
        size = w->bits & WALK_32 ? MSGHDR_32 : MSGHDR_64;
    opaque(size);
    if (size > sizeof(s->headers))
        size = sizeof(s->headers);
    w->headers_ok = !bpf_probe_read_user(s->headers, size, (void *)(w->vec + w->first * stride));
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

static __always_inline bool walk_header(struct walk *w, struct scratch *s, u32 i,
                                        struct toc_wire_entry *e) {
    if (w->bits & WALK_BUFFER) {
        header_from_args(w, e);
        return true;
    }
    if (w->bits & WALK_MSG && !w->headers_ok)
        return false;
    if (w->bits & WALK_32) {
        struct user_mmsghdr32 *h = (void *)(s->headers + i * sizeof(*h));
        u64 at = w->vec + (w->first + i) * sizeof(*h);

        if (!w->headers_ok && bpf_probe_read_user(h, sizeof(*h), (void *)at))
            return false;
        header_from_32(e, h);
    } else {
        struct user_mmsghdr *h = (void *)(s->headers + i * sizeof(*h));
        u64 at = w->vec + (w->first + i) * sizeof(*h);

        if (!w->headers_ok && bpf_probe_read_user(h, sizeof(*h), (void *)at))
            return false;
        header_from_64(e, h);
    }
    if (w->bits & WALK_MSG)
        e->len = 0;
    return true;
}
