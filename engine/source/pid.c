// SPDX-License-Identifier: Apache-2.0
// Process numbers as the caller knows them, and as the kernel's programs see them.
#include "source/pid.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

/* PROC_PID_INIT_INO: the same on every kernel. */
#define INITIAL_NAMESPACE 0xEFFFFFFCu

bool toc_pid_is_nested(void) {
    struct stat st;

    return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino != INITIAL_NAMESPACE;
}

static int find(int fd, uint32_t pid, uint32_t *ret) {
    uint32_t pair[2]; /* inside, outside: bpf/pids.bpf.c */
    ssize_t n;

    /* The kernel hands over whole elements only. */
    while ((n = read(fd, pair, sizeof(pair))) == (ssize_t)sizeof(pair))
        if (pair[0] == pid) {
            *ret = pair[1];
            return 0;
        }
    return n < 0 ? -errno : -ESRCH;
}

int toc_pid_outside(struct bpf_program *iterator, pid_t pid, uint32_t *ret) {
    struct bpf_link *link;
    int r;

    if (!toc_pid_is_nested()) {
        *ret = (uint32_t)pid;
        return 0;
    }
    link = bpf_program__attach_iter(iterator, NULL);
    if (!link)
        return -errno;
    _cleanup_close_ int fd = bpf_iter_create(bpf_link__fd(link));
    r = fd < 0 ? fd : find(fd, (uint32_t)pid, ret);
    bpf_link__destroy(link);
    return r;
}
