// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What a filter may ask of a call: gathered from its records, by the rules of user space's events.
// In doubt a fact is not known, or has more bits than it need have.
#pragma once

#include "abi.h"
#include "facts_entry.h"
#include "maps.h"
#include "state.h"
#include "suspect.h"

#define fact(facts, slot, what)                                                                    \
    do {                                                                                           \
        (facts)->value[TOC_FILTER_##slot] = (what);                                                \
        (facts)->known |= 1ull << TOC_FILTER_##slot;                                               \
    } while (0)
#define fact_absent(facts, slot)                                                                   \
    do {                                                                                           \
        (facts)->value[TOC_FILTER_##slot] = 0;                                                     \
        (facts)->absent |= 1ull << TOC_FILTER_##slot;                                              \
    } while (0)

#define FACT(slot) (1ull << TOC_FILTER_##slot)
#define FACTS_OF_CALLER (FACT(PID) | FACT(TID) | FACT(UID) | FACT(GID) | FACT(TRACED))
#define FACTS_ALL ~0ull

static __always_inline void facts_caller(struct toc_filter_facts *f,
                                         const struct toc_wire_proc *proc) {
    fact(f, PID, proc->pid);
    fact(f, TID, proc->tid);
    fact(f, UID, proc->uid);
    fact(f, GID, proc->gid);
    fact(f, TRACED, proc->traced ? 2 : 1);
}

/* Its arguments and, where one of `needs` is of that, who makes it: what toc_proc_who has filled.
 */
static __always_inline void facts_arguments(struct toc_filter_facts *f,
                                            const struct toc_wire_enter *rec, u32 kind, u64 needs) {
    bool several = TOC_KIND_SHAPE(kind) == TOC_WIRE_SHAPE_BATCH;
    bool buffer = TOC_KIND_SHAPE(kind) == TOC_WIRE_SHAPE_BUFFER;
    u32 asked = several ? (u32)rec->arg[2] : 1;

    f->known = f->absent = 0;
    fact(f, EVENT, 1ull << TOC_KIND_EVENT(kind));
    fact(f, STAGE, 1); /* call */
    fact(f, ABI, 1ull << TOC_KIND_ABI(kind));
    fact(f, VIA, 1ull << TOC_KIND_VIA(kind));
    if (needs & FACTS_OF_CALLER)
        facts_caller(f, &rec->proc);
    if (rec->args_status != TOC_WIRE_OK)
        return;
    fact(f, FD, (s64)(s32)rec->arg[0]);
    fact(f, VEC_SPACE, facts_space(buffer ? 0 : rec->arg[1], 0, CALL_IS_32(kind)));
    fact(f, MSGS, asked ? 2 : 1);
    fact(f, REQUESTED, asked);
    fact(f, EFFECTIVE,
         TOC_KIND_IS_SEND(kind) && asked > TOC_WIRE_MAX_MSGS ? TOC_WIRE_MAX_MSGS : asked);
    fact(f, FLAGS, (u32)(several || buffer ? rec->arg[3] : rec->arg[2]));
    fact(f, TIMEOUT_SPACE, facts_space(rec->arg[4], 0, CALL_IS_32(kind)));
}

/* Global, so that it is verified once. */
__noinline int facts_call(const struct toc_wire_enter *rec, u32 kind, u64 needs) {
    struct scratch *s = toc_scratch();

    if (s && rec)
        facts_arguments(&s->facts, rec, kind, needs);
    return 0;
}

/* A raw socket keeps its protocol where others have their port. */
static __always_inline void facts_socket(struct toc_filter_facts *f,
                                         const struct toc_wire_sock *sock) {
    u16 family = *(u16 *)sock->local.bytes;

    if (sock->status != TOC_WIRE_OK) {
        fact_absent(f, FAMILY);
        fact_absent(f, TYPE);
        fact_absent(f, PROTOCOL);
        fact_absent(f, LOCAL_PORT);
        return;
    }
    fact(f, FAMILY, 1ull << (sock->family & 63));
    fact(f, TYPE, 1ull << (sock->type & 63));
    fact(f, PROTOCOL, sock->protocol);
    if (sock->local.status == TOC_WIRE_OK && (family == AF_INET || family == AF_INET6))
        fact(f, LOCAL_PORT, bpf_ntohs(*(u16 *)&sock->local.bytes[2]));
    else
        fact_absent(f, LOCAL_PORT);
}

static __always_inline void facts_timeout(struct toc_filter_facts *f,
                                          const struct toc_wire_timeout *t) {
    if (t->status != TOC_WIRE_OK) {
        fact_absent(f, TIMEOUT_SEC);
        fact_absent(f, TIMEOUT_NSEC);
        fact_absent(f, TIMEOUT_NS);
        return;
    }
    fact(f, TIMEOUT_SEC, t->sec);
    fact(f, TIMEOUT_NSEC, t->nsec);
    if (t->sec >= 0 && t->sec < 1 << 30 && t->nsec >= 0 && t->nsec < 1000000000)
        fact(f, TIMEOUT_NS, t->sec * 1000000000 + t->nsec);
}

static __always_inline void facts_result(struct toc_filter_facts *f, const struct call_state *st,
                                         long ret) {
    bool several = TOC_KIND_SHAPE(st->kind) == TOC_WIRE_SHAPE_BATCH;

    fact(f, RET, ret);
    fact(f, ERROR, ret < 0 && ret >= -4095 ? -ret : 0);
    fact(f, COMPLETED, several ? (ret > 0 ? (u32)ret : 0) : ret >= 0);
    if (!state_has_counts(st)) { /* nor will its record have any */
        fact_absent(f, KERNEL_SEEN);
        fact_absent(f, BYTES);
        return;
    }
    fact(f, KERNEL_SEEN, st->kernel_seen);
    fact(f, BYTES, st->bytes);
}

/* Whom the messages may have gone to or come from, beside those named at entry. */
static __always_inline void facts_peers(struct entry_facts *all, const struct call_state *st) {
    const struct toc_wire_addr *peer = &st->kept.rec.sock.peer;

    if (peer->status == TOC_WIRE_OK) {
        all->ports |= facts_port(peer->bytes);
        all->families |= facts_family(peer->bytes);
    }
    for (u32 i = 0; i < TOC_WIRE_PART_MSGS; i++) {
        if (i >= st->n_kernel + (st->name_pending != 0))
            break;
        if (!st->kernel[i].name_hook)
            continue;
        all->ports |= facts_port(st->kernel[i].name);
        all->families |= facts_family(st->kernel[i].name);
    }
}

/* When a call whose entry is kept has returned: what its record begins with, and the result. */
static __always_inline void facts_scalars(struct toc_filter_facts *f, const struct call_state *st,
                                          long ret) {
    facts_arguments(f, &st->kept.rec, st->kind, FACTS_ALL);
    facts_socket(f, &st->kept.rec.sock);
    if (st->kept.rec.proc.elf)
        fact(f, ELF, st->kept.rec.proc.elf);
    facts_result(f, st, ret);
}

struct facts_ctx {
    struct scratch *s;
    const struct call_state *st;
};

static long facts_exit_step(u32 i, struct facts_ctx *ctx) {
    struct scratch *s = ctx->s;

    if (i >= TOC_WIRE_PART_MSGS)
        return 1;
    index_part(i);
    facts_entry(&s->entry_facts, &s->entries[i], CALL_IS_32(ctx->st->kind));
    if (i < ctx->st->kept.rec.n_entries)
        s->entry_facts.differs |= facts_differ(&ctx->st->kept.entries[i], &s->entries[i],
                                               TOC_KIND_IS_SEND(ctx->st->kind));
    return 0;
}

/* Adds what the messages were at entry, which entry_facts has, and to the kernel. */
static __always_inline void facts_enter(struct toc_filter_facts *f, struct entry_facts *all,
                                        const struct call_state *st) {
    facts_timeout(f, &st->kept.rec.timeout);
    /* Of a message known from the kernel alone. */
    fact(f, STATUS, all->status | 1 << TOC_WIRE_ABSENT);
    fact(f, NAME_STATUS, all->name_status | 1 << TOC_WIRE_ABSENT);
    fact(f, IOV_STATUS, all->iov_status | 1 << TOC_WIRE_ABSENT);
    fact(f, NAME_SPACE, all->name_space);
    fact(f, IOV_SPACE, all->iov_space);
    fact(f, CONTROL_SPACE, all->control_space);
    fact(f, SEG_SPACE, all->seg_space);
    fact(f, IOV_COUNT, (s64)all->iov_count < 0 ? ~(1ull << 63) : all->iov_count);
    fact(f, ITEMS, all->has_items ? 2 : 1);
    fact(f, NAME_PORT, all->ports);
    facts_peers(all, st);
    fact(f, PEER_PORT, all->ports);
    fact(f, PEER_FAMILY, all->families);
    fact(f, CHANGED_KERNEL, st->name_pending || all->flow || suspect_has(st) ? ALL_BITS : 0);
}

static __always_inline void facts_end(struct toc_filter_facts *f, const struct call_state *st,
                                      const struct toc_wire_exit *rec) {
    const struct toc_wire_timeout *enter = &st->kept.rec.timeout, *end = &rec->timeout;
    bool same = enter->sec == end->sec && enter->nsec == end->nsec;

    fact(f, DURATION, rec->head.time - st->kept.rec.head.time);
    if (enter->status != TOC_WIRE_OK || end->status != TOC_WIRE_OK) {
        fact_absent(f, TIMEOUT_GREW);
    } else if (same) {
        fact(f, TIMEOUT_GREW, 1);
        if (f->known >> TOC_FILTER_TIMEOUT_NS & 1)
            fact(f, TIMEOUT_EXIT_NS, f->value[TOC_FILTER_TIMEOUT_NS]);
    }
}

/* What both views add up to: entry_facts has what both have in common and whether they differ. */
static __always_inline void facts_views(struct scratch *s, const struct call_state *st, u32 n_exit,
                                        bool lost) {
    u32 n_enter = st->kept.rec.n_entries, kind = st->kind;
    const struct entry_facts *all = &s->entry_facts;
    struct toc_filter_facts *f = &s->facts;
    u64 asked, changes = all->differs ? ALL_BITS : 0;

    fact(f, CAPTURED, n_enter > n_exit ? n_enter : n_exit);
    asked = f->value[TOC_KIND_IS_SEND(kind) ? TOC_FILTER_EFFECTIVE : TOC_FILTER_COMPLETED];
    fact(f, TRUNCATED, all->is_cut || lost || asked > n_enter || st->kernel_seen > n_enter ? 3 : 1);
    fact(f, SATURATED, all->is_huge || (s64)st->kept.rec.arg[2] < 0 ? ALL_BITS : 0);
    fact(f, EXIT_NAME_STATUS, all->exit_name_status | 1 << TOC_WIRE_ABSENT);
    fact(f, EXIT_NAME_LEN, all->exit_name_len);
    fact(f, EXIT_NAME_SPACE, all->name_space);
    fact(f, EXIT_IOV_SPACE, all->iov_space);
    fact(f, EXIT_CONTROL_SPACE, all->control_space);
    fact(f, EXIT_SEG_SPACE, all->seg_space);
    fact(f, CHANGED_EXIT, changes);
    fact(f, CHANGED, changes | f->value[TOC_FILTER_CHANGED_KERNEL]);
}

/* Adds what is in the EXIT record made in scratch, to what same_facts has left there. Global, so
 * that it is verified once. */
__noinline int facts_exit(struct call_state *st) {
    struct scratch *s = toc_scratch();
    struct facts_ctx ctx = {.s = s, .st = st};
    struct entry_facts *all;

    if (!s || !st)
        return 0;
    all = &s->entry_facts;
    all->name_status = all->name_len = 0;
    bpf_loop(s->exit.n_entries, facts_exit_step, &ctx, 0);
    all->exit_name_status = all->name_status;
    all->exit_name_len = all->name_len;
    facts_end(&s->facts, st, &s->exit);
    facts_views(s, st, s->exit.n_entries, s->exit.bits & TOC_WIRE_PART_LOST);
    return 0;
}
