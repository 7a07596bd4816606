// SPDX-License-Identifier: Apache-2.0
// The parts of the ptrace source that need no tracer: records through memory, the calls watched and
// their filter, careful reading.
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/ptrace_call.h"
#include "source/ptrace_memory.h"
#include "source/ptrace_ring.h"

/* ---- Records through shared memory ---- */

#define RING 4096
#define WORDS 64

struct reader {
    uint64_t next; /* the number that the next record must hold */
    size_t records;
    size_t enough; /* records a drain; 0: all */
};

static int take(void *ctx, void *data, size_t n) {
    struct reader *reader = ctx;
    const uint64_t *words = data;

    cr_assert_eq(n % 8, 0);
    for (size_t i = 1; i < n / 8; i++)
        cr_assert_eq(words[i], reader->next, "word %zu of record %zu", i, reader->records);
    reader->next++;
    reader->records++;
    return reader->enough && reader->records % reader->enough == 0 ? -EAGAIN : 0;
}

/* A record of n words, each but the first the number given, cut in two after `first` words. */
static bool put(struct toc_ptrace_shared *shared, uint64_t number, size_t n, size_t first) {
    uint64_t words[WORDS];
    struct toc_wire_head *head = (void *)words;

    for (size_t i = 0; i < n; i++)
        words[i] = number;
    head->size = (uint32_t)(n * 8);
    return toc_ptrace_ring_put(shared, words, first * 8, words + first, (n - first) * 8);
}

Test(ptrace_ring, records_come_whole_and_in_order_past_every_edge) {
    struct toc_ptrace_shared *shared;
    struct reader reader = {.enough = 3};
    uint64_t number = 0;

    cr_assert_eq(toc_ptrace_shared_new(RING, &shared), 0);
    for (int round = 0; round < 5000; round++) {
        size_t n = 2 + (size_t)(round * 7) % (WORDS - 2);

        number += put(shared, number, n, 1 + (size_t)round % n);
        if (round % 4 == 3)
            toc_ptrace_ring_drain(shared, take, &reader);
    }
    reader.enough = 0;
    cr_expect_eq(toc_ptrace_ring_drain(shared, take, &reader), 0);
    cr_expect_eq(reader.next, number);
    cr_expect_gt(number, 3000);
    toc_ptrace_shared_free(&shared);
}

Test(ptrace_ring, what_finds_no_room_is_refused_whole) {
    struct toc_ptrace_shared *shared;
    struct reader reader = {0};
    uint64_t number = 0;

    cr_assert_eq(toc_ptrace_shared_new(RING, &shared), 0);
    while (put(shared, number, WORDS, 5))
        number++;
    cr_expect_eq(number, RING / (WORDS * 8));
    cr_expect_eq(toc_ptrace_ring_drain(shared, take, &reader), 0);
    cr_expect_eq(reader.next, number);
    cr_expect(put(shared, number, WORDS, 5));
    toc_ptrace_shared_free(&shared);
}

/* ---- The calls watched ---- */

