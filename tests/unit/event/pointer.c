// SPDX-License-Identifier: Apache-2.0
// The classes of pointers at their bounds.
#include "event/pointer.h"

#include <criterion/criterion.h>

#include "event/catalogue.h"
#include "random_event.h"

#define X86 ((UINT64_C(1) << 47) - 4096)
#define LA57 ((UINT64_C(1) << 56) - 4096)

Test(pointer, spaces) {
    static const struct {
        uint64_t p, len;
        uint16_t abi;
        uint64_t task_size;
        const char *space;
    } rows[] = {
        {0, 0, TOC_abi_x86_64, X86, "null"},
        {0, 100, TOC_abi_x86_64, X86, "null"},
        {1, 0, TOC_abi_x86_64, X86, "low"},
        {65535, 0, TOC_abi_x86_64, X86, "low"},
        {65536, 0, TOC_abi_x86_64, X86, "user"},
        {X86 - 1, 0, TOC_abi_x86_64, X86, "user"},
        {X86 - 8, 8, TOC_abi_x86_64, X86, "user"},
        {X86 - 8, 9, TOC_abi_x86_64, X86, "cross"},
        {X86 - 8, UINT64_MAX, TOC_abi_x86_64, X86, "cross"},
        {X86, 0, TOC_abi_x86_64, X86, "cross"},
        {X86 + 4096, 0, TOC_abi_x86_64, X86, "noncanonical"},
        {0x8000000000000000, 0, TOC_abi_x86_64, X86, "noncanonical"},
        {0xffff7fffffffffff, 0, TOC_abi_x86_64, X86, "noncanonical"},
        {0xffff800000000000, 0, TOC_abi_x86_64, X86, "kernel"},
        {UINT64_MAX, 0, TOC_abi_x86_64, X86, "kernel"},
        {X86 + 4096, 0, TOC_abi_x86_64, LA57, "user"},
        {LA57 + 4096, 0, TOC_abi_x86_64, LA57, "noncanonical"},
        {0xff00000000000000, 0, TOC_abi_x86_64, LA57, "kernel"},
        {X86, 0, TOC_abi_x86_64, 0, "cross"},
        {0xffff888000000000, 0, TOC_abi_x86_64, 0, "kernel"},
        {0xffffe000, 0, TOC_abi_i386, X86, "user"},
        {0xffffffff, 1, TOC_abi_i386, X86, "user"},
        {0xffffffff, 2, TOC_abi_i386, X86, "cross"},
        {0x100000000, 0, TOC_abi_i386, X86, "above_4g"},
        {0xffffffff81000000, 0, TOC_abi_i386, X86, "above_4g"},
        {0x1ffff0000, 0, TOC_abi_x32, X86, "above_4g"},
        {0xffffffff81000000, 0, TOC_abi_x32, X86, "kernel"},
        {0xc0000000, 0, TOC_abi_i386, 0xc0000000, "kernel"},
        {0xbfffffff, 0, TOC_abi_i386, 0xc0000000, "user"},
        {0xb400007fff000000, 0, TOC_abi_arm64, 0, "user"},
        {0xb480007fff000000, 0, TOC_abi_arm64, 0, "noncanonical"},
        {0xffff000000000000, 0, TOC_abi_arm64, 0, "kernel"},
        {0x0001000000000000, 0, TOC_abi_arm64, 0, "noncanonical"},
        {0x100000000, 0, TOC_abi_arm, 0, "above_4g"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        cr_expect_str_eq(
            toc_space_name(toc_ptr_space(rows[i].p, rows[i].len, rows[i].abi, rows[i].task_size)),
            rows[i].space, "row %zu", i);
}

Test(pointer, what_ends_before_user_memory_does_is_user_memory) {
    static const uint64_t sizes[] = {
        0, 0x7ffffffff000, 0xfffffffffff000, UINT64_C(1) << 48, UINT64_C(1) << 52, 0xc0000000};
    uint64_t state = 88172645463325252, user = 0;

    for (int i = 0; i < 2000000; i++) {
        uint64_t p = random_next(&state) >> random_next(&state) % 64;
        uint64_t len = random_next(&state) >> random_next(&state) % 64;
        uint64_t task_size = sizes[random_next(&state) % 6];
        uint16_t abi = (uint16_t)(random_next(&state) % (TOC_abi_arm + 1));
        uint64_t end = toc_user_end(abi, task_size);

        if (p < TOC_MMAP_MIN_ADDR || p >= end || len > end - p)
            continue;
        cr_assert_eq(toc_ptr_space(p, len, abi, task_size), TOC_SPACE_USER);
        user++;
    }
    cr_expect_gt(user, 1000);
}
