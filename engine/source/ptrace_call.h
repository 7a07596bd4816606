// SPDX-License-Identifier: Apache-2.0
// From a system call's number to one of the calls watched, and the filter that finds those.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/wire.h"

struct toc_ptrace_kind {
    uint8_t event; /* enum toc_wire_event; 0: not watched */
    uint8_t abi, via, time;
};

/* arch: AUDIT_ARCH_*; arg0 selects the call inside i386 socketcall. */
struct toc_ptrace_kind toc_ptrace_kind(uint32_t arch, uint64_t nr, uint64_t arg0);

static inline bool toc_ptrace_is_send(const struct toc_ptrace_kind *kind) {
    return kind->event == TOC_WIRE_SENDMMSG;
}

/* Makes the calling process, and all it will start, stop for its tracer at the calls watched and at
 * no other. It cannot be undone: without a tracer such calls fail with ENOSYS from then on. Without
 * privilege it also gives up gaining any by setuid programs. 0 or an errno. Safe after fork. */
int toc_ptrace_filter_install(void);
