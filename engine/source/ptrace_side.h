// SPDX-License-Identifier: Apache-2.0
// Calls that move no messages, from entry to return. Its rules are those of bpf/side.h.
#pragma once

#include "source/ptrace_record.h"

static inline bool toc_ptrace_is_side(uint32_t kind) {
    return TOC_KIND_SHAPE(kind) >= TOC_WIRE_SHAPE_WAIT;
}

/* As toc_ptrace_record_enter. */
void toc_ptrace_side_enter(struct toc_ptrace_recorder *recorder, struct toc_tracee *tracee,
                           uint32_t kind, uint64_t nr, const uint64_t args[6]);

/* As toc_ptrace_record_exit. True unless there was no room. */
bool toc_ptrace_side_exit(struct toc_ptrace_recorder *recorder, struct toc_tracee *tracee,
                          int64_t ret);
