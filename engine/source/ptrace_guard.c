// SPDX-License-Identifier: Apache-2.0
// Refuses calls that would change what is mapped at a range, where the kernel cannot seal it.
#include "source/ptrace_guard.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/kcmp.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "event/action.h"

#define MSEAL 462
#define PAGE 4096u
#define NONE UINT32_MAX
/* Inside i386 ipc. */
#define IPC_SHMAT 21

static const uint32_t numbers[][TOC_WIRE_ABIS] = {
#define GUARD(name, x86_64, i386, x32) [TOC_GUARD_##name] = {x86_64, i386, x32},
#include "source/ptrace_guard.def"
};

bool toc_gate_guards(const struct toc_gate *gate) {
    /* Where mseal is known, the address is wrong. */
    return gate && gate->freezes && !gate->monitor && syscall(MSEAL, 1, 0, 0) < 0 &&
           errno == ENOSYS;
}

static uint32_t abi_of(uint32_t arch, uint64_t nr) {
    if (arch == AUDIT_ARCH_I386)
        return TOC_WIRE_I386;
    return nr & TOC_WIRE_X32_BIT ? TOC_WIRE_X32 : TOC_WIRE_X86_64;
}

enum toc_guarded_call toc_guard_call(uint32_t arch, uint64_t nr) {
    uint32_t abi = abi_of(arch, nr), plain = (uint32_t)nr & ~TOC_WIRE_X32_BIT;

    for (unsigned i = 1; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        if (numbers[i][abi] == plain)
            return (enum toc_guarded_call)i;
    return TOC_GUARD_NONE;
}

static struct toc_span span(uint64_t at, uint64_t n) {
    struct toc_span s = {.at = at};

    if (__builtin_add_overflow(at, n, &s.end) || __builtin_add_overflow(s.end, PAGE - 1, &s.end))
        s.end = UINT64_MAX;
    s.end &= ~(uint64_t)(PAGE - 1);
    return s;
}

unsigned toc_guard_spans(enum toc_guarded_call call, bool narrow, const uint64_t args[6],
                         struct toc_span ret[2]) {
    uint64_t a[6];

    for (unsigned i = 0; i < 6; i++)
        a[i] = narrow ? (uint32_t)args[i] : args[i];
    ret[0] = span(a[0], a[1]);
    ret[1] = span(a[4], a[2]);
    switch (call) {
    case TOC_GUARD_munmap:
    case TOC_GUARD_mprotect:
    case TOC_GUARD_pkey_mprotect:
    case TOC_GUARD_remap_file_pages: return 1;
    case TOC_GUARD_mmap: return a[3] & MAP_FIXED ? 1 : 0;
    case TOC_GUARD_mremap: return a[3] & MREMAP_FIXED ? 2 : 1;
    /* How long what is attached is, only the kernel knows. */
    case TOC_GUARD_shmat: ret[0] = span(a[1], UINT64_MAX); return a[2] & SHM_REMAP ? 1 : 0;
    case TOC_GUARD_ipc:
        ret[0] = span(a[4], UINT64_MAX);
        return (a[0] & 0xffff) == IPC_SHMAT && a[2] & SHM_REMAP ? 1 : 0;
    /* Where the heap is said to end, brk unmaps. */
    case TOC_GUARD_prctl: ret[0] = span(0, UINT64_MAX); return (uint32_t)a[0] == PR_SET_MM ? 1 : 0;
    case TOC_GUARD_old_mmap:
    case TOC_GUARD_NONE: break;
    }
    return 0;
}

static bool shares_memory(pid_t one, pid_t other) {
    return one == other || syscall(SYS_kcmp, one, other, KCMP_VM, 0, 0) <= 0;
}

bool toc_guard_holds(const struct toc_ranges *ranges, pid_t pid, const struct toc_span *s) {
    for (const struct toc_range *range = ranges->first; range; range = range->next)
        if (s->at < range->at + TOC_RANGE_MAPPED && s->end > range->at &&
            shares_memory(range->pid, pid))
            return true;
    return false;
}

static void change(struct toc_tracee *t, const toc_regs *own, const toc_regs *regs) {
    t->saved = *own;
    t->changed = toc_regs_set(t->tid, regs);
}

/* Its arguments are in memory, where they could change: mmap2 has them in registers. */
static bool widen_old_mmap(struct toc_tracee *t, uint64_t args[6], toc_regs *regs) {
    const struct toc_ptrace_memory memory = {.tid = t->tid, .pagemap = t->facts.pagemap};
    uint32_t words[6];

    if (!toc_ptrace_read_one(&memory, (uint32_t)args[0], words, sizeof(words)) || words[5] % PAGE)
        return false;
    words[5] /= PAGE;
    regs->orig_rax = numbers[TOC_GUARD_mmap][TOC_WIRE_I386];
    for (unsigned i = 0; i < 6; i++) {
        args[i] = words[i];
        toc_regs_arg(regs, TOC_WIRE_I386, i, words[i]);
    }
    return true;
}

static bool is_held(const struct toc_ranges *ranges, struct toc_tracee *t,
                    enum toc_guarded_call call, bool narrow, const uint64_t args[6]) {
    struct toc_span spans[2];
    unsigned n = ranges->first ? toc_guard_spans(call, narrow, args, spans) : 0;
    bool held = false;

    for (unsigned i = 0; i < n; i++)
        held |= toc_guard_holds(ranges, (pid_t)t->facts.pid, &spans[i]);
    return held;
}

void toc_guard_enter(const struct toc_ranges *ranges, uint64_t *seq, struct toc_tracee *t,
                     uint32_t arch, uint64_t nr, const uint64_t args[6]) {
    enum toc_guarded_call call = toc_guard_call(arch, nr);
    bool narrow = abi_of(arch, nr) != TOC_WIRE_X86_64, good = true;
    uint64_t a[6];
    toc_regs own, regs;

    if (call == TOC_GUARD_NONE || !toc_regs_get(t->tid, &own))
        return;
    regs = own;
    if (!t->facts.tid)
        toc_ptrace_facts_open(&t->facts, t->tid);
    for (unsigned i = 0; i < 6; i++)
        a[i] = args[i];
    if (call == TOC_GUARD_old_mmap) {
        good = widen_old_mmap(t, a, &regs);
        call = TOC_GUARD_mmap;
    }
    if (!good || is_held(ranges, t, call, narrow, a)) {
        toc_regs_skip(&regs, good ? EPERM : EINVAL);
        change(t, &own, &regs);
        return;
    }
    if (regs.orig_rax != own.orig_rax)
        change(t, &own, &regs);
    t->guarded = ++*seq;
}

bool toc_guard_unsettled(const struct toc_tracees *all, uint64_t seq) {
    for (size_t i = 0; i < TOC_TRACEE_BUCKETS; i++)
        for (const struct toc_tracee *t = all->buckets[i]; t; t = t->next)
            if (t->guarded && t->guarded <= seq)
                return true;
    return false;
}
