// SPDX-License-Identifier: Apache-2.0
// The calls and registers of arm64, on this machine: what its programs would be told to watch, and
// where they would look for arguments. The numbers are those of the kernel's headers.
#define __TARGET_ARCH_arm64
#include <asm-generic/unistd.h>
#include <criterion/criterion.h>
#include <stdbool.h>

#include "event/wire_calls.h"

typedef __u16 u16;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;

struct pt_regs {
    u64 regs[31];
    u64 orig_x0;
    s32 syscallno;
};

struct task_struct {
    struct {
        unsigned long flags;
    } thread_info;
};

#ifndef __always_inline
#define __always_inline inline
#endif
#include "machine_arm64.h"

static const struct {
    u32 abi, nr, kind;
} calls[] = {
#define CALL(abi, number, kind) {abi, number, kind},
#define SUBCALL(number, kind)
#include "event/wire_calls.def"
};
#define N_CALLS (sizeof(calls) / sizeof(calls[0]))

static u32 kind_of(u32 abi, u32 nr) {
    for (size_t i = 0; i < N_CALLS; i++)
        if (calls[i].abi == abi && calls[i].nr == nr)
            return calls[i].kind;
    return 0;
}

Test(arm64, only_its_own_calls_are_watched) {
    for (size_t i = 0; i < N_CALLS; i++) {
        cr_expect(calls[i].abi == TOC_WIRE_ARM64 || calls[i].abi == TOC_WIRE_ARM, "row %zu", i);
        cr_expect_eq(TOC_KIND_ABI(calls[i].kind), calls[i].abi, "row %zu", i);
        cr_expect_lt(calls[i].nr, TOC_WIRE_NUMBERS);
    }
}

Test(arm64, numbers_are_those_of_the_headers) {
#define SAME(name)                                                                                 \
    cr_expect_eq(TOC_KIND_EVENT(kind_of(TOC_WIRE_ARM64, __NR_##name)), TOC_EVENT_##name, #name);   \
    cr_expect_neq(kind_of(TOC_WIRE_ARM64, __NR_##name), 0, #name)
    SAME(sendmmsg);
    SAME(recvmmsg);
    SAME(sendmsg);
    SAME(recvmsg);
    SAME(sendto);
    SAME(recvfrom);
    SAME(pselect6);
    SAME(ppoll);
    SAME(epoll_pwait);
    SAME(epoll_pwait2);
    SAME(connect);
    SAME(close);
    SAME(dup3);
    SAME(userfaultfd);
    SAME(prctl);
    SAME(io_uring_setup);
    SAME(bpf);
    SAME(ptrace);
}

/* As arch/arm/tools/syscall.tbl has them. */
Test(arm64, numbers_of_32_bit_programs) {
    static const struct {
        u32 nr, event;
    } rows[] = {
        {374, TOC_EVENT_sendmmsg}, {365, TOC_EVENT_recvmmsg_time32},
        {417, TOC_EVENT_recvmmsg}, {296, TOC_EVENT_sendmsg},
        {297, TOC_EVENT_recvmsg},  {290, TOC_EVENT_sendto},
        {292, TOC_EVENT_recvfrom}, {283, TOC_EVENT_connect},
        {6, TOC_EVENT_close},      {63, TOC_EVENT_dup2},
        {358, TOC_EVENT_dup3},     {172, TOC_EVENT_prctl},
        {168, TOC_EVENT_poll},     {252, TOC_EVENT_epoll_wait},
        {386, TOC_EVENT_bpf},      {388, TOC_EVENT_userfaultfd},
        {26, TOC_EVENT_ptrace},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        u32 kind = kind_of(TOC_WIRE_ARM, rows[i].nr);

        cr_expect_neq(kind, 0, "%u", rows[i].nr);
        cr_expect_eq(TOC_KIND_EVENT(kind), rows[i].event, "%u", rows[i].nr);
    }
}

Test(arm64, the_first_argument_outlives_the_result) {
    struct pt_regs regs = {.regs = {100, 1, 2, 3, 4, 5}, .orig_x0 = 0, .syscallno = 269};

    for (u32 i = 0; i < 6; i++)
        cr_expect_eq(machine_arg(&regs, TOC_WIRE_ARM64, i), i);
    cr_expect_eq(machine_nr(&regs), 269);
    cr_expect_eq(machine_result(&regs), 100);
    cr_expect_eq(machine_parameter(&regs, 0), 100);
    cr_expect_eq(machine_parameter(&regs, 4), 4);
    cr_expect_eq(machine_cs(&regs), 0);
    cr_expect(machine_is_in_call(&regs));
    regs.syscallno = -1;
    cr_expect_not(machine_is_in_call(&regs));
}

Test(arm64, a_flag_of_the_thread_tells_32_bit_programs) {
    struct task_struct task = {.thread_info = {.flags = 1ul << 22 | 1}};

    cr_expect_eq(machine_abi(&task, 374), TOC_WIRE_ARM);
    task.thread_info.flags = ~(1ul << 22);
    cr_expect_eq(machine_abi(&task, 269), TOC_WIRE_ARM64);
}

Test(arm64, numbers_that_only_some_abis_have) {
    cr_expect_not(toc_wire_has_call(TOC_WIRE_ARM64, MACHINE_GAP));
    cr_expect_not(toc_wire_has_call(TOC_WIRE_ARM64, 417));
    cr_expect(toc_wire_has_call(TOC_WIRE_ARM, 417));
    cr_expect_not(toc_wire_has_call(TOC_WIRE_ARM, TOC_WIRE_SHARED_END));
}
