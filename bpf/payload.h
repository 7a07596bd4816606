// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Copies the first bytes of messages, where rules look at them.
#pragma once

#include "maps.h"
#include "walk_header.h"

const volatile __u32 toc_payload_bytes = TOC_WIRE_PAYLOAD_BYTES; /* at most TOC_WIRE_MAX_PAYLOAD */

/* Settings that change while programs run: the events, as bits, whose payload is copied when the
 * call begins, and when it returns. */
__u64 toc_payload_enter;
__u64 toc_payload_exit;

static __always_inline u32 payload_wanted(u64 events, u32 kind) {
    return events >> TOC_KIND_EVENT(kind) & 1 ? toc_payload_bytes : 0;
}

static __always_inline bool payload_is_single(const struct walk *w) {
    return w->bits & (WALK_MSG | WALK_BUFFER);
}

/* Of a receive: whether the message came. */
static __always_inline bool payload_came(const struct walk *w, u32 index) {
    return !(w->bits & WALK_RECEIVED) || (payload_is_single(w) ? 0 : (s64)index + 1) <= w->ret;
}

/* Bytes that the message has; of a receive: that it wrote. */
static __always_inline u64 payload_total(const struct walk *w, const struct toc_wire_entry *e) {
    u64 room = e->bits & TOC_WIRE_IOV_WHOLE ? e->iov_bytes : ~0ull, moved;

    if (!(w->bits & WALK_RECEIVED))
        return room;
    moved = payload_is_single(w) ? w->ret : e->len;
    return moved < room ? moved : room;
}

/* One buffer into scratch. What was done so far is kept there, too: the verifier follows no values
 * in it, so that one step is like the next. */
static long payload_step(u32 i, void *unused) {
    struct scratch *s = toc_scratch();
    struct payload_scratch *p;
    u64 base, n, at;

    if (!s || i >= TOC_WIRE_SEGS || i >= s->payload.segs)
        return 1;
    p = &s->payload;
    base = p->segs > 1 ? s->segs[i].base : p->base;
    n = p->segs > 1 ? s->segs[i].len : p->len;
    at = p->rec.n;
    if (n > p->want - at)
        n = p->want - at;
    opaque(n);
    if (n > TOC_WIRE_MAX_PAYLOAD)
        return 1;
    index_payload(at);
    if (n && bpf_probe_read_user(p->bytes + at, n, (void *)base)) {
        p->rec.status = TOC_WIRE_FAULT;
        return 1;
    }
    p->rec.n += n;
    return p->rec.n >= p->want;
}

/* Buffer by buffer, as far as they can be read. */
static __always_inline void payload_copy(struct payload_scratch *p, const struct toc_wire_entry *e,
                                         u32 want) {
    p->want = want;
    p->segs = e->segs;
    p->base = e->seg_base;
    p->len = e->seg_len;
    p->rec.n = 0;
    p->rec.status = TOC_WIRE_OK;
    if (want)
        bpf_loop(TOC_WIRE_SEGS, payload_step, 0, 0);
}

/* Of the message at hand, the i-th of the part, whose iovecs were read just now. Global, so that it
 * is verified once. */
__noinline int walk_payload(struct kept_enter *part, u32 i) {
    struct scratch *s = toc_scratch();
    struct toc_wire_payload *rec;
    struct toc_wire_entry *e;
    struct walk *w;
    u64 total;
    u32 want;

    if (!s || !part)
        return 0;
    w = &s->walk;
    index_part(i);
    e = &part->entries[i];
    if (e->iov_status != TOC_WIRE_OK || !payload_came(w, w->first + i))
        return 0;
    total = payload_total(w, e);
    want = total < w->payload ? total : w->payload;
    if (want > w->payload_left) {
        e->bits |= TOC_WIRE_PAYLOAD_SPENT;
        return 0;
    }
    rec = &s->payload.rec;
    toc_head(&rec->head, TOC_WIRE_PAYLOAD, w->time);
    rec->head.call_cpu = w->call_cpu;
    rec->head.call_seq = w->call_seq;
    rec->view = w->view;
    rec->index = w->first + i;
    payload_copy(&s->payload, e, want);
    rec->is_cut = rec->n < total;
    w->payload_left -= want;
    if (!toc_emit(s, &rec->head, sizeof(*rec) + ((rec->n + 7) & ~7u),
                  sizeof(*rec) + TOC_WIRE_MAX_PAYLOAD))
        w->parts_lost++;
    return 0;
}
