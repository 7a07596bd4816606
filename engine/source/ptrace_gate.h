// SPDX-License-Identifier: Apache-2.0
// Decides calls before they are let in, and does what was decided.
#pragma once

#include "source/compose.h"
#include "source/ptrace_record.h"

struct toc_ptrace_gate {
    const struct toc_gate *gate; /* borrowed; NULL: nothing is decided */
    struct toc_composer composer;
    struct toc_identities *identities;
    struct toc_buf held; /* the records of the call at hand */
};

/* What a call at the gate is to be. */
enum toc_gate_way {
    TOC_GATE_PASS,
    TOC_GATE_DENY,
    TOC_GATE_SET,
};

/* 0 or -errno. */
int toc_ptrace_gate_open(const struct toc_gate *gate, struct toc_ptrace_gate *ret);

static inline bool toc_ptrace_gate_wants(const struct toc_ptrace_gate *gate, uint32_t kind) {
    return gate->gate && gate->gate->events >> TOC_KIND_EVENT(kind) & 1;
}

/* The thread stands before a call that the gate wants: it is recorded, decided, and told what was
 * done. It can then go on. */
void toc_ptrace_gate_enter(struct toc_ptrace_gate *gate, struct toc_ptrace_recorder *recorder,
                           struct toc_tracee *tracee, uint32_t kind, uint64_t nr,
                           const uint64_t args[6]);

/* It stands behind one whose registers were changed: they are as before again, but for the result.
 */
void toc_ptrace_gate_exit(struct toc_tracee *tracee);