#define KIND(event, abi, via, time)                                                                \
    TOC_WIRE_KIND(TOC_EVENT_##event, TOC_WIRE_##abi, TOC_WIRE_##via, TOC_WIRE_SHAPE_BATCH,         \
                  TOC_WIRE_TIME_##time)

Test(ptrace_call, each_call_has_its_kind_in_its_own_abi_only) {
    static const struct {
        uint32_t arch;
        uint64_t nr, arg0;
        uint32_t kind;
    } rows[] = {
        {AUDIT_ARCH_I386, 102, 19, KIND(recvmmsg_time32, I386, SOCKETCALL, TIME32)},
        {AUDIT_ARCH_I386, 102, 20, KIND(sendmmsg, I386, SOCKETCALL, NONE)},
        {AUDIT_ARCH_X86_64, 307, 0, KIND(sendmmsg, X86_64, SYSCALL, NONE)},
        {AUDIT_ARCH_X86_64, 299, 0, KIND(recvmmsg, X86_64, SYSCALL, TIME64)},
        {AUDIT_ARCH_X86_64, 0x4000021a, 0, KIND(sendmmsg, X32, SYSCALL, NONE)},
        {AUDIT_ARCH_X86_64, 0x40000219, 0, KIND(recvmmsg, X32, SYSCALL, TIME64)},
        {AUDIT_ARCH_I386, 345, 0, KIND(sendmmsg, I386, SYSCALL, NONE)},
        {AUDIT_ARCH_I386, 337, 0, KIND(recvmmsg_time32, I386, SYSCALL, TIME32)},
        {AUDIT_ARCH_I386, 417, 0, KIND(recvmmsg, I386, SYSCALL, TIME64)},
        {AUDIT_ARCH_X86_64, 345, 0, 0},
        {AUDIT_ARCH_X86_64, 538, 0, 0},
        {AUDIT_ARCH_X86_64, TOC_WIRE_NR_SOCKETCALL, 20, 0},
        {AUDIT_ARCH_X86_64, 307 | TOC_WIRE_X32_BIT, 0, 0},
        {AUDIT_ARCH_I386, 307, 0, 0},
        {AUDIT_ARCH_I386, TOC_WIRE_NR_SOCKETCALL, 9, 0},
        {AUDIT_ARCH_AARCH64, 307, 0, 0},
        {AUDIT_ARCH_X86_64, UINT64_MAX, 0, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t kind = toc_ptrace_kind(rows[i].arch, rows[i].nr, rows[i].arg0);

        cr_expect_eq(kind, rows[i].kind, "row %zu", i);
    }
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

/* Without a tracer a stop is ENOSYS: which shows where the filter stops. */
Test(ptrace_call, the_filter_stops_at_these_calls_and_at_no_other) {
    static const struct {
        long (*call)(long nr, long a, long b);
        long nr, a, b;
        bool stops;
    } rows[] = {
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
        /* seccomp: with a listener, and without one */
        {native, 317, 1, 8, true},
        {native, 317, 1, 0, false},
        {int80, 354, 1, 8, true},
        {int80, 354, 1, 1, false},
    };
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (toc_ptrace_filter_install() != 0)
            _exit(255);
        for (int i = 0; i < (int)(sizeof(rows) / sizeof(rows[0])); i++)
            if ((rows[i].call(rows[i].nr, rows[i].a, rows[i].b) == -ENOSYS) != rows[i].stops)
                _exit(1 + i);
        _exit(0);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "row %d", WEXITSTATUS(status) - 1);
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
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (toc_ptrace_filter_install_guarded() != 0)
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

/* ---- Careful reading ---- */

#define PAGE 4096u

static uint8_t *pages(size_t n) {
    uint8_t *p = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert_neq(p, MAP_FAILED);
    return p;
}

static bool is_there(int pagemap, const void *page) {
    uint64_t entry = 0;

    cr_assert_eq(pread(pagemap, &entry, 8, (off_t)((uintptr_t)page / PAGE * 8)), 8);
    return entry >> 63;
}

Test(ptrace_memory, one_that_cannot_be_read_hides_no_other) {
    struct toc_ptrace_memory memory = {.tid = getpid(),
                                       .pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)};
    uint8_t *p = pages(4);

    cr_assert_geq(memory.pagemap, 0);
    memset(p, 'a', PAGE);
    memset(p + PAGE, 'b', PAGE);
    memset(p + 2 * PAGE, 'c', PAGE);
    cr_assert_eq(mprotect(p + 2 * PAGE, PAGE, PROT_NONE), 0);
    {
        const struct {
            uint64_t at;
            uint32_t n;
            bool ok;
        } rows[] = {
            {(uintptr_t)p, 100, true},
            {(uintptr_t)p + PAGE - 8, 16, true},
            {(uintptr_t)p + 2 * PAGE - 8, 16, false}, /* into what may not be read */
            {(uintptr_t)p + 2 * PAGE, 1, false},
            {(uintptr_t)p + 3 * PAGE, 1, false}, /* never touched */
            {0, 8, false},
            {UINT64_C(0xffffffff81000000), 8, false},
            {UINT64_C(0x8000000000000000), 8, false},
            {UINT64_MAX, 8, false},
            {(uintptr_t)p, 0, false},
            {(uintptr_t)p + PAGE, 100, true},
        };
        size_t n = sizeof(rows) / sizeof(rows[0]);
        struct toc_want wants[TOC_MAX_WANTS * 2 + 3];
        uint8_t to[100];

        for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++)
            wants[i] = (struct toc_want){.at = rows[i % n].at, .to = to, .n = rows[i % n].n};
        toc_ptrace_read(&memory, wants, sizeof(wants) / sizeof(wants[0]));
        for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++)
            cr_expect_eq(wants[i].ok, rows[i % n].ok, "want %zu, row %zu", i, i % n);
        cr_expect(toc_ptrace_read_one(&memory, (uintptr_t)p + PAGE - 2, to, 4));
        cr_expect_eq(memcmp(to, "aabb", 4), 0);
    }
    cr_expect_not(is_there(memory.pagemap, p + 3 * PAGE), "reading it brought the page in");
    close(memory.pagemap);
}
