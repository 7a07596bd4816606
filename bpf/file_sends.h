// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Messages sent by calls made for files, where nothing in the kernel counts what is
// sent: found by their results.
#pragma once

#include "abi.h"
#include "sends.h"

/* Which argument is the descriptor written to, from 1: of write, writev, sendfile, splice, pwritev
 * and pwritev2; the kernel's interface. */
static const u8 file_slots[TOC_WIRE_ABIS][TOC_WIRE_NUMBERS] = {
    [TOC_WIRE_ARM64] = {[64] = 1, [66] = 1, [71] = 1, [76] = 3, [70] = 1, [287] = 1},
    [TOC_WIRE_ARM] = {[4] = 1, [146] = 1, [187] = 1, [239] = 1, [340] = 3, [362] = 1, [393] = 1},
    [TOC_WIRE_X86_64] = {[1] = 1, [20] = 1, [40] = 1, [275] = 3, [296] = 1, [328] = 1},
    [TOC_WIRE_X32] = {[1] = 1, [40] = 1, [275] = 3, [516] = 1, [535] = 1, [547] = 1},
    [TOC_WIRE_I386] = {[4] = 1, [146] = 1, [187] = 1, [239] = 1, [313] = 3, [334] = 1, [379] = 1},
};

static __always_inline u32 file_slot(u32 abi, u32 nr) {
    return abi < TOC_WIRE_ABIS && nr < TOC_WIRE_NUMBERS ? file_slots[abi][nr] : 0;
}

/* A call returns. */
static __always_inline void file_sends_call(struct task_struct *task, struct pt_regs *regs,
                                            u32 number, long ret) {
    struct origin from = {};
    struct socket *socket;
    struct sock *sk;
    u32 fd, slot;
    u8 status;

    if (ret <= 0)
        return;
    from.abi = machine_abi(task, number);
    from.nr = number & ~TOC_WIRE_X32_BIT;
    from.via = TOC_WIRE_SYSCALL;
    slot = file_slot(from.abi, from.nr);
    if (!slot || !sends_are_watched())
        return;
    fd = slot == 3 ? machine_arg(regs, from.abi, 2) : machine_arg(regs, from.abi, 0);
    socket = toc_fd_socket(task, fd, &status);
    sk = socket ? BPF_CORE_READ(socket, sk) : 0;
    if (sk)
        sends_note(kernel_cast(struct sock, sk), (u64)sk, task, &from, ret);
}
