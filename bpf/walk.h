// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Reads message headers, and what they point to, out of user memory: the enter and exit witnesses.
#pragma once

#include "maps.h"

enum walk_bits {
    WALK_32 = 1,      /* compat layouts */
    WALK_NAMES = 2,   /* what msg_name points to is meaningful in this view */
    WALK_CONTROL = 4, /* so is what msg_control points to */
};

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

/* All headers of a part at once; where a page of them is missing, one by one. */
static __always_inline void walk_headers(struct walk *w, struct scratch *s) {
    u32 n = walk_part_n(w);
    u32 stride = w->bits & WALK_32 ? sizeof(struct user_mmsghdr32) : sizeof(struct user_mmsghdr);
    u32 size = n * stride;

    opaque(size);
    if (size > sizeof(s->headers))
        size = sizeof(s->headers);
    w->headers_ok = !bpf_probe_read_user(s->headers, size, (void *)(w->vec + w->first * stride));
}

static __always_inline bool walk_header(struct walk *w, struct scratch *s, u32 i,
                                        struct toc_wire_entry *e) {
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
    return true;
}

/* Names, and iovec arrays, of a part mostly lie side by side: one read for all of them costs far
 * less than one for each. */
static __always_inline void window_want(struct window *win, u64 at, u32 n) {
    if (at < win->low)
        win->low = at;
    if (at + n > win->high)
        win->high = at + n;
}

static __always_inline void window_read(struct window *win) {
    u64 size = win->high - win->low;

    win->ok = 0;
    opaque(size);
    if (win->high > win->low && size <= WINDOW_BYTES)
        win->ok = !bpf_probe_read_user(win->bytes, size, (void *)win->low);
}

/* Up to 32 bytes at address `at` if they are in the window, else NULL. */
static __always_inline const u64 *window_at(const struct window *win, u64 at) {
    u64 off = at - win->low;

    if (!win->ok || off >= WINDOW_BYTES)
        return 0;
    index_window(off);
    return (const u64 *)(win->bytes + off);
}

static __always_inline bool wants_name(const struct walk *w, const struct toc_wire_entry *e) {
    return w->bits & WALK_NAMES && e->name_ptr && e->name_len > 0;
}

static __always_inline u32 name_n(const struct toc_wire_entry *e) {
    return e->name_len < TOC_WIRE_NAME ? e->name_len : TOC_WIRE_NAME;
}

static __always_inline bool name_read(struct scratch *s, struct toc_wire_entry *e, u32 n) {
    const u64 *from = window_at(&s->names, e->name_ptr);

    if (!from) {
        opaque(n);
        if (n > sizeof(e->name))
            return false;
        return !bpf_probe_read_user(e->name, n, (void *)e->name_ptr);
    }
    *(u64 *)&e->name[0] = from[0];
    *(u64 *)&e->name[8] = from[1];
    *(u64 *)&e->name[16] = from[2];
    *(u32 *)&e->name[24] = *(u32 *)&from[3];
    return true;
}

static __always_inline void walk_name(struct walk *w, struct scratch *s, struct toc_wire_entry *e) {
    if (!e->name_ptr || e->name_len == 0) {
        e->name_status = TOC_WIRE_NULL;
    } else if (wants_name(w, e)) {
        u32 n = name_n(e);
        bool ok = name_read(s, e, n);

        e->name_status = ok ? TOC_WIRE_OK : TOC_WIRE_FAULT;
        e->name_n = ok ? n : 0;
    }
}

/* iovecs into scratch, in the 64-bit layout. */
static __always_inline bool segs_read(struct walk *w, struct scratch *s, u64 at, u32 n) {
    u32 size = n * (w->bits & WALK_32 ? 8 : 16);

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
    const u64 *from = e->iov_count == 1 && w->segs_left ? window_at(&s->iovs, e->iov_ptr) : 0;

    if (!from)
        return false;
    e->seg_base = w->bits & WALK_32 ? *(u32 *)from : from[0];
    e->seg_len = w->bits & WALK_32 ? ((u32 *)from)[1] : from[1];
    e->iov_bytes = e->seg_len;
    e->iov_status = TOC_WIRE_OK;
    e->segs = 1;
    e->bits = TOC_WIRE_IOV_WHOLE;
    w->segs_left--;
    return true;
}

