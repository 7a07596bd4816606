// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// x86: which register holds what. Arguments of calls have numbers from 0.
#pragma once

#define TS_COMPAT 0x2

static __always_inline u32 machine_nr(const struct pt_regs *regs) {
    return regs->orig_ax;
}

static __always_inline u32 machine_abi(const struct task_struct *task, u32 nr) {
    if (task->thread_info.status & TS_COMPAT)
        return TOC_WIRE_I386;
    return nr & TOC_WIRE_X32_BIT ? TOC_WIRE_X32 : TOC_WIRE_X86_64;
}

#define MACHINE_GAP 337 /* below, nearly each number is a call's in every ABI */

static __always_inline u64 machine_arg(const struct pt_regs *regs, u32 abi, u32 i) {
    bool narrow = abi == TOC_WIRE_I386;

    switch (i) {
    case 0: return narrow ? regs->bx : regs->di;
    case 1: return narrow ? regs->cx : regs->si;
    case 2: return regs->dx;
    case 3: return narrow ? regs->si : regs->r10;
    case 4: return narrow ? regs->di : regs->r8;
    default: return narrow ? regs->bp : regs->r9;
    }
}

/* Registers hold -ENOSYS as the result while a call runs. */
static __always_inline bool machine_is_in_call(const struct pt_regs *regs) {
    return regs->ax == (unsigned long)-ENOSYS;
}

static __always_inline u16 machine_cs(const struct pt_regs *regs) {
    return regs->cs;
}

/* Of functions: their parameters, numbered from 0, and their result. */
static __always_inline u64 machine_parameter(const struct pt_regs *regs, u32 i) {
    switch (i) {
    case 0: return regs->di;
    case 1: return regs->si;
    case 2: return regs->dx;
    case 3: return regs->cx;
    default: return regs->r8;
    }
}

static __always_inline u64 machine_result(const struct pt_regs *regs) {
    return regs->ax;
}
