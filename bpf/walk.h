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
    e->name_n = e->segs = e->bits = e->hook = 0;
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
    if (w->payload)
        walk_payload(i);
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
