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

/* Events that this source gives, as bits. */
uint64_t toc_ptrace_events(void);

/* Makes the calling process, and all it will start, stop for its tracer at the calls watched and at
 * no other. It cannot be undone: without a tracer such calls fail with ENOSYS from then on. Without
 * privilege it also gives up gaining any by setuid programs. 0 or an errno. Safe after fork. */
int toc_ptrace_filter_install(void);

/* The same, and at those of ptrace_guard.def that may change what is mapped where something is. */
int toc_ptrace_filter_install_guarded(void);
