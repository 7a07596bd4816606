// SPDX-License-Identifier: Apache-2.0
// From a system call's number to one of the calls watched, and the filter that finds those.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/wire_calls.h"

struct toc_gate;

/* TOC_WIRE_KIND of a call watched, or 0. arch: AUDIT_ARCH_*; arg0 selects the call inside i386
 * socketcall. */
uint32_t toc_ptrace_kind(uint32_t arch, uint64_t nr, uint64_t arg0);

/* Whether no call of its ABI has that number. */
bool toc_ptrace_is_unknown(uint32_t arch, uint64_t nr);

/* seccomp(2), which takes its flags as second argument. */
#define TOC_SECCOMP_NR_64 317u
#define TOC_SECCOMP_NR_32 354u

/* Whether the call installs a seccomp filter with a listener. Who owns that answers calls before
 * our filter has a say in them, and may let them go on: from then on only a thread that stops at
 * each system call shows them. arch: AUDIT_ARCH_*. */
bool toc_ptrace_listens(uint32_t arch, uint64_t nr, const uint64_t args[6]);

/* Events that this source can give, as bits. */
uint64_t toc_ptrace_events(void);

/* Where a process stops for its tracer. */
struct toc_ptrace_filter {
    uint64_t events; /* at the calls of these, and at numbers that no call has */
    bool guarded;    /* and at those of ptrace_guard.def that may change what is mapped somewhere */
};

/* What these events (as bits; 0: all) and that gate (or NULL) need. */
struct toc_ptrace_filter toc_ptrace_filter_for(uint64_t events, const struct toc_gate *gate);

/* What the filter's stops say: those of the program's own filters say something else. */
#define TOC_PTRACE_FILTER_MARK 0x746fu

/* Makes the calling process, and all it will start, stop there and at no other call but those of
 * toc_ptrace_listens. It cannot be undone: without a tracer such calls fail with ENOSYS from then
 * on. Without privilege it also gives up gaining any by setuid programs. 0 or an errno. Safe after
 * fork.
 * filter: a struct toc_ptrace_filter. */
int toc_ptrace_filter_install(const void *filter);
