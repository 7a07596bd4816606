// SPDX-License-Identifier: Apache-2.0
// Sends whose arguments are copied before they are judged, and made with the copy: what was judged
// is what the kernel uses.
#pragma once

#include "source/ptrace_gate.h"
#include "source/ptrace_range.h"

/* Copies of all calls under way, together: 256 MiB. */
#define TOC_FREEZE_PAGES 65536u

struct toc_freezer {
    struct toc_ptrace_gate *gate;         /* borrowed */
    struct toc_ptrace_recorder *recorder; /* borrowed */
    bool quiet;                           /* records nothing, judges nothing new */
    struct toc_ranges ranges;
    size_t pages; /* that may still be kept */
    bool guarded; /* mappings cannot be sealed here: ptrace_guard.h */
    uint64_t guard_seq;
    const struct toc_tracees *tracees; /* borrowed */
};

static inline bool toc_freezer_wants(const struct toc_freezer *freezer, uint32_t kind) {
    const struct toc_gate *gate = freezer->gate->gate;

    return gate && !gate->monitor && gate->freezes >> TOC_KIND_EVENT(kind) & 1;
}

/* The thread stands before a call that the freezer wants. Until its `freeze` is NULL again, each of
 * its system call stops is for toc_freeze_stop, and it cannot be let go. */
void toc_freeze_enter(struct toc_freezer *freezer, struct toc_tracee *tracee, uint32_t kind,
                      uint64_t nr, const uint64_t args[6]);

/* It stopped at a system call that it was made to do: before it, or behind it, with that result. */
void toc_freeze_stop(struct toc_freezer *freezer, struct toc_tracee *tracee, bool behind,
                     int64_t result);

/* The thread is gone, or has other memory. */
void toc_freeze_drop(struct toc_tracee *tracee);
