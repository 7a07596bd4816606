// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Reads what a message header points to: the name and the iovec array.
#pragma once

#include "maps.h"
#include "walk_header.h"
#include "window.h"

static __always_inline bool wants_name(const struct walk *w, const struct toc_wire_entry *e) {
    return w->bits & WALK_NAMES && e->name_ptr && e->name_len > 0;
}

static __always_inline u32 name_n(s32 len) {
    return len < TOC_WIRE_NAME ? len : TOC_WIRE_NAME;
}

static __always_inline void name_copy(struct toc_wire_entry *e, const u64 *from) {
    *(u64 *)&e->name[0] = from[0];
    *(u64 *)&e->name[8] = from[1];
    *(u64 *)&e->name[16] = from[2];
    *(u32 *)&e->name[24] = *(u32 *)&from[3];
    e->name_status = TOC_WIRE_OK;
    e->name_n = name_n(e->name_len);
}

/* The usual case: no name, or one that is in the window. */
static __always_inline bool walk_near_name(struct walk *w, const struct scratch *s,
                                           struct toc_wire_entry *e) {
    const u64 *from;

    if (!wants_name(w, e)) {
        if (!e->name_ptr || e->name_len == 0)
            e->name_status = TOC_WIRE_NULL;
        return true;
    }
    from = name_at(s, e->name_ptr, name_n(e->name_len));
    if (!from) {
        w->is_outside = 1;
        return false;
    }
    name_copy(e, from);
    return true;
}

static __always_inline void walk_name(struct walk *w, struct scratch *s, struct toc_wire_entry *e) {
    u32 n = name_n(e->name_len);

    e->name_status = TOC_WIRE_FAULT;
    if (e->bits & TOC_WIRE_NAME_LEN_FAULT)
        return;
    e->name_status = TOC_WIRE_ABSENT;
    if (walk_near_name(w, s, e))
        return;
    opaque(n);
    if (n > sizeof(e->name))
        return;
    e->name_status = TOC_WIRE_FAULT;
    if (bpf_probe_read_user(e->name, n, (void *)e->name_ptr))
        return;
    e->name_status = TOC_WIRE_OK;
    e->name_n = n;
}

static __always_inline u32 seg_size(const struct walk *w) {
    return w->bits & WALK_32 ? 8 : 16;
}

/* iovecs into scratch, in the 64-bit layout. */
static __always_inline bool segs_read(struct walk *w, struct scratch *s, u64 at, u32 n) {
    u64 size = (u64)n * seg_size(w);

    opaque(size);
    if (size > sizeof(s->segs))
        size = sizeof(s->segs);
    if (bpf_probe_read_user(s->segs, size, (void *)at))
        return false;
    if (!(w->bits & WALK_32))
        return true;
    for (int i = TOC_WIRE_SEGS - 1; i >= 0; i--) {
        u32 base = ((u32 *)s->segs)[2 * i], len = ((u32 *)s->segs)[2 * i + 1];

        s->segs[i].base = base;
        s->segs[i].len = len;
    }
    return true;
}

static __always_inline u64 segs_sum(const struct scratch *s, u32 n) {
    u64 sum = 0;

    for (u32 i = 0; i < TOC_WIRE_SEGS; i++) {
        u64 len = i < n ? s->segs[i].len : 0;

        sum = sum + len < sum ? ~0ull : sum + len;
    }
    return sum;
}

/* The usual case: one iovec, and it is in the window. */
static __always_inline bool walk_one_seg(struct walk *w, struct scratch *s,
                                         struct toc_wire_entry *e) {
    const u64 *from;

    if (!e->iov_ptr || e->iov_count != 1 || !w->segs_left)
        return false;
    from = window_at(&s->iovs, e->iov_ptr, seg_size(w));
    if (!from) {
        w->is_outside = 1;
        return false;
    }
    e->seg_base = w->bits & WALK_32 ? *(u32 *)from : from[0];
    e->seg_len = w->bits & WALK_32 ? ((u32 *)from)[1] : from[1];
    e->iov_bytes = e->seg_len;
    e->iov_status = TOC_WIRE_OK;
    e->segs = 1;
    e->bits = TOC_WIRE_IOV_WHOLE;
    w->segs_left--;
    return true;
}

/* The buffer in the arguments, as if an iovec had led to it. */
static __always_inline void walk_buffer(const struct walk *w, struct toc_wire_entry *e) {
    e->seg_base = w->vec;
    e->seg_len = e->iov_bytes = w->buffer.len;
    e->iov_status = TOC_WIRE_OK;
    e->segs = 1;
    e->bits |= TOC_WIRE_IOV_WHOLE;
}

static __always_inline void walk_iov(struct walk *w, struct scratch *s, struct toc_wire_entry *e) {
    u32 n = e->iov_count > TOC_WIRE_SEGS ? TOC_WIRE_SEGS : e->iov_count;

    if (w->bits & WALK_BUFFER && !(w->bits & WALK_LIST)) {
        walk_buffer(w, e);
        return;
    }
    if (!e->iov_ptr) {
        e->iov_status = TOC_WIRE_NULL;
        return;
    }
    if (walk_one_seg(w, s, e))
        return;
    if (n > w->segs_left)
        n = w->segs_left;
    if (n == 0 && e->iov_count)
        return; /* the budget is spent: absent */
    e->iov_status = TOC_WIRE_FAULT;
    if (n && !segs_read(w, s, e->iov_ptr, n))
        return;
    e->iov_status = TOC_WIRE_OK;
    w->segs_left -= n;
    e->segs = n;
    if (n) {
        e->seg_base = s->segs[0].base;
        e->seg_len = s->segs[0].len;
    }
    if (n == e->iov_count) {
        e->bits |= TOC_WIRE_IOV_WHOLE;
        e->iov_bytes = segs_sum(s, n);
    }
}
