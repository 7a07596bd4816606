// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// From a system call number and registers to one of the calls watched and its arguments.
#pragma once

#include "cast.h"
#include "machine.h"
#include "maps.h"

#define CALL_HEARTBEAT 0x80u /* a bit of kind that its macros leave alone */
#define CALL_IS_32(kind) (TOC_KIND_ABI(kind) != TOC_WIRE_NATIVE)
/* The kernel handles each of its messages in ____sys_sendmsg or ____sys_recvmsg. */
#define CALL_HAS_HEADERS(kind)                                                                     \
    (TOC_KIND_SHAPE(kind) == TOC_WIRE_SHAPE_BATCH || TOC_KIND_SHAPE(kind) == TOC_WIRE_SHAPE_MSG)

/* Tables rather than comparisons: the verifier then walks what follows once, not for each row. */
static const u32 toc_kinds[TOC_WIRE_ABIS][TOC_WIRE_NUMBERS] = {
#define CALL(abi, number, kind) [abi][number] = (kind),
#define SUBCALL(number, kind)
#include "event/wire_calls.def"
};
static const u32 toc_subkinds[TOC_WIRE_SUBCALLS] = {
#define CALL(abi, number, kind)
#define SUBCALL(number, kind) [number] = (kind),
#include "event/wire_calls.def"
};

/* nr is without the x32 bit. 0: not watched. */
static __always_inline u32 toc_kind_of(u32 abi, u32 nr, u32 subcall) {
    if (abi == TOC_WIRE_I386 && nr == TOC_WIRE_NR_SOCKETCALL) {
        if (subcall >= TOC_WIRE_SUBCALLS)
            return 0;
        index_subcall(subcall);
        return toc_subkinds[subcall];
    }
    return nr < TOC_WIRE_NUMBERS && abi < TOC_WIRE_ABIS ? toc_kinds[abi][nr] : 0;
}

static __always_inline bool toc_is_wanted(u32 kind) {
    return toc_wanted >> TOC_KIND_EVENT(kind) & 1;
}

/* Runs on every system call of the machine: the ABIs, as bits, in which a call of that number is of
 * interest. Mostly none. */
static __always_inline u32 toc_call_abis(const u8 *numbers, u32 nr) {
    u32 plain = nr & ~TOC_WIRE_X32_BIT;

    return plain < TOC_WIRE_NUMBERS ? numbers[plain] : 0;
}

static __always_inline u32 toc_call_kind(u32 abis, const struct task_struct *task,
                                         struct pt_regs *regs, u32 nr) {
    u32 abi = machine_abi(task, nr);

    return abis >> abi & 1 ? toc_kind_of(abi, nr & ~TOC_WIRE_X32_BIT, machine_arg(regs, abi, 0))
                           : 0;
}

/* Runs on every call that is not watched. */
static __always_inline bool toc_is_unknown(u32 nr) {
    u32 plain = nr & ~TOC_WIRE_X32_BIT;

    if (plain < MACHINE_GAP || (plain >= TOC_WIRE_SHARED && plain < TOC_WIRE_SHARED_END))
        return false;
    return !toc_wire_has_call(machine_abi(toc_task(), nr), plain);
}

/* socketcall's arguments are in user memory themselves. */
static __always_inline void toc_socketcall_args(struct toc_wire_enter *rec, u32 subcall,
                                                u64 array) {
    u32 words[TOC_WIRE_ARGS] = {};
    u32 size;

    rec->args_at = (u32)array;
    rec->subcall = subcall;
    index_subcall(subcall);
    size = TOC_WIRE_SUBCALL_ARGS(subcall) * sizeof(words[0]);
    rec->args_status = TOC_WIRE_FAULT;
    opaque(size);
    if (size > sizeof(words))
        size = sizeof(words);
    if (bpf_probe_read_user(words, size, (void *)rec->args_at))
        __builtin_memset(words, 0, sizeof(words));
    else
        rec->args_status = TOC_WIRE_OK;
    for (int i = 0; i < TOC_WIRE_ARGS; i++)
        rec->arg[i] = words[i];
}

/* Whole registers: what is in the high halves of narrow arguments is evidence, too. */
static __always_inline void toc_call_args(struct toc_wire_enter *rec, struct pt_regs *regs,
                                          u32 kind) {
    u32 abi = TOC_KIND_ABI(kind);

    rec->args_at = rec->subcall = 0;
    rec->args_status = TOC_WIRE_OK;
    if (TOC_KIND_VIA(kind) == TOC_WIRE_SOCKETCALL) {
        toc_socketcall_args(rec, machine_arg(regs, abi, 0), machine_arg(regs, abi, 1));
        return;
    }
    for (u32 i = 0; i < TOC_WIRE_ARGS; i++)
        rec->arg[i] = machine_arg(regs, abi, i);
}

/* A pointer argument as the kernel takes it. */
static __always_inline u64 toc_user_ptr(u32 kind, u64 arg) {
    return TOC_KIND_ABI(kind) == TOC_WIRE_COMPAT ? (u32)arg : arg;
}
