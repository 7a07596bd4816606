// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// Whether anybody needs a call, decided where it is observed: tables and how they are evaluated.
// The same code runs in the kernel and in tests.
#pragma once

#include <linux/types.h>

enum toc_filter_slot {
#define SLOT(name, path, form, stage, names) TOC_FILTER_##name,
#include "event/filter_slots.def"
    TOC_FILTER_SLOTS,
    TOC_FILTER_ROOM = 64, /* a power of two */
};

/* What is known later includes what was known before. */
enum toc_filter_stage {
    TOC_FILTER_CALL,   /* the call begins: its arguments, who makes it */
    TOC_FILTER_SOCKET, /* and its socket */
    TOC_FILTER_RESULT, /* and its result */
    TOC_FILTER_RETURN, /* and memory at entry, and what the kernel used */
    TOC_FILTER_EXIT,   /* and memory at exit */
    TOC_FILTER_STAGES,
};

/* Slots are in the order of their stages: those of arguments come first, then others that are known
 * at the result. */
enum {
    TOC_FILTER_ENTRY = 0
#define SLOT(name, path, form, stage, names) +(TOC_FILTER_##stage == TOC_FILTER_CALL)
#include "event/filter_slots.def"
    ,
    TOC_FILTER_EARLY = 0
#define SLOT(name, path, form, stage, names) +(TOC_FILTER_##stage <= TOC_FILTER_RESULT)
#include "event/filter_slots.def"
};

/* One test, and whether a term ends with it: of the bits of a value, less another, which are at
 * most `span` above `low`. A range, bits of which one is set, and bits of which none is, are all
 * that. */
struct toc_filter_atom {
    __u8 slot;
    __u8 less;   /* the slot whose value is subtracted first; TOC_FILTER_SLOTS: none */
    __u8 last;   /* 0 or 1 */
    __u8 absent; /* what the test gives where the call has no such value */
    __u32 rest;  /* tests to leave out when this one fails: of its term, or of all that it guards */
    __u64 bits;
    __u64 low;
    __u64 span;
};

#define TOC_FILTER_ATOMS 96

/* A call is needed when every test of some term holds. Terms that share a test have it once, before
 * them all. */
struct toc_filter_table {
    __u32 decides; /* 0: every call is needed, whatever else is here */
    __u32 stages;  /* those, as bits, at which a table may already say no */
    __u64 needs;   /* slots that it looks at, as bits */
    __u16 n;
    __u16 n_early; /* the first of these: of terms that need no more than the result */
    __u32 pad;
    __u64 any_slots; /* those of which `any` has bits */
    /* Terms of one test, for bits in a slot's value: they are asked all at once. */
    __u64 any[TOC_FILTER_ROOM];
    struct toc_filter_atom atoms[TOC_FILTER_ATOMS];
};

/* The slots [from, to), which are constants, as bits. */
#define TOC_FILTER_BETWEEN(from, to) ((1ull << (to)) - (1ull << (from)))

/* A slot that is neither known nor absent passes every test. The value of one that is absent is 0,
 * as is that of TOC_FILTER_SLOTS, which stands for none. */
struct toc_filter_facts {
    __u64 known;
    __u64 absent;
    __u64 value[TOC_FILTER_ROOM];
};

static inline int toc_filter_test(const struct toc_filter_atom *atom,
                                  const struct toc_filter_facts *facts) {
    __u32 slot = atom->slot & (TOC_FILTER_ROOM - 1), less = atom->less & (TOC_FILTER_ROOM - 1);
    __u64 slots = (1ull << slot | 1ull << less) & TOC_FILTER_BETWEEN(0, TOC_FILTER_SLOTS);

    if (facts->absent & slots)
        return atom->absent;
    if (slots & ~facts->known)
        return 1;
    return ((facts->value[slot] - facts->value[less]) & atom->bits) - atom->low <= atom->span;
}

/* Hides a value from the kernel's verifier: paths through one test meet again before the next. */
#ifdef __bpf__
#define toc_filter_blur(x) asm volatile("" : "+r"(x))
#else
#define toc_filter_blur(x) (void)(x)
#endif

/* Whether one of the bits in `any` is set in the slots [from, to). Without a branch for each, tens
 * of slots cost as much as a few tests. */
static inline __attribute__((always_inline)) int
toc_filter_any_bit(const struct toc_filter_table *table, const struct toc_filter_facts *facts,
                   __u32 from, __u32 to) {
    __u64 found = table->any_slots & TOC_FILTER_BETWEEN(from, to) & ~facts->known & ~facts->absent;

#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
    for (__u32 slot = from; slot < to; slot++) {
        found |= facts->value[slot] & table->any[slot];
        toc_filter_blur(found); /* else all of them would be loaded first, into too few registers */
    }
    return found != 0;
}

/* Terms on the way through a table. */
struct toc_filter_walk {
    __u32 at;    /* the next test */
    __u32 found; /* all tests of some term hold */
};

/* The next test; 1 ends the walk. */
static inline int toc_filter_step(const struct toc_filter_table *table,
                                  const struct toc_filter_facts *facts,
                                  struct toc_filter_walk *walk) {
    const struct toc_filter_atom *atom;
    __u32 at = walk->at, holds;

    toc_filter_blur(at);
    if (at >= TOC_FILTER_ATOMS)
        return 1;
    atom = &table->atoms[at];
    holds = (__u32)toc_filter_test(atom, facts);
    toc_filter_blur(holds);
    walk->found = atom->last & holds;
    walk->at = at + 1 + (atom->rest & (holds - 1)); /* a term that fails is left */
    return (int)walk->found;
}

#ifndef __bpf__
/* Whether all tests of one of the terms hold, of the first n tests. */
static inline int toc_filter_walk_all(const struct toc_filter_table *table,
                                      const struct toc_filter_facts *facts, __u32 n) {
    struct toc_filter_walk walk = {0};

    while (walk.at < n && !toc_filter_step(table, facts, &walk))
        continue;
    return (int)walk.found;
}

/* Whether the call is needed as far as is known. */
static inline int toc_filter_passes(const struct toc_filter_table *table,
                                    const struct toc_filter_facts *facts) {
    return !table->decides || toc_filter_any_bit(table, facts, 0, TOC_FILTER_SLOTS) ||
           toc_filter_walk_all(table, facts, table->n);
}

/* Whether it is whatever else comes to be known: facts are those at the result. */
static inline int toc_filter_is_sure(const struct toc_filter_table *table,
                                     const struct toc_filter_facts *facts) {
    return toc_filter_any_bit(table, facts, 0, TOC_FILTER_EARLY) ||
           toc_filter_walk_all(table, facts, table->n_early);
}

/* No call is needed. */
static inline int toc_filter_is_empty(const struct toc_filter_table *table) {
    return table->decides && !table->n && !table->any_slots;
}
#endif
