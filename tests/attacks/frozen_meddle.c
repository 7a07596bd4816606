// SPDX-License-Identifier: Apache-2.0
// What other threads of a process may do to the memory that holds the copy of a frozen call.

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frozen.h"

void *race_turn(void *arg) {
    struct race *race = arg;
    for (unsigned i = 0; !race->over; i++) {
        race->turn(race, i & 1);
        for (volatile unsigned pause = i * 7919 % 2000; pause > 0; pause--)
            ;
    }
    return NULL;
}

static bool find_copy(uintptr_t *at, size_t *size) {
    char line[512];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps && !found && fgets(line, sizeof(line), maps)) {
        unsigned long start, end;
        if (strstr(line, "memfd:tocsin") && sscanf(line, "%lx-%lx", &start, &end) == 2) {
            *at = start;
            *size = end - start;
            found = true;
        }
    }
    if (maps)
        fclose(maps);
    return found;
}

static bool is_mapped(void *p) {
    return p != MAP_FAILED;
}

void *race_meddle(void *arg) {
    struct race *race = arg;
    void *other = mmap(NULL, 1 << 24, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uintptr_t at;
    size_t size;
    while (!race->over) {
        if (!find_copy(&at, &size))
            continue;
        void *p = (void *)at;
        race->meddled += !mprotect(p, size, PROT_READ | PROT_WRITE);
        race->meddled += !mprotect(p, PAGE, PROT_NONE);
        race->meddled += is_mapped(
            mmap(p, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
        race->meddled += is_mapped(mremap(p, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, other));
        race->meddled += is_mapped(mremap(other, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p));
        race->meddled += !madvise(p, size, MADV_REMOVE);
        race->meddled += !syscall(SYS_remap_file_pages, p, PAGE, 0, 1, 0);
        race->meddled += !munmap(p, size);
        race->meddled += !munmap(p, PAGE);
        madvise(p, size, MADV_DONTNEED);
        madvise(p, size, MADV_PAGEOUT);
    }
    return NULL;
}

/* Puts memory of its own where the copy is handed over. */
void *race_exchange(void *arg) {
    struct race *race = arg;
    int own = (int)syscall(SYS_memfd_create, "own", 0u), first = dup(own);
    must(own >= 0 && first >= 0 && !ftruncate(own, 1 << 24), "memfd");
    close(first);
    while (!race->over)
        for (int fd = first; fd < first + 6; fd++)
            dup2(own, fd);
    return NULL;
}

void forbid_call(long nr, int error) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)nr, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
    must(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
             !syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program),
         "seccomp");
}
