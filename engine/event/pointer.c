// SPDX-License-Identifier: Apache-2.0
// The classes of pointers, by the ABI of the call.

#include "event/pointer.h"

#include <stdbool.h>

#include "event/catalogue.h"

#define X86_HALF (UINT64_C(1) << 47)
#define X86_LA57_HALF (UINT64_C(1) << 56)
#define X86_TASK_SIZE (X86_HALF - 4096)
#define ARM64_TASK_SIZE (UINT64_C(1) << 48)
#define ARM64_LVA_HALF (UINT64_C(1) << 52)
#define ABOVE_32 (UINT64_C(1) << 32)
#define TOP_BYTE 56

static uint64_t usual_task_size(uint16_t abi) {
    return abi == TOC_abi_arm64 || abi == TOC_abi_arm ? ARM64_TASK_SIZE : X86_TASK_SIZE;
}

/* The halves of the address space are as large as each other. */
static uint64_t half_size(uint16_t abi, uint64_t task_size) {
    if (abi == TOC_abi_arm64)
        return task_size > ARM64_TASK_SIZE ? ARM64_LVA_HALF : ARM64_TASK_SIZE;
    return task_size > X86_HALF ? X86_LA57_HALF : X86_HALF;
}

static enum toc_space beyond_user(uint64_t p, uint64_t half) {
    if (p >= -half)
        return TOC_SPACE_KERNEL;
    return p < half ? TOC_SPACE_CROSS : TOC_SPACE_NONCANONICAL;
}

static bool is_32bit_abi(uint16_t abi) {
    return abi == TOC_abi_i386 || abi == TOC_abi_x32 || abi == TOC_abi_arm;
}

uint64_t toc_user_end(uint16_t abi, uint64_t task_size) {
    if (!task_size)
        task_size = usual_task_size(abi);
    return is_32bit_abi(abi) && task_size > ABOVE_32 ? ABOVE_32 : task_size;
}

enum toc_space toc_ptr_space(uint64_t p, uint64_t len, uint16_t abi, uint64_t task_size) {
    bool is_32bit = is_32bit_abi(abi);
    uint64_t end, half;

    if (!p)
        return TOC_SPACE_NULL;
    if (!task_size)
        task_size = usual_task_size(abi);
    half = half_size(abi, task_size);
    if (is_32bit && p >= ABOVE_32)
        return abi == TOC_abi_x32 && p >= -half ? TOC_SPACE_KERNEL : TOC_SPACE_ABOVE_4G;
    task_size = toc_user_end(abi, task_size);
    if (abi == TOC_abi_arm64 && !(p >> (TOP_BYTE - 1) & 1))
        p &= (UINT64_C(1) << TOP_BYTE) - 1;
    if (p >= task_size)
        return is_32bit ? TOC_SPACE_KERNEL : beyond_user(p, half);
    if (p < TOC_MMAP_MIN_ADDR)
        return TOC_SPACE_LOW;
    if (__builtin_add_overflow(p, len, &end) || end > task_size)
        return TOC_SPACE_CROSS;
    return TOC_SPACE_USER;
}

const char *toc_space_name(enum toc_space space) {
    static const char *const names[] = {
        [TOC_SPACE_NULL] = "null",         [TOC_SPACE_LOW] = "low",
        [TOC_SPACE_USER] = "user",         [TOC_SPACE_CROSS] = "cross",
        [TOC_SPACE_ABOVE_4G] = "above_4g", [TOC_SPACE_NONCANONICAL] = "noncanonical",
        [TOC_SPACE_KERNEL] = "kernel",
    };

    return names[space];
}