static __always_inline void walk_iov(struct walk *w, struct scratch *s, struct toc_wire_entry *e) {
    u32 n = e->iov_count > TOC_WIRE_SEGS ? TOC_WIRE_SEGS : e->iov_count;

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

struct items {
    u64 at;
    u64 end;
    u32 bits;
};

/* One struct cmsghdr; the kernel's rules for the next one. */
static __always_inline bool item_read(struct items *it, struct toc_wire_item *item) {
    u32 word = it->bits & WALK_32 ? 4 : 8, head = word + 8;
    u64 len = 0;

    if (it->at + head > it->end)
        return true;
    if (bpf_probe_read_user(&len, word, (void *)it->at) ||
        bpf_probe_read_user(&item->level, 8, (void *)(it->at + word)))
        return false;
    item->len = len;
    if (len < head || len > it->end - it->at)
        it->at = it->end;
    else
        it->at += (len + word - 1) & ~(u64)(word - 1);
    return true;
}

static __always_inline void walk_items(struct walk *w, struct toc_wire_entry *e,
                                       struct toc_wire_extra *x) {
    struct items it = {e->control_ptr, e->control_ptr + e->control_len, w->bits};

    x->items_status = TOC_WIRE_OK;
    for (u32 i = 0; i < TOC_WIRE_ITEMS; i++) {
        u64 before = it.at;

        if (!item_read(&it, &x->items[i])) {
            x->items_status = TOC_WIRE_FAULT;
            return;
        }
        if (it.at == before)
            return;
        x->n_items = i + 1;
    }
}

static __always_inline void walk_long_name(struct toc_wire_entry *e, struct toc_wire_extra *x) {
    u32 n = e->name_len;

    if (n > sizeof(x->name))
        n = sizeof(x->name);
    opaque(n);
    if (n > sizeof(x->name))
        return;
    if (!bpf_probe_read_user(x->name, n, (void *)e->name_ptr))
        x->name_n = n;
}

static __always_inline bool wants_items(const struct walk *w, const struct toc_wire_entry *e) {
    return w->bits & WALK_CONTROL && e->control_ptr && e->control_len;
}

static __always_inline void walk_extra(struct walk *w, struct scratch *s, struct toc_wire_entry *e,
                                       u32 index) {
    struct toc_wire_extra *x = &s->extra;

    toc_head(&x->head, TOC_WIRE_EXTRA, w->time);
    x->head.call_cpu = w->call_cpu;
    x->head.call_seq = w->call_seq;
    x->view = w->view;
    x->index = index;
    x->n_segs = x->n_items = x->name_n = x->items_status = 0;
    if (e->segs > 1) {
        __builtin_memcpy(x->segs, s->segs, sizeof(x->segs));
        x->n_segs = e->segs;
    }
    if (wants_items(w, e)) {
        walk_items(w, e, x);
        e->control_status = x->items_status;
    }
    if (e->name_status == TOC_WIRE_OK && e->name_len > TOC_WIRE_NAME)
        walk_long_name(e, x);
    e->bits |= TOC_WIRE_HAS_EXTRA;
    if (!toc_emit(s, &x->head, sizeof(*x), sizeof(*x))) {
        e->bits |= TOC_WIRE_EXTRA_LOST;
        w->parts_lost++;
    }
}

/* bpf_loop hands a callback nothing but stack: the walk is in scratch instead. */
static long walk_header_step(u32 i, void *unused) {
    struct scratch *s = toc_scratch();
    struct toc_wire_entry *e;
    struct walk *w;

    if (!s || i >= TOC_WIRE_PART_MSGS)
        return 1;
    index_part(i);
    e = &s->entries[i];
    w = &s->walk;
    e->status = e->name_status = e->iov_status = e->control_status = TOC_WIRE_ABSENT;
    e->name_n = e->segs = e->bits = e->pad = 0;
    if (!walk_header(w, s, i, e)) {
        e->status = TOC_WIRE_FAULT;
        return 0;
    }
    e->status = TOC_WIRE_OK;
    if (wants_name(w, e))
        window_want(&s->names, e->name_ptr, name_n(e));
    if (e->iov_ptr && e->iov_count == 1)
        window_want(&s->iovs, e->iov_ptr, w->bits & WALK_32 ? 8 : 16);
    return 0;
}

static long walk_target_step(u32 i, void *unused) {
    struct scratch *s = toc_scratch();
    struct toc_wire_entry *e;
    struct walk *w;

    if (!s || i >= TOC_WIRE_PART_MSGS)
        return 1;
    index_part(i);
    e = &s->entries[i];
    w = &s->walk;
    if (e->status != TOC_WIRE_OK)
        return 0;
    walk_name(w, s, e);
    walk_iov(w, s, e);
    /* That the buffer can be read shows only where it is read. */
    if (!e->control_ptr || !e->control_len)
        e->control_status = TOC_WIRE_NULL;
    if (e->segs > 1 || wants_items(w, e) ||
        (e->name_status == TOC_WIRE_OK && e->name_len > TOC_WIRE_NAME))
        walk_extra(w, s, e, w->first + i);
    return 0;
}

/* Reads the part that begins at walk.first into scratch. Global, so that it is verified once and
 * not again for each caller. */
__noinline int walk_read(void) {
    struct scratch *s = toc_scratch();

    if (!s)
        return 0;
    s->names.low = s->iovs.low = ~0ull;
    s->names.high = s->iovs.high = 0;
    walk_headers(&s->walk, s);
    bpf_loop(walk_part_n(&s->walk), walk_header_step, 0, 0);
    window_read(&s->names);
    window_read(&s->iovs);
    bpf_loop(walk_part_n(&s->walk), walk_target_step, 0, 0);
    return 0;
}

/* One further part into an ENTRIES record of its own; parts count from 1. */
static long walk_part(u32 i, void *unused) {
    struct scratch *s = toc_scratch();
    struct toc_wire_entries *rec;
    struct walk *w;
    u32 n;

    if (!s)
        return 1;
    w = &s->walk;
    w->first = (i + 1) * TOC_WIRE_PART_MSGS;
    n = walk_part_n(w);
    if (n == 0)
        return 1;
    walk_read();
    rec = &s->part;
    toc_head(&rec->head, TOC_WIRE_ENTRIES, w->time);
    rec->head.call_cpu = w->call_cpu;
    rec->head.call_seq = w->call_seq;
    rec->view = w->view;
    rec->first = w->first;
    rec->n = n;
    if (!toc_emit(s, &rec->head, sizeof(*rec) + n * sizeof(struct toc_wire_entry),
                  sizeof(*rec) + sizeof(s->entries)))
        w->parts_lost++;
    return 0;
}

static __always_inline void walk_further(struct walk *w) {
    if (w->n > TOC_WIRE_PART_MSGS)
        bpf_loop((w->n - 1) / TOC_WIRE_PART_MSGS, walk_part, 0, 0);
    w->first = 0;
}
