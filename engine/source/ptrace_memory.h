// SPDX-License-Identifier: Apache-2.0
// Reads the memory of a stopped thread, without ever waiting for it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct toc_snapshot;

struct toc_want {
    uint64_t at;
    void *to;
    uint32_t n;
    bool ok;
};

struct toc_ptrace_memory {
    pid_t tid;
    int pagemap;                         /* of its /proc; -1: pages are taken to be there */
    const struct toc_snapshot *snapshot; /* not NULL: what that holds is read, and nothing else */
};

/* Wants of one group; more are read in further calls. */
#define TOC_MAX_WANTS 256

/* Reads all there is, in one system call unless some of it cannot be read; sets ok of each. What
 * lies on a page that is not there, if only in part, is not read: to wait for such a page would be
 * to wait for whoever serves it, and it is the program that decides who that is. */
void toc_ptrace_read(const struct toc_ptrace_memory *memory, struct toc_want *wants, size_t n);

/* The same for one object. */
bool toc_ptrace_read_one(const struct toc_ptrace_memory *memory, uint64_t at, void *to, uint32_t n);

/* Writes where the thread itself could, under the same rule: not to a page that would have to be
 * waited for. */
bool toc_ptrace_write_one(const struct toc_ptrace_memory *memory, uint64_t at, const void *from,
                          uint32_t n);
