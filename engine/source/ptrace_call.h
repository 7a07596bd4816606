// SPDX-License-Identifier: Apache-2.0
// From a system call's number to one of the calls watched, and the filter that finds those.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/wire_calls.h"

/* TOC_WIRE_KIND of a call that this source reads, or 0. arch: AUDIT_ARCH_*; arg0 selects the call
 * inside i386 socketcall. */
uint32_t toc_ptrace_kind(uint32_t arch, uint64_t nr, uint64_t arg0);

/* Whether this source reads calls of that kind. */
static inline bool toc_ptrace_reads(uint32_t kind) {
    return TOC_KIND_SHAPE(kind) == TOC_WIRE_SHAPE_BATCH;
}

/* seccomp(2), which takes its flags as second argument. */
#define TOC_SECCOMP_NR_64 317u
#define TOC_SECCOMP_NR_32 354u

/* Whether the call installs a seccomp filter with a listener. Who owns that answers calls before
 * our filter has a say in them, and may let them go on: from then on only a thread that stops at
 * each system call shows them. arch: AUDIT_ARCH_*. */
bool toc_ptrace_listens(uint32_t arch, uint64_t nr, const uint64_t args[6]);

/* Events that this source gives, as bits. */
uint64_t toc_ptrace_events(void);

/* Makes the calling process, and all it will start, stop for its tracer at the calls watched and at
 * no other but those of toc_ptrace_listens. It cannot be undone: without a tracer such calls fail
 * with ENOSYS from then on. Without privilege it also gives up gaining any by setuid programs. 0 or
 * an errno. Safe after fork. */
int toc_ptrace_filter_install(void);

/* The same, and at those of ptrace_guard.def that may change what is mapped where something is. */
int toc_ptrace_filter_install_guarded(void);
