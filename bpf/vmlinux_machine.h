// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The kernel's types that each machine has its own of, as far as the programs read them.
#pragma once

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#ifdef __TARGET_ARCH_arm64
struct pt_regs {
    u64 regs[31];
    u64 orig_x0;
    s32 syscallno;
};

struct thread_info {
    unsigned long flags;
};
#else
struct pt_regs {
    unsigned long r10, r9, r8, bp, bx, cx, dx, si, di, ax, orig_ax;
    u16 cs;
};

struct thread_info {
    u32 status;
};
#endif

#pragma clang attribute pop
