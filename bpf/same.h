// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Whether memory at the return is what it was at the entry, as it is of nearly all calls: then
// nothing need be copied to know that nobody needs them. In doubt it is not.
//
// Only of plain batches: one buffer a message, nothing beside the entries, 64-bit layout, and of
// receives no names.
#pragma once

#include "extent.h"
#include "facts.h"
#include "walk.h"

struct same_ctx {
    const struct call_state *st;
    u32 is_send;
    u32 differs;
    u32 n;
};

static __always_inline bool same_name(const struct window *names, const struct user_mmsghdr *h,
                                      const struct toc_wire_entry *e) {
    const u64 *kept = (const u64 *)e->name, *now;

    if (h->name_len != e->name_len || e->name_status == TOC_WIRE_NULL)
        return h->name_len == e->name_len;
    now = e->name_status == TOC_WIRE_OK ? window_at(names, e->name_ptr, e->name_n) : 0;
    if (!now || e->name_n < 16)
        return false;
    return now[0] == kept[0] && now[1] == kept[1] &&
           (e->name_n == 16 ||
            (e->name_n == 28 && now[2] == kept[2] && *(u32 *)&now[3] == *(u32 *)&kept[3]));
}

static __always_inline bool same_entry(const struct scratch *s, const struct user_mmsghdr *h,
                                       const struct toc_wire_entry *e, bool is_send) {
    const u64 *seg;

    if (e->status != TOC_WIRE_OK || e->iov_status != TOC_WIRE_OK || e->segs != 1 ||
        h->name != e->name_ptr || h->iov != e->iov_ptr || h->iov_count != 1 || e->iov_count != 1 ||
        h->control != e->control_ptr || (h->control && h->control_len))
        return false;
    seg = window_at(&s->iovs, e->iov_ptr, 16);
    if (!seg || seg[0] != e->seg_base || seg[1] != e->seg_len)
        return false;
    if (is_send)
        return h->control_len == e->control_len && h->flags == e->flags &&
               same_name(&s->names, h, e);
    return !h->name && (s64)h->control_len >= 0;
}

static __always_inline bool same_message(struct scratch *s, const struct same_ctx *ctx, u32 i) {
    const struct toc_wire_entry *e;
    const struct user_mmsghdr *h;

    opaque(i);
    index_part(i);
    h = (const struct user_mmsghdr *)s->headers + i;
    e = &ctx->st->kept.entries[i];
    if (!same_entry(s, h, e, ctx->is_send))
        return false;
    s->entry_facts.name_status |= 1ull << (e->name_ptr ? e->name_status & 63 : TOC_WIRE_NULL);
    if ((u32)h->name_len > s->entry_facts.name_len)
        s->entry_facts.name_len = (u32)h->name_len;
    return true;
}

static long same_step(u32 part, struct same_ctx *ctx) {
    struct scratch *s = toc_scratch();

    if (!s)
        return 1;
    for (u32 k = 0; k < FACTS_STRIDE; k++) {
        u32 i = part * FACTS_STRIDE + k;

        if (i >= ctx->n)
            return 1;
        if (!same_message(s, ctx, i)) {
            ctx->differs = 1;
            return 1;
        }
    }
    return 0;
}

static __always_inline bool same_read(struct scratch *s, const struct call_state *st, u32 n) {
    u64 size = (u64)n * sizeof(struct user_mmsghdr);

    opaque(size);
    if (size > sizeof(s->headers))
        size = sizeof(s->headers);
    if (bpf_probe_read_user(s->headers, size, (void *)st->vec))
        return false;
    s->iovs.low = st->iovs_low;
    s->iovs.high = st->iovs_high;
    window_read(&s->iovs);
    s->names.low = st->names_low;
    s->names.high = st->names_high;
    window_read(&s->names);
    return s->iovs.ok;
}

/* After facts_return: adds what facts_exit would, as far as one of `needs` is of it. 0: it does not
 * know. */
__noinline int same_at_exit(struct call_state *st, long ret, u64 needs) {
    struct scratch *s = toc_scratch();
    struct same_ctx ctx = {.st = st};
    u32 n;

    if (!s || !st)
        return 0;
    n = extent_at_exit(st, ret);
    if (n == 0 || n > st->kept.rec.n_entries || st->args_at || CALL_IS_32(st->kind) ||
        TOC_KIND_SHAPE(st->kind) != TOC_WIRE_SHAPE_BATCH ||
        st->kept.rec.timeout.status == TOC_WIRE_OK || !same_read(s, st, n))
        return 0;
    ctx.is_send = TOC_KIND_IS_SEND(st->kind);
    s->entry_facts.name_status = s->entry_facts.name_len = 0;
    ctx.n = n;
    bpf_loop((n + FACTS_STRIDE - 1) / FACTS_STRIDE, same_step, &ctx, 0);
    if (ctx.differs)
        return 0;
    if (needs & FACT(DURATION))
        fact(&s->facts, DURATION, bpf_ktime_get_boot_ns() - st->kept.rec.head.time);
    fact_absent(&s->facts, TIMEOUT_GREW);
    facts_views(s, st, n, st->part_lost);
    return 1;
}
