// SPDX-License-Identifier: Apache-2.0
// From a system call's number to one of the calls watched.
#include "source/ptrace_call.h"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include "source/watched.h"

uint64_t toc_ptrace_events(void) {
    uint64_t events = 0;

#define CALL(abi, number, kind)                                                                    \
    if (toc_ptrace_reads(kind))                                                                    \
        events |= UINT64_C(1) << TOC_KIND_EVENT(kind);
#define SUBCALL(number, kind)
#include "event/wire_calls.def"
    return events;
}

uint32_t toc_ptrace_kind(uint32_t arch, uint64_t nr, uint64_t arg0) {
    uint32_t plain = (uint32_t)nr & ~TOC_WIRE_X32_BIT, abi, kind;

    if (arch == AUDIT_ARCH_I386)
        abi = TOC_WIRE_I386;
    else if (arch == AUDIT_ARCH_X86_64)
        abi = nr & TOC_WIRE_X32_BIT ? TOC_WIRE_X32 : TOC_WIRE_X86_64;
    else
        return 0;
    kind = toc_watched_kind(abi, plain, (uint32_t)arg0);
    return toc_ptrace_reads(kind) ? kind : 0;
}

bool toc_ptrace_listens(uint32_t arch, uint64_t nr, const uint64_t args[6]) {
    uint32_t own = arch == AUDIT_ARCH_I386 ? TOC_SECCOMP_NR_32 : TOC_SECCOMP_NR_64;

    return ((uint32_t)nr & ~TOC_WIRE_X32_BIT) == own && args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER;
}
