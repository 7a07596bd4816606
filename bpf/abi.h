// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// From a system call number and registers to one of the calls watched and its arguments.
#pragma once

#include "maps.h"

/* A call watched, as one number: event, abi, via, timeout layout. 0: not watched. */
#define CALL(event, abi, via, time)                                                                \
    (0x80000000u | (time) << 24 | (via) << 16 | (abi) << 8 | (event))
#define CALL_EVENT(kind) ((kind)&0xff)
#define CALL_ABI(kind) ((kind) >> 8 & 0xff)
#define CALL_VIA(kind) ((kind) >> 16 & 0xff)
#define CALL_TIME(kind) ((kind) >> 24 & 0x7f)
#define CALL_IS_SEND(kind) (CALL_EVENT(kind) == TOC_WIRE_SENDMMSG)
#define CALL_IS_32(kind) (CALL_ABI(kind) != TOC_WIRE_X86_64)
#define KEY(abi, nr) ((abi) << 16 | (nr))

static __always_inline u32 toc_abi(struct task_struct *task, u32 nr) {
    if (task->thread_info.status & TS_COMPAT)
        return TOC_WIRE_I386;
    return nr & TOC_WIRE_X32_BIT ? TOC_WIRE_X32 : TOC_WIRE_X86_64;
}

static __always_inline u32 toc_socketcall_kind(u32 subcall) {
    switch (subcall) {
#define TOC_WIRE_SUBCALL(nr, event, time)                                                          \
    case nr: return CALL(TOC_WIRE_##event, TOC_WIRE_I386, TOC_WIRE_SOCKETCALL, TOC_WIRE_##time);
        TOC_WIRE_SUBCALLS
#undef TOC_WIRE_SUBCALL
    }
    return 0;
}

static __always_inline u32 toc_kind_of(u32 abi, u32 nr, u32 subcall) {
    switch (KEY(abi, nr)) {
#define TOC_WIRE_CALL(abi, nr, event, time)                                                        \
    case KEY(TOC_WIRE_##abi, nr):                                                                  \
        return CALL(TOC_WIRE_##event, TOC_WIRE_##abi, TOC_WIRE_SYSCALL, TOC_WIRE_##time);
        TOC_WIRE_CALLS
#undef TOC_WIRE_CALL
    case KEY(TOC_WIRE_I386, TOC_WIRE_NR_SOCKETCALL): return toc_socketcall_kind(subcall);
    }
    return 0;
}

/* False for numbers that are of no interest in any ABI. */
static __always_inline bool toc_may_watch(u32 nr) {
#define TOC_WIRE_CALL(abi, watched, event, time) nr == (watched) ||
    return TOC_WIRE_CALLS nr == TOC_WIRE_NR_SOCKETCALL;
#undef TOC_WIRE_CALL
}

/* Runs on every system call of the machine. */
static __always_inline u32 toc_call_kind(struct pt_regs *regs, u32 nr) {
    u32 plain = nr & ~TOC_WIRE_X32_BIT;

    if (!toc_may_watch(plain))
        return 0;
    return toc_kind_of(toc_abi(bpf_get_current_task_btf(), nr), plain, regs->bx);
}

/* socketcall's arguments are in user memory themselves. */
static __always_inline void toc_socketcall_args(struct toc_wire_enter *rec, u64 array) {
    u32 words[5] = {};
    u32 n = rec->event == TOC_WIRE_SENDMMSG ? 4 : 5;

    rec->args_status = TOC_WIRE_FAULT;
    if (bpf_probe_read_user(words, n * sizeof(words[0]), (void *)(u64)(u32)array))
        __builtin_memset(words, 0, sizeof(words));
    else
        rec->args_status = TOC_WIRE_OK;
    for (int i = 0; i < 5; i++)
        rec->arg[i] = words[i];
}

/* Whole registers: what is in the high halves of narrow arguments is evidence, too. */
static __always_inline void toc_call_args(struct toc_wire_enter *rec, struct pt_regs *regs,
                                          u32 kind) {
    rec->args_status = TOC_WIRE_OK;
    rec->arg[5] = 0;
    if (CALL_VIA(kind) == TOC_WIRE_SOCKETCALL) {
        toc_socketcall_args(rec, regs->cx);
    } else if (CALL_ABI(kind) == TOC_WIRE_I386) {
        rec->arg[0] = regs->bx;
        rec->arg[1] = regs->cx;
        rec->arg[2] = regs->dx;
        rec->arg[3] = regs->si;
        rec->arg[4] = regs->di;
    } else {
        rec->arg[0] = regs->di;
        rec->arg[1] = regs->si;
        rec->arg[2] = regs->dx;
        rec->arg[3] = regs->r10;
        rec->arg[4] = regs->r8;
    }
}

/* A pointer argument as the kernel takes it. */
static __always_inline u64 toc_user_ptr(u32 kind, u64 arg) {
    return CALL_ABI(kind) == TOC_WIRE_I386 ? (u32)arg : arg;
}
