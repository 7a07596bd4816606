// SPDX-License-Identifier: Apache-2.0
// The memory of the test itself, as that of a stopped thread.
#pragma once

#include <unistd.h>

#include "source/ptrace_memory.h"

static inline const struct toc_ptrace_memory *own(void) {
    static struct toc_ptrace_memory memory = {.pagemap = -1};

    memory.tid = getpid();
    return &memory;
}

static inline uint64_t address(const void *p) {
    return (uint64_t)(uintptr_t)p;
}
