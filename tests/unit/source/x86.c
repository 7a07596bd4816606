// SPDX-License-Identifier: Apache-2.0
// The numbers and registers of x86's ABIs on made-up ones. As the kernel's syscall_64.tbl and
// syscall_32.tbl have them.
#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>

#include "event/wire_calls.h"

typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

struct pt_regs {
    u64 bx, cx, dx, si, di, bp, ax, orig_ax, r8, r9, r10, cs;
};

struct task_struct {
    struct {
        unsigned status;
    } thread_info;
};

#ifndef __always_inline
#define __always_inline inline
#endif
#include "machine_x86.h"

Test(x86, numbers_that_only_some_abis_have) {
    static const struct {
        u32 abi, first, last;
        bool has;
    } rows[] = {
        {TOC_WIRE_I386, 337, 386, true},     /* recvmmsg … rseq */
        {TOC_WIRE_I386, 387, 392, false},    /* left out */
        {TOC_WIRE_I386, 393, 423, true},     /* semget … sched_rr_get_interval_time64 */
        {TOC_WIRE_I386, 472, 1023, false},   /* behind the last */
        {TOC_WIRE_X86_64, 337, 423, false},  /* left out */
        {TOC_WIRE_X86_64, 472, 1023, false}, /* those of x32 among them */
        {TOC_WIRE_X32, 337, 423, false},     {TOC_WIRE_X32, 472, 511, false},
        {TOC_WIRE_X32, 512, 547, true}, /* rt_sigaction … pwritev2 */
        {TOC_WIRE_X32, 548, 1023, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (u32 nr = rows[i].first; nr <= rows[i].last; nr++)
            cr_expect_eq(toc_wire_has_call(rows[i].abi, nr), rows[i].has, "%u of %u", nr,
                         rows[i].abi);
}

Test(x86, the_abi_is_that_of_the_call) {
    struct task_struct task = {.thread_info = {.status = TS_COMPAT}};

    cr_expect_eq(machine_abi(&task, 345), TOC_WIRE_I386);
    task.thread_info.status = 0;
    cr_expect_eq(machine_abi(&task, 307), TOC_WIRE_X86_64);
    cr_expect_eq(machine_abi(&task, 538 | TOC_WIRE_X32_BIT), TOC_WIRE_X32);
}

Test(x86, arguments_are_in_the_registers_of_the_abi) {
    struct pt_regs regs = {.bx = 10,
                           .cx = 11,
                           .dx = 12,
                           .si = 13,
                           .di = 14,
                           .bp = 15,
                           .r10 = 23,
                           .r8 = 24,
                           .r9 = 25,
                           .orig_ax = 345,
                           .ax = (u64)-ENOSYS};
    static const u64 wide[] = {14, 13, 12, 23, 24, 25};

    for (u32 i = 0; i < 6; i++) {
        cr_expect_eq(machine_arg(&regs, TOC_WIRE_I386, i), 10 + i);
        cr_expect_eq(machine_arg(&regs, TOC_WIRE_X86_64, i), wide[i]);
        cr_expect_eq(machine_arg(&regs, TOC_WIRE_X32, i), wide[i]);
    }
    cr_expect_eq(machine_nr(&regs), 345);
    cr_expect(machine_is_in_call(&regs));
}
