// SPDX-License-Identifier: Apache-2.0
// From a system call's number to one of the calls watched.
#include "source/ptrace_call.h"

#include <linux/audit.h>

static bool is_call(struct toc_ptrace_kind *kind, uint32_t abi, uint32_t nr) {
    static const struct {
        uint32_t nr;
        struct toc_ptrace_kind kind;
    } calls[] = {
#define TOC_WIRE_CALL(abi, nr, event, time)                                                        \
    {nr, {TOC_WIRE_##event, TOC_WIRE_##abi, TOC_WIRE_SYSCALL, TOC_WIRE_##time}},
        TOC_WIRE_CALLS
#undef TOC_WIRE_CALL
    };

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (calls[i].nr == nr && calls[i].kind.abi == abi) {
            *kind = calls[i].kind;
            return true;
        }
    return false;
}

static void subcall(struct toc_ptrace_kind *kind, uint32_t number) {
    static const struct {
        uint32_t nr;
        struct toc_ptrace_kind kind;
    } calls[] = {
#define TOC_WIRE_SUBCALL(nr, event, time)                                                          \
    {nr, {TOC_WIRE_##event, TOC_WIRE_I386, TOC_WIRE_SOCKETCALL, TOC_WIRE_##time}},
        TOC_WIRE_SUBCALLS
#undef TOC_WIRE_SUBCALL
    };

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (calls[i].nr == number)
            *kind = calls[i].kind;
}

struct toc_ptrace_kind toc_ptrace_kind(uint32_t arch, uint64_t nr, uint64_t arg0) {
    uint32_t plain = (uint32_t)nr & ~TOC_WIRE_X32_BIT;
    struct toc_ptrace_kind kind = {0};
    uint32_t abi;

    if (arch == AUDIT_ARCH_I386)
        abi = TOC_WIRE_I386;
    else if (arch == AUDIT_ARCH_X86_64)
        abi = nr & TOC_WIRE_X32_BIT ? TOC_WIRE_X32 : TOC_WIRE_X86_64;
    else
        return kind;
    if (!is_call(&kind, abi, plain) && abi == TOC_WIRE_I386 && plain == TOC_WIRE_NR_SOCKETCALL)
        subcall(&kind, (uint32_t)arg0);
    return kind;
}
