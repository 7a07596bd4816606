// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Walks arrays of message headers part by part: the enter and exit witnesses.
#pragma once

#include "maps.h"
#include "names.h"
#include "payload.h"
#include "walk_extra.h"
#include "walk_header.h"
#include "walk_target.h"
#include "window.h"

/* What a header points to is wanted in the windows. */
static __always_inline void walk_want(struct scratch *s, u32 i) {
    const struct user_mmsghdr32 *narrow = header_32(s, i);
    const struct user_mmsghdr *wide = header_64(s, i);
    u64 name, iov, count;
    s32 name_len;

    if (s->walk.missing >> i & 1)
        return;
    if (s->walk.bits & WALK_32) {
        name = narrow->name, name_len = narrow->name_len;
        iov = narrow->iov, count = narrow->iov_count;
    } else {
        name = wide->name, name_len = wide->name_len;
        iov = wide->iov, count = wide->iov_count;
    }
    if (s->walk.bits & WALK_NAMES && name && name_len > 0)
        window_want(&s->names, name, name_n(name_len));
    if (iov && count == 1)
        window_want(&s->iovs, iov, seg_size(&s->walk));
}

static long walk_want_step(u32 i, void *unused) {
    struct scratch *s = toc_scratch();

    if (!s || i >= TOC_WIRE_PART_MSGS)
        return 1;
    index_part(i);
    walk_want(s, i);
    return 0;
}

/* What lies from the first message's to the last's: mostly that is all of it. */
static __always_inline void walk_windows(struct scratch *s, u32 n) {
    u32 last = n - 1;

    s->names.low = s->iovs.low = ~0ull;
    s->names.high = s->iovs.high = 0;
    if (n && !(s->walk.bits & WALK_BUFFER)) {
        opaque(last);
        index_part(last);
        walk_want(s, 0);
        walk_want(s, last);
    }
    windows_read(s);
}

/* Most messages are made of their header and the windows. Those that are not are left. */
static __always_inline void walk_near(struct scratch *s, struct toc_wire_entry *e, u32 i) {
    struct walk *w = &s->walk;

    e->name_status = e->iov_status = e->control_status = TOC_WIRE_ABSENT;
    e->name_n = e->segs = e->bits = e->hook = 0;
    e->status = TOC_WIRE_FAULT;
    if (!walk_header(w, s, i, e))
        return;
    e->status = TOC_WIRE_OK;
    /* That the buffer can be read shows only where it is read. */
    if (!e->control_ptr || !e->control_len)
        e->control_status = TOC_WIRE_NULL;
    if (w->payload || wants_items(w, e) || e->name_len > TOC_WIRE_NAME ||
        !walk_near_name(w, s, e) || !walk_one_seg(w, s, e))
        w->far |= 1u << i;
}

#define WALK_STRIDE 2 /* messages a callback, each of which costs as much as half a message */

/* bpf_loop hands a callback nothing but stack: the walk itself is in scratch. */
struct walk_ctx {
    struct scratch *s;
    struct kept_enter *part; /* where the entries go */
};

static long walk_near_step(u32 at, struct walk_ctx *ctx) {
    struct scratch *s = ctx->s;

    for (u32 k = 0; k < WALK_STRIDE; k++) {
        u32 i = at * WALK_STRIDE + k;

        if (i >= walk_part_n(&s->walk))
            return 1;
        opaque(i);
        index_part(i);
        walk_near(s, &ctx->part->entries[i], i);
    }
    return 0;
}

static long walk_far_step(u32 i, struct walk_ctx *ctx) {
    struct scratch *s = ctx->s;
    struct toc_wire_entry *e;
    struct walk *w;

    if (i >= TOC_WIRE_PART_MSGS)
        return 1;
    index_part(i);
    e = &ctx->part->entries[i];
    w = &s->walk;
    if (!(w->far >> i & 1))
        return 0;
    walk_name(w, s, e);
    walk_iov(w, s, e);
    if (w->payload)
        walk_payload(ctx->part, i);
    if (e->segs > 1 || wants_items(w, e) ||
        (e->name_status == TOC_WIRE_OK && e->name_len > TOC_WIRE_NAME))
        walk_extra(w, s, e, w->first + i);
    return 0;
}

/* Reads a part but for the messages that are left. Global, so that it is verified once and not
 * again for each caller, as is what reads those. */
__noinline int walk_most(struct kept_enter *part) {
    struct walk_ctx ctx = {.s = toc_scratch(), .part = part};
    struct scratch *s = ctx.s;
    u32 n;

    if (!s || !part)
        return 0;
    n = walk_part_n(&s->walk);
    s->walk.far = s->walk.is_outside = 0;
    walk_headers(&s->walk, s);
    walk_windows(s, n);
    bpf_loop((n + WALK_STRIDE - 1) / WALK_STRIDE, walk_near_step, &ctx, 0);
    return 0;
}

__noinline int walk_rest(struct kept_enter *part) {
    struct walk_ctx ctx = {.s = toc_scratch(), .part = part};
    struct scratch *s = ctx.s;
    u32 n;

    if (!s || !part)
        return 0;
    n = walk_part_n(&s->walk);
    if (s->walk.is_outside) {
        bpf_loop(n, walk_want_step, 0, 0);
        window_read(&s->names);
        window_read(&s->iovs);
    }
    bpf_loop(n, walk_far_step, &ctx, 0);
    return 0;
}

/* Reads the part that begins at walk.first. */
static __always_inline void walk_read(struct scratch *s, struct kept_enter *part) {
    walk_most(part);
    if (s->walk.far)
        walk_rest(part);
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
    walk_read(s, toc_part(s));
    if (toc_n_deny && w->more)
        more_keep(w, s, n);
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
