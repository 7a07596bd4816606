// SPDX-License-Identifier: Apache-2.0
// The registers of a thread that stands at a system call.
#include "source/ptrace_regs.h"

#include <stddef.h>
#include <sys/ptrace.h>

/* syscall and int 0x80; behind sysenter stands an int 0x80 for this very purpose. */
#define CALL_BYTES 2

bool toc_regs_get(pid_t tid, toc_regs *ret) {
    return ptrace(PTRACE_GETREGS, tid, NULL, ret) == 0;
}

bool toc_regs_set(pid_t tid, const toc_regs *regs) {
    return ptrace(PTRACE_SETREGS, tid, NULL, (void *)(uintptr_t)regs) == 0;
}

void toc_regs_arg(toc_regs *r, uint32_t abi, unsigned arg, uint64_t value) {
    unsigned long long *wide[] = {&r->rdi, &r->rsi, &r->rdx, &r->r10, &r->r8, &r->r9};
    unsigned long long *narrow[] = {&r->rbx, &r->rcx, &r->rdx, &r->rsi, &r->rdi, &r->rbp};

    if (abi == TOC_WIRE_I386)
        *narrow[arg] = (uint32_t)value;
    else
        *wide[arg] = value;
}

void toc_regs_skip(toc_regs *regs, int error) {
    regs->orig_rax = (unsigned long long)-1;
    regs->rax = (unsigned long long)(long long)-error;
}

void toc_regs_again(toc_regs *regs, uint64_t nr) {
    regs->rip -= CALL_BYTES;
    regs->rax = nr;
    regs->orig_rax = (unsigned long long)-1; /* the kernel restarts nothing on its own */
}
