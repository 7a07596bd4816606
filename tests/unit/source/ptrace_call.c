// SPDX-License-Identifier: Apache-2.0
// The calls that the ptrace source watches, and the filter that stops at them.
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "event/variants.h"
#include "source/ptrace_call.h"

#define KIND(event, abi, via, shape, time)                                                         \
    TOC_WIRE_KIND(TOC_EVENT_##event, TOC_WIRE_##abi, TOC_WIRE_##via, TOC_WIRE_SHAPE_##shape,       \
                  TOC_WIRE_TIME_##time)

Test(ptrace_call, each_call_has_its_kind_in_its_own_abi_only) {
    static const struct {
        uint32_t arch;
        uint64_t nr, arg0;
        uint32_t kind;
    } rows[] = {
        {AUDIT_ARCH_I386, 102, 19, KIND(recvmmsg_time32, I386, SOCKETCALL, BATCH, TIME32)},
        {AUDIT_ARCH_I386, 102, 20, KIND(sendmmsg, I386, SOCKETCALL, BATCH, NONE)},
        {AUDIT_ARCH_X86_64, 307, 0, KIND(sendmmsg, X86_64, SYSCALL, BATCH, NONE)},
        {AUDIT_ARCH_X86_64, 299, 0, KIND(recvmmsg, X86_64, SYSCALL, BATCH, TIME64)},
        {AUDIT_ARCH_X86_64, 0x4000021a, 0, KIND(sendmmsg, X32, SYSCALL, BATCH, NONE)},
        {AUDIT_ARCH_X86_64, 0x40000219, 0, KIND(recvmmsg, X32, SYSCALL, BATCH, TIME64)},
        {AUDIT_ARCH_I386, 345, 0, KIND(sendmmsg, I386, SYSCALL, BATCH, NONE)},
        {AUDIT_ARCH_I386, 337, 0, KIND(recvmmsg_time32, I386, SYSCALL, BATCH, TIME32)},
        {AUDIT_ARCH_I386, 417, 0, KIND(recvmmsg, I386, SYSCALL, BATCH, TIME64)},
        {AUDIT_ARCH_X86_64, 46, 0, KIND(sendmsg, X86_64, SYSCALL, MSG, NONE)},
        {AUDIT_ARCH_X86_64, 44 | TOC_WIRE_X32_BIT, 0, KIND(sendto, X32, SYSCALL, BUFFER, NONE)},
        {AUDIT_ARCH_I386, 102, 9, KIND(sendto, I386, SOCKETCALL, BUFFER, NONE)},
        {AUDIT_ARCH_I386, 102, 3, KIND(connect, I386, SOCKETCALL, MEMORY, NONE)},
        {AUDIT_ARCH_I386, 82, 0, KIND(select, I386, SYSCALL, ARRAY, MICRO32)},
        {AUDIT_ARCH_X86_64, 3, 0, KIND(close, X86_64, SYSCALL, PLAIN, NONE)},
        {AUDIT_ARCH_X86_64, 345, 0, 0},
        {AUDIT_ARCH_X86_64, 538, 0, 0},
        {AUDIT_ARCH_X86_64, TOC_WIRE_NR_SOCKETCALL, 20, 0},
        {AUDIT_ARCH_X86_64, 307 | TOC_WIRE_X32_BIT, 0, 0},
        {AUDIT_ARCH_I386, 307, 0, 0},
        {AUDIT_ARCH_I386, TOC_WIRE_NR_SOCKETCALL, 1, 0},
        {AUDIT_ARCH_AARCH64, 307, 0, 0},
        {AUDIT_ARCH_X86_64, UINT64_MAX, 0, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t kind = toc_ptrace_kind(rows[i].arch, rows[i].nr, rows[i].arg0);

        cr_expect_eq(kind, rows[i].kind, "row %zu", i);
    }
}

Test(ptrace_call, numbers_of_no_call_are_unknown_in_their_own_abi_only) {
    static const struct {
        uint32_t arch;
        uint64_t nr;
        bool unknown;
    } rows[] = {
        {AUDIT_ARCH_X86_64, 334, false},
        {AUDIT_ARCH_X86_64, 400, true},
        {AUDIT_ARCH_X86_64, 424, false},
        {AUDIT_ARCH_X86_64, 512, true},
        {AUDIT_ARCH_X86_64, 512 | TOC_WIRE_X32_BIT, false},
        {AUDIT_ARCH_X86_64, 548 | TOC_WIRE_X32_BIT, true},
        {AUDIT_ARCH_X86_64, UINT64_MAX, true},
        {AUDIT_ARCH_I386, 400, false},
        {AUDIT_ARCH_I386, 390, true},
        {AUDIT_ARCH_I386, 400 | TOC_WIRE_X32_BIT, false},
        {AUDIT_ARCH_I386, 512, true},
        {AUDIT_ARCH_AARCH64, 400, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect_eq(toc_ptrace_is_unknown(rows[i].arch, rows[i].nr), rows[i].unknown, "row %zu",
                     i);
}

#ifdef __x86_64__
static long int80(long nr, long a, long b) {
    long ret;

    __asm__ volatile("int $0x80"
                     : "=a"(ret)
                     : "a"(nr), "b"(a), "c"(b), "d"(0), "S"(0), "D"(0)
                     : "memory", "r8", "r9", "r10", "r11");
    return ret;
}

static long native(long nr, long a, long b) {
    return syscall(nr, a, b, 0, 0, 0) < 0 ? -errno : 0;
}

struct stop {
    long (*call)(long nr, long a, long b);
    long nr, a, b;
    bool stops;
};

/* Without a tracer a stop is ENOSYS: which shows where the filter stops. */
static void check_stops(uint64_t events, const struct stop *rows, int n) {
    const struct toc_ptrace_filter filter = toc_ptrace_filter_for(events, NULL);
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (toc_ptrace_filter_install(&filter) != 0)
            _exit(255);
        for (int i = 0; i < n; i++)
            if ((rows[i].call(rows[i].nr, rows[i].a, rows[i].b) == -ENOSYS) != rows[i].stops)
                _exit(1 + i);
        _exit(0);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "row %d", WEXITSTATUS(status) - 1);
}

Test(ptrace_call, the_filter_stops_at_the_calls_wanted_and_at_no_other) {
    static const struct stop rows[] = {
        {native, 307, -1, 0, true},
        {native, 299, -1, 0, true},
        {native, 46, -1, 0, false},
        {native, 47, -1, 0, false},
        {native, 44, -1, 0, false},
        {native, 102, 20, 0, false},
        {int80, 345, -1, 0, true},
        {int80, 337, -1, 0, true},
        {int80, 417, -1, 0, true},
        {int80, 102, 20, 0, true},
        {int80, 102, 19, 0, true},
        {int80, 102, 9, 0, false},
        {int80, 102, 16, 0, false},
        {int80, 307, -1, 0, false},
        {int80, 299, -1, 0, false},
        {int80, 370, -1, 0, false},
        {native, 3, -1, 0, false},
        {int80, 6, -1, 0, false},
        /* seccomp: with a listener, and without one */
        {native, 317, 1, 8, true},
        {native, 317, 1, 0, false},
        {int80, 354, 1, 8, true},
        {int80, 354, 1, 1, false},
    };

    check_stops(EVENT_BATCHES, rows, sizeof(rows) / sizeof(rows[0]));
}

Test(ptrace_call, the_filter_stops_at_all_that_can_be_wanted) {
    static const struct stop rows[] = {
        {native, 307, -1, 0, true}, {native, 46, -1, 0, true},  {native, 44, -1, 0, true},
        {native, 23, 0, 0, true},   {native, 42, -1, 0, true},  {native, 3, -1, 0, true},
        {native, 441, -1, 0, true}, {native, 101, -1, 0, true}, {native, 39, 0, 0, false},
        {native, 1, -1, 0, false},  {native, 41, -1, 0, false}, {int80, 102, 9, 0, true},
        {int80, 102, 3, 0, true},   {int80, 102, 1, 0, false},  {int80, 102, 2, 0, false},
        {int80, 82, 0, 0, true},    {int80, 6, -1, 0, true},    {int80, 20, 0, 0, false},
        {int80, 413, -1, 0, true},
    };

    check_stops(0, rows, sizeof(rows) / sizeof(rows[0]));
}

static long native4(long nr, long a, long b, long flags) {
    return syscall(nr, a, b, 0, flags, -1, 0) < 0 ? -errno : 0;
}

Test(ptrace_call, the_guarding_filter_stops_at_what_changes_mappings_too) {
    static const struct {
        long nr, a, b, flags;
        bool stops;
    } rows[] = {
        {SYS_sendmmsg, -1, 0, 0, true},
        {SYS_munmap, 0, 0, 0, true},
        {SYS_mremap, 0, 0, 0, true},
        {SYS_mprotect, 0, 0, 0, true},
        {SYS_remap_file_pages, 0, 0, 0, true},
        {SYS_mmap, 0x10000, 4096, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, true},
        {SYS_mmap, 0, 4096, MAP_PRIVATE | MAP_ANONYMOUS, false},
        {SYS_prctl, PR_SET_MM, 0, 0, true},
        {SYS_prctl, PR_GET_DUMPABLE, 0, 0, false},
        {SYS_madvise, 0, 0, 0, false},
        {SYS_getpid, 0, 0, 0, false},
    };
    const struct toc_ptrace_filter filter = {.events = EVENT_BATCHES, .guarded = true};
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (toc_ptrace_filter_install(&filter) != 0)
            _exit(255);
        for (int i = 0; i < (int)(sizeof(rows) / sizeof(rows[0])); i++)
            if ((native4(rows[i].nr, rows[i].a, rows[i].b, rows[i].flags) == -ENOSYS) !=
                rows[i].stops)
                _exit(1 + i);
        _exit(0);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "row %d", WEXITSTATUS(status) - 1);
}
#endif
