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

/* What same_facts is asked for. */
enum facts_part { FACTS_ENTER = 1, FACTS_SAME = 2 };

static __always_inline bool same_name(const struct scratch *s, const struct user_mmsghdr *h,
                                      const struct toc_wire_entry *e) {
    const u64 *kept = (const u64 *)e->name, *now;

    if (h->name_len != e->name_len || e->name_status == TOC_WIRE_NULL)
        return h->name_len == e->name_len;
    now = e->name_status == TOC_WIRE_OK ? name_at(s, e->name_ptr, e->name_n) : 0;
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
        return h->control_len == e->control_len && h->flags == e->flags && same_name(s, h, e);
    return !h->name && (s64)h->control_len >= 0;
}

static __always_inline bool same_message(struct scratch *s, const struct toc_wire_entry *e, u32 i,
                                         bool is_send) {
    const struct user_mmsghdr *h = (const struct user_mmsghdr *)s->headers + i;

    if (!same_entry(s, h, e, is_send))
        return false;
    s->entry_facts.exit_name_status |= 1ull << (e->name_ptr ? e->name_status & 63 : TOC_WIRE_NULL);
    if ((u32)h->name_len > s->entry_facts.exit_name_len)
        s->entry_facts.exit_name_len = (u32)h->name_len;
    return true;
}

#define SAME_STRIDE 2 /* entries a callback, each of which costs as much as half an entry */

/* One loop for both parts, as most calls are asked about both. */
static long same_step(u32 part, struct facts_ctx *ctx) {
    struct scratch *s = ctx->s;
    struct entry_facts *all = &s->entry_facts;

    for (u32 k = 0; k < SAME_STRIDE; k++) {
        const struct toc_wire_entry *e;
        u32 i = part * SAME_STRIDE + k;

        if (i >= all->n)
            return 1;
        opaque(i);
        index_part(i);
        e = &ctx->st->kept.entries[i];
        if (all->parts & FACTS_ENTER)
            facts_entry(all, e, CALL_IS_32(ctx->st->kind));
        if (i < all->n_same && !same_message(s, e, i, all->is_send))
            all->may_differ = true;
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

/* Reads memory anew: how many messages there are to compare. 0: it cannot tell. */
static __always_inline u32 same_extent(struct scratch *s, const struct call_state *st, long ret) {
    u32 n = extent_at_exit(st, ret);

    if (n == 0 || n > st->kept.rec.n_entries || st->args_at || CALL_IS_32(st->kind) ||
        TOC_KIND_SHAPE(st->kind) != TOC_WIRE_SHAPE_BATCH ||
        st->kept.rec.timeout.status == TOC_WIRE_OK || !same_read(s, st, n))
        return 0;
    return n;
}

static __always_inline void same_loop(struct entry_facts *all, struct facts_ctx *ctx) {
    u32 n = all->parts & FACTS_ENTER ? ctx->st->kept.rec.n_entries : all->n_same;

    all->exit_name_status = all->exit_name_len = 0;
    all->may_differ = false;
    all->is_send = TOC_KIND_IS_SEND(ctx->st->kind);
    all->n = n;
    bpf_loop((n + SAME_STRIDE - 1) / SAME_STRIDE, same_step, ctx, 0);
}

/* The facts of a call that has returned, beside its scalars. FACTS_ENTER adds what its messages
 * were at entry, and to the kernel. FACTS_SAME, at once or afterwards, gives 1 if memory is the
 * same still: then it adds what facts_exit would, as far as one of `needs` is of it. Global, so
 * that it is verified once. */
__noinline int same_facts(struct call_state *st, long ret, u64 needs, u32 parts) {
    struct scratch *s = toc_scratch();
    struct facts_ctx ctx = {.s = s, .st = st};
    struct entry_facts *all;

    if (!s || !st)
        return 0;
    all = &s->entry_facts;
    if (parts & FACTS_ENTER)
        __builtin_memset(all, 0, sizeof(*all));
    all->parts = parts;
    all->n_same = parts & FACTS_SAME ? same_extent(s, st, ret) : 0;
    forget();
    same_loop(all, &ctx);
    if (all->parts & FACTS_ENTER)
        facts_enter(&s->facts, all, st);
    if (!all->n_same || all->may_differ)
        return 0;
    if (needs & FACT(DURATION))
        fact(&s->facts, DURATION, bpf_ktime_get_boot_ns() - st->kept.rec.head.time);
    fact_absent(&s->facts, TIMEOUT_GREW);
    facts_views(s, st, all->n_same, st->part_lost);
    return 1;
}
