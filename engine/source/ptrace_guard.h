// SPDX-License-Identifier: Apache-2.0
// Where the kernel cannot seal a mapping (mseal, Linux 6.10): the calls that would change what is
// mapped at a range are refused, and those under way are waited for.
#pragma once

#include "source/ptrace_memory.h"
#include "source/ptrace_range.h"
#include "source/ptrace_tracee.h"

struct toc_gate;

/* Whether this kernel needs it for what the gate (or NULL) wants frozen. */
bool toc_gate_guards(const struct toc_gate *gate);

enum toc_guarded_call {
    TOC_GUARD_NONE,
#define GUARD(name, x86_64, i386, x32) TOC_GUARD_##name,
#include "source/ptrace_guard.def"
};

/* Which one it is. arch: AUDIT_ARCH_*. */
enum toc_guarded_call toc_guard_call(uint32_t arch, uint64_t nr);

/* The addresses that it would change, up to two spans, each from `at` up to `end`; their number. */
struct toc_span {
    uint64_t at, end;
};
unsigned toc_guard_spans(enum toc_guarded_call call, bool narrow, const uint64_t args[6],
                         struct toc_span ret[2]);

/* Whether the process has a range there, or shares memory with one that has. */
bool toc_guard_holds(const struct toc_ranges *ranges, pid_t pid, const struct toc_span *span);

/* The thread stands before a system call. If it is one of these, it is refused, or has number *seq
 * in tracee->guarded until it stands behind it. */
void toc_guard_enter(const struct toc_ranges *ranges, uint64_t *seq, struct toc_tracee *tracee,
                     uint32_t arch, uint64_t nr, const uint64_t args[6]);

/* One of those numbered up to `seq` is still under way. */
bool toc_guard_unsettled(const struct toc_tracees *all, uint64_t seq);
