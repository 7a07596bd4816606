// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Whether anybody needs a call: asked as soon as it can be told.
#pragma once

#include "facts.h"
#include "maps.h"
#include "proc.h"
#include "same.h"
#include "state.h"

/* Which half of `filters` holds: the other is written, and then this. */
__u32 toc_filters;

/* By event, and 64 more the same. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 128);
    __type(key, u32);
    __type(value, struct toc_filter_table);
} filters SEC(".maps");

/* The table of such calls. NULL: each is needed. */
static __always_inline const struct toc_filter_table *filter_of(u32 kind) {
    u32 i = TOC_KIND_EVENT(kind) | (toc_filters & 1) << 6;
    const struct toc_filter_table *table;

    /* Where the kernel acts on calls, all of them are followed. */
    if (kind & CALL_HEARTBEAT || toc_n_deny)
        return 0;
    table = bpf_map_lookup_elem(&filters, &i);
    return table && table->decides ? table : 0;
}

#define FILTER_STRIDE 12 /* tests a callback: each costs as much as some tests do */
_Static_assert(TOC_FILTER_ATOMS % FILTER_STRIDE == 0, "a test left out would filter too much");

struct filter_ctx {
    const struct toc_filter_table *table;
    const struct toc_filter_facts *facts;
    struct toc_filter_walk walk;
    u64 n;
};

static __always_inline long filter_steps(struct filter_ctx *ctx, u32 n) {
    for (u32 k = 0; k < n; k++) {
        if (ctx->walk.at >= ctx->n || toc_filter_step(ctx->table, ctx->facts, &ctx->walk))
            return 1;
    }
    return 0;
}

static long filter_step(u32 i, struct filter_ctx *ctx) {
    return filter_steps(ctx, FILTER_STRIDE);
}

enum filter_part {
    FILTER_EARLY = 1, /* terms of what is known at the result */
    FILTER_LATE = 2,
    FILTER_ALL = FILTER_EARLY | FILTER_LATE,
};

/* Whether one of the terms of that part holds, by the facts in scratch; st: a call that has
 * returned ret, of which what is known at its result is gathered first. In one function, as each
 * call of one takes time, and global, so that it is verified once. */
__noinline int filter_any(const struct toc_filter_table *table, u32 part,
                          const struct call_state *st, long ret) {
    struct scratch *s = toc_scratch();
    struct filter_ctx ctx = {.table = table};

    if (!table || !s)
        return 1;
    if (st)
        facts_scalars(&s->facts, st, ret);
    if ((part & FILTER_EARLY && toc_filter_any_bit(table, &s->facts, 0, TOC_FILTER_EARLY)) ||
        (part & FILTER_LATE &&
         toc_filter_any_bit(table, &s->facts, TOC_FILTER_EARLY, TOC_FILTER_SLOTS)))
        return 1;
    ctx.facts = &s->facts;
    ctx.walk.at = part & FILTER_EARLY ? 0 : table->n_early;
    ctx.n = part & FILTER_LATE ? table->n : table->n_early;
    if (ctx.walk.at < ctx.n)
        bpf_loop(TOC_FILTER_ATOMS / FILTER_STRIDE, filter_step, &ctx, 0);
    return ctx.walk.found;
}

static __always_inline bool filter_asks(const struct toc_filter_table *table, u32 stage) {
    return table && table->stages >> stage & 1;
}

#define FILTER_FIRST 2 /* tests without a callback; often there are no more */

/* Whether a call whose arguments are in scratch.enter is needed as far as they say. In one
 * function, as each call of one takes time. */
static __always_inline int filter_arguments(const struct toc_filter_table *table, u32 kind) {
    struct scratch *s = toc_scratch();
    struct filter_ctx ctx = {.table = table};

    if (!table || !s)
        return 1;
    facts_arguments(&s->facts, &s->enter, kind, table->needs);
    if (table->any_slots & TOC_FILTER_BETWEEN(TOC_FILTER_ENTRY, TOC_FILTER_SLOTS) ||
        toc_filter_any_bit(table, &s->facts, 0, TOC_FILTER_ENTRY))
        return 1;
    ctx.facts = &s->facts;
    ctx.n = table->n;
    if (!filter_steps(&ctx, FILTER_FIRST))
        bpf_loop(TOC_FILTER_ATOMS / FILTER_STRIDE, filter_step, &ctx, 0);
    return ctx.walk.found;
}

/* Its arguments say that nobody needs it. */
static __always_inline bool filter_at_call(const struct toc_filter_table *table, struct scratch *s,
                                           struct task_struct *task, struct pt_regs *regs,
                                           u32 kind) {
    if (!filter_asks(table, TOC_FILTER_CALL))
        return false;
    toc_call_args(&s->enter, regs, kind);
    if (table->needs & FACTS_OF_CALLER)
        toc_proc_who(&s->enter.proc, task);
    return !filter_arguments(table, kind);
}

/* The socket says it. */
static __always_inline bool filter_at_socket(const struct toc_filter_table *table,
                                             struct scratch *s, const struct toc_wire_enter *rec,
                                             u32 kind) {
    if (!filter_asks(table, TOC_FILTER_SOCKET))
        return false;
    facts_call(rec, kind, table->needs);
    facts_socket(&s->facts, &rec->sock);
    return !filter_any(table, FILTER_ALL, 0, 0);
}

/* When it has returned. What came to be known until its result does not change any more: terms
 * of that alone are asked once. */
static __always_inline bool filter_late(const struct toc_filter_table *table) {
    return !filter_any(table, FILTER_LATE, 0, 0);
}

/* Its result says it. *ret_table becomes NULL when nothing need be asked any more: somebody needs
 * it in any case. */
static __always_inline bool filter_at_result(const struct toc_filter_table **ret_table,
                                             const struct call_state *st, long ret) {
    const struct toc_filter_table *table = *ret_table;

    if (!table)
        return false;
    if (filter_any(table, FILTER_EARLY, st, ret))
        *ret_table = 0;
    else if (filter_asks(table, TOC_FILTER_RESULT))
        return filter_late(table);
    return false;
}

/* Its memory says it, before anything is copied. */
static __always_inline bool filter_at_return(const struct toc_filter_table *table,
                                             struct call_state *st, long ret) {
    u32 parts = FACTS_ENTER | FACTS_SAME;

    if (!table)
        return false;
    if (filter_asks(table, TOC_FILTER_RETURN)) {
        same_facts(st, ret, table->needs, FACTS_ENTER);
        if (filter_late(table))
            return true;
        parts = FACTS_SAME;
    }
    return filter_asks(table, TOC_FILTER_EXIT) && same_facts(st, ret, table->needs, parts) &&
           filter_late(table);
}

/* The EXIT record is in scratch. */
static __always_inline bool filter_at_exit(const struct toc_filter_table *table,
                                           struct call_state *st) {
    if (!filter_asks(table, TOC_FILTER_EXIT))
        return false;
    facts_exit(st);
    return filter_late(table);
}
