// SPDX-License-Identifier: Apache-2.0
// From a system call's number to one of the calls watched.
#include "source/ptrace_call.h"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include "event/variants.h"
#include "source/watched.h"

/* Requests of io_uring are no calls, and what is not seen to be sent only the kernel counts. */
uint64_t toc_ptrace_events(void) {
    return toc_watched_events() & ~(EVENT_URING | EV(tocsin_unexplained_send));
}

/* TOC_WIRE_ABIS: of none that is watched. */
static uint32_t abi_of(uint32_t arch, uint64_t nr) {
    if (arch == AUDIT_ARCH_I386)
        return TOC_WIRE_I386;
    if (arch != AUDIT_ARCH_X86_64)
        return TOC_WIRE_ABIS;
    return nr & TOC_WIRE_X32_BIT ? TOC_WIRE_X32 : TOC_WIRE_X86_64;
}

uint32_t toc_ptrace_kind(uint32_t arch, uint64_t nr, uint64_t arg0) {
    return toc_watched_kind(abi_of(arch, nr), (uint32_t)nr & ~TOC_WIRE_X32_BIT, (uint32_t)arg0);
}

bool toc_ptrace_is_unknown(uint32_t arch, uint64_t nr) {
    return !toc_wire_has_call(abi_of(arch, nr), (uint32_t)nr & ~TOC_WIRE_X32_BIT);
}

bool toc_ptrace_listens(uint32_t arch, uint64_t nr, const uint64_t args[6]) {
    uint32_t own = arch == AUDIT_ARCH_I386 ? TOC_SECCOMP_NR_32 : TOC_SECCOMP_NR_64;

    return ((uint32_t)nr & ~TOC_WIRE_X32_BIT) == own && args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER;
}
