// SPDX-License-Identifier: Apache-2.0
// Makes a thread that stopped at a system call do others instead.
#include "source/ptrace_inject.h"

#include <sys/ptrace.h>

static const struct {
    const char *name;
    uint32_t number[TOC_WIRE_ABIS];
} calls[] = {
#define INJECT(name, x86_64, i386, x32)                                                            \
    [TOC_INJECT_##name] = {#name, {x86_64, i386, (x32) | TOC_WIRE_X32_BIT}},
#include "source/ptrace_inject.def"
};

static bool set_mask(struct toc_injector *in, uint64_t mask) {
    return ptrace(PTRACE_SETSIGMASK, in->tid, (void *)sizeof(mask), &mask) == 0;
}

static void hold_signals(struct toc_injector *in) {
    if (!in->masked)
        in->masked = set_mask(in, ~UINT64_C(0));
}

void toc_inject_open_to_signals(struct toc_injector *in) {
    if (in->masked)
        in->masked = !set_mask(in, in->mask);
}

bool toc_inject_begin(struct toc_injector *in, pid_t tid, uint32_t abi) {
    *in = (struct toc_injector){.tid = tid, .abi = abi};
    return ptrace(PTRACE_GETSIGMASK, tid, (void *)sizeof(in->mask), &in->mask) == 0 &&
           toc_regs_get(tid, &in->own);
}

bool toc_inject_own(struct toc_injector *in, uint64_t nr, const uint64_t args[6]) {
    toc_regs regs = in->own;

    for (unsigned i = 0; i < 6; i++)
        toc_regs_arg(&regs, in->abi, i, args[i]);
    if (in->behind)
        toc_regs_again(&regs, nr);
    else
        regs.orig_rax = nr;
    return toc_regs_set(in->tid, &regs);
}

bool toc_inject(struct toc_injector *in, const struct toc_injected *call, bool signals) {
    /* On its way back to the call instruction it would be given them as well. */
    if (in->behind || !signals)
        hold_signals(in);
    return toc_inject_own(in, calls[call->call].number[in->abi], call->args);
}

void toc_inject_skip(struct toc_injector *in, int64_t result) {
    toc_regs regs = in->own;

    toc_regs_skip(&regs, (int)-result);
    toc_regs_set(in->tid, &regs);
}

void toc_inject_end(struct toc_injector *in, int64_t result) {
    in->own.rax = (unsigned long long)result;
    toc_regs_set(in->tid, &in->own);
    toc_inject_open_to_signals(in);
}

const char *toc_inject_name(enum toc_inject call) {
    return calls[call].name;
}
