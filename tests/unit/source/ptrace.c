// SPDX-License-Identifier: Apache-2.0
// The parts of the ptrace source that need no tracer: records through memory, careful reading.
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source/ptrace_memory.h"
#include "source/ptrace_ring.h"
#include "source/ptrace_tracee.h"

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

/* ---- The table of threads ---- */

Test(ptrace_tracees, each_has_its_turn) {
    static const pid_t tids[] = {7, TOC_TRACEE_BUCKETS + 7, 2 * TOC_TRACEE_BUCKETS + 7, 8, 700};
    static struct toc_tracees all;
    unsigned turns[5] = {0};

    cr_assert_null(toc_tracees_next(&all));
    for (int i = 0; i < 5; i++)
        cr_assert_not_null(toc_tracees_get(&all, tids[i]));
    for (int turn = 0; turn < 9; turn++)
        for (int i = 0, tid = toc_tracees_next(&all)->tid; i < 5; i++)
            turns[i] += tids[i] == tid;
    cr_expect_arr_eq(turns, ((unsigned[]){1, 1, 1, 3, 3}), sizeof(turns), "%u %u %u %u %u",
                     turns[0], turns[1], turns[2], turns[3], turns[4]);
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(toc_tracees_find(&all, tids[i])->tid, tids[i]);
        toc_tracees_drop(&all, tids[i]);
    }
    cr_assert_null(toc_tracees_next(&all));
}
