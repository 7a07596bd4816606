// SPDX-License-Identifier: Apache-2.0
// Reads the memory of a stopped thread, without ever waiting for it.
#include "source/ptrace_memory.h"

#include <sys/uio.h>
#include <unistd.h>

#include "source/ptrace_snapshot.h"

#define PAGE 4096u
#define PAGEMAP_PRESENT (UINT64_C(1) << 63)
/* Whoever writes there waits for somebody who serves the page. */
#define PAGEMAP_GUARDED (UINT64_C(1) << 57)

/* Names, buffers and headers lie on a few pages near each other; to ask about a page costs as much
 * as about all of these. */
#define PAGES_ASKED 16
#define ANSWERS 8

struct pages {
    int pagemap;
    uint64_t bits, wanted; /* of an entry of the page map: it must have these among those */
    struct {
        uint64_t next;  /* the page after the first that was asked about; 0: none */
        uint32_t there; /* of them, as bits */
    } answers[ANSWERS];
};

/* Bits of those that are there. What is behind the end of memory is not. */
static uint32_t ask(const struct pages *pages, uint64_t first) {
    uint64_t entries[PAGES_ASKED];
    ssize_t n = pread(pages->pagemap, entries, sizeof(entries), (off_t)(first * sizeof(*entries)));
    uint32_t there = 0;

    for (unsigned i = 0; n > 0 && i < (size_t)n / sizeof(*entries); i++)
        if ((entries[i] & pages->bits) == pages->wanted)
            there |= 1u << i;
    return there;
}

static bool page_there(struct pages *pages, uint64_t page) {
    size_t i = page / PAGES_ASKED % ANSWERS;
    uint64_t first = page - page % PAGES_ASKED;

    if (pages->answers[i].next != first + 1) {
        pages->answers[i].next = first + 1;
        pages->answers[i].there = ask(pages, first);
    }
    return pages->answers[i].there >> page % PAGES_ASKED & 1;
}

static bool is_there(struct pages *pages, const struct toc_want *want) {
    uint64_t end;

    if (want->n == 0 || __builtin_add_overflow(want->at, want->n - 1, &end))
        return false;
    if (pages->pagemap < 0)
        return true;
    for (uint64_t page = want->at / PAGE; page <= end / PAGE; page++)
        if (!page_there(pages, page))
            return false;
    return true;
}

/* Marks those that n bytes hold wholly; gives how many. */
static size_t mark(struct toc_want **wants, size_t n_wants, size_t n) {
    size_t done = 0;

    for (; done < n_wants && n >= wants[done]->n; done++) {
        n -= wants[done]->n;
        wants[done]->ok = true;
    }
    return done;
}

/* What lies side by side is asked for as one: the kernel looks up each range anew. */
static ssize_t read_all(pid_t tid, struct toc_want **wants, size_t n) {
    struct iovec local[TOC_MAX_WANTS], remote[TOC_MAX_WANTS];
    size_t n_remote = 0;
    uint64_t end = 0;

    for (size_t i = 0; i < n; i++) {
        const struct toc_want *w = wants[i];

        local[i] = (struct iovec){w->to, w->n};
        if (n_remote && w->at == end)
            remote[n_remote - 1].iov_len += w->n;
        else
            remote[n_remote++] = (struct iovec){(void *)(uintptr_t)w->at, w->n};
        end = w->at + w->n;
    }
    return process_vm_readv(tid, local, n, remote, n_remote, 0);
}

static void read_group(const struct toc_ptrace_memory *memory, struct toc_want **wants, size_t n) {
    for (size_t i = 0; i < n;) {
        ssize_t got = read_all(memory->tid, wants + i, n - i);

        i += mark(wants + i, n - i, got > 0 ? (size_t)got : 0);
        i++; /* the one that it stopped at */
    }
}

void toc_ptrace_read(const struct toc_ptrace_memory *memory, struct toc_want *wants, size_t n) {
    struct pages pages = {
        .pagemap = memory->pagemap, .bits = PAGEMAP_PRESENT, .wanted = PAGEMAP_PRESENT};
    struct toc_want *group[TOC_MAX_WANTS];
    size_t in_group = 0;

    if (memory->snapshot) {
        for (size_t i = 0; i < n; i++)
            wants[i].ok = toc_snapshot_get(memory->snapshot, wants[i].at, wants[i].to, wants[i].n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        wants[i].ok = false;
        if (!is_there(&pages, &wants[i]))
            continue;
        group[in_group++] = &wants[i];
        if (in_group == TOC_MAX_WANTS) {
            read_group(memory, group, in_group);
            in_group = 0;
        }
    }
    read_group(memory, group, in_group);
}

bool toc_ptrace_read_one(const struct toc_ptrace_memory *memory, uint64_t at, void *to,
                         uint32_t n) {
    struct toc_want want = {.at = at, .to = to, .n = n};

    toc_ptrace_read(memory, &want, 1);
    return want.ok;
}

bool toc_ptrace_write_one(const struct toc_ptrace_memory *memory, uint64_t at, const void *from,
                          uint32_t n) {
    struct pages pages = {.pagemap = memory->pagemap,
                          .bits = PAGEMAP_PRESENT | PAGEMAP_GUARDED,
                          .wanted = PAGEMAP_PRESENT};
    const struct toc_want want = {.at = at, .n = n};
    struct iovec local = {(void *)(uintptr_t)from, n}, remote = {(void *)(uintptr_t)at, n};

    return is_there(&pages, &want) &&
           process_vm_writev(memory->tid, &local, 1, &remote, 1, 0) == (ssize_t)n;
}
