// SPDX-License-Identifier: Apache-2.0
// Where user memory ends on this machine.
#include "source/task_size.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Asks for exactly the last page below `end`: what is taken there stays as it is. By syscall():
 * ThreadSanitizer's mmap() ends a process that asks for places of its own. */
static bool is_user(uint64_t end, size_t page) {
    long flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
    long got = syscall(SYS_mmap, end - page, page, PROT_NONE, flags, -1, 0);

    if (got == -1)
        return errno == EEXIST;
    syscall(SYS_munmap, got, page);
    return (uint64_t)got == end - page;
}

uint64_t toc_task_size(void) {
    /* Address bits that page tables of today can have; x86 keeps back the last page. */
    static const unsigned bits[] = {56, 52, 48, 47};
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    for (unsigned i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
        uint64_t end = UINT64_C(1) << bits[i];

        if (is_user(end, page))
            return end;
        if (is_user(end - page, page))
            return end - page;
    }
    return (UINT64_C(1) << 47) - page;
}
