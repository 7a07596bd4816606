// SPDX-License-Identifier: Apache-2.0
// Decides calls before they are let in, and does what was decided.
#pragma once

#include "source/compose.h"
#include "source/ptrace_done.h"
#include "source/ptrace_record.h"

/* A call at the gate. */
struct toc_held {
    struct toc_buf records; /* its own, which go out once it is told what is done */
    struct toc_decision decision;
    struct toc_asked asked[TOC_MAX_ACTIONS];
    uint64_t args[6];
};

struct toc_ptrace_gate {
    const struct toc_gate *gate; /* borrowed; NULL: nothing is decided */
    struct toc_composer composer;
    struct toc_identities *identities;
    struct toc_held held; /* the call at hand, of those that are let go at once */
};

/* 0 or -errno. */
int toc_ptrace_gate_open(const struct toc_gate *gate, struct toc_ptrace_gate *ret);

/* Rules may look at events of calls that are not decided. */
static inline bool toc_ptrace_gate_wants(const struct toc_ptrace_gate *gate, uint32_t kind) {
    return gate->gate && TOC_KIND_HAS_MSGS(kind) && gate->gate->events >> TOC_KIND_EVENT(kind) & 1;
}

/* The thread stands before a call that the gate wants: it is recorded, decided, and told what was
 * done. It can then go on. */
void toc_ptrace_gate_enter(struct toc_ptrace_gate *gate, struct toc_ptrace_recorder *recorder,
                           struct toc_tracee *tracee, uint32_t kind, uint64_t nr,
                           const uint64_t args[6]);

/* The first half of it: records and decides. Its records are empty at first. */
void toc_ptrace_gate_judge(struct toc_ptrace_gate *gate, struct toc_ptrace_recorder *recorder,
                           struct toc_tracee *tracee, uint32_t kind, uint64_t nr,
                           const uint64_t args[6], struct toc_held *held);

/* Tells what is done about it. */
void toc_ptrace_gate_tell(struct toc_ptrace_recorder *recorder, struct toc_tracee *tracee,
                          struct toc_held *held);

/* It stands behind one whose registers were changed: they are as before again, but for the result.
 */
void toc_ptrace_gate_exit(struct toc_tracee *tracee);
