// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// arm64: which register holds what. Arguments of calls have numbers from 0. Compiled and tested on
// made-up registers; no such machine was tried.
#pragma once

#define TIF_32BIT 22 /* bit of the flags of a thread: it is in a call of a 32-bit program */

static __always_inline u32 machine_nr(const struct pt_regs *regs) {
    return (u32)regs->syscallno;
}

static __always_inline u32 machine_abi(const struct task_struct *task, u32 nr) {
    (void)nr;
    return task->thread_info.flags & 1ul << TIF_32BIT ? TOC_WIRE_ARM : TOC_WIRE_ARM64;
}

#define MACHINE_GAP 295 /* below, nearly each number is a call's in every ABI */

/* The first argument is kept apart, as the result takes its register. */
static __always_inline u64 machine_arg(const struct pt_regs *regs, u32 abi, u32 i) {
    (void)abi;
    switch (i) {
    case 0: return regs->orig_x0;
    case 1: return regs->regs[1];
    case 2: return regs->regs[2];
    case 3: return regs->regs[3];
    case 4: return regs->regs[4];
    default: return regs->regs[5];
    }
}

/* -1 where another exception than a call brought the thread into the kernel. What is done on the
 * way back from a call cannot be told from the call. */
static __always_inline bool machine_is_in_call(const struct pt_regs *regs) {
    return regs->syscallno >= 0;
}

/* There is none. */
static __always_inline u16 machine_cs(const struct pt_regs *regs) {
    (void)regs;
    return 0;
}

/* Of functions: their parameters, numbered from 0, and their result. */
static __always_inline u64 machine_parameter(const struct pt_regs *regs, u32 i) {
    switch (i) {
    case 0: return regs->regs[0];
    case 1: return regs->regs[1];
    case 2: return regs->regs[2];
    case 3: return regs->regs[3];
    default: return regs->regs[4];
    }
}

static __always_inline u64 machine_result(const struct pt_regs *regs) {
    return regs->regs[0];
}
