// SPDX-License-Identifier: Apache-2.0
// Who a traced thread is, from /proc.
#include "source/ptrace_proc.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/cleanup.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL /* since Linux 6.9 */
#endif
#define FRESH_NS UINT64_C(1000000000)

/* struct pidfd_info as it was in Linux 6.13, which Debian's headers do not have yet. */
struct info {
    uint64_t mask, cgroup_id;
    uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid, exit_code;
};
#define GET_INFO _IOWR(0xFF, 11, struct info)
#define INFO_WANTED UINT64_C(7) /* numbers, credentials, cgroup */

static int open_of(pid_t tid, const char *name) {
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)tid, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* Reads from the start into a text; its length, 0 when there is none. */
static size_t read_text(int fd, char *text, size_t size) {
    ssize_t n = fd < 0 ? -1 : pread(fd, text, size - 1, 0);

    text[n > 0 ? n : 0] = 0;
    return n > 0 ? (size_t)n : 0;
}

static uint64_t inode_of(pid_t tid, const char *name) {
    char path[64];
    struct stat st;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)tid, name);
    return stat(path, &st) == 0 ? st.st_ino : 0;
}

/* The number behind a key of /proc/PID/status. */
static uint32_t field(const char *text, const char *key) {
    const char *at = strstr(text, key);

    return at ? (uint32_t)strtoul(at + strlen(key), NULL, 10) : 0;
}

static uint64_t start_of(uint32_t pid) {
    uint64_t tick_ns = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
    _cleanup_close_ int fd = open_of((pid_t)pid, "stat");
    unsigned long long ticks = 0;
    char text[1024];
    const char *rest;

    read_text(fd, text, sizeof(text));
    rest = strrchr(text, ')');
    if (!rest || sscanf(rest + 1,
                        " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d"
                        " %*d %*d %*d %*d %llu",
                        &ticks) != 1)
        return 0;
    return ticks * tick_ns;
}

/* 0: cannot be read, as of a program that one may run and not read. */
static uint8_t elf_bits(pid_t tid) {
    _cleanup_close_ int fd = open_of(tid, "exe");
    Elf32_Ehdr header; /* its beginning is the same in both */

    if (fd < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header))
        return 0;
    return header.e_ident[EI_CLASS] == ELFCLASS32 && header.e_machine == EM_386 ? 32 : 64;
}

static uint64_t cgroup_of(pid_t tid, const char *root) {
    _cleanup_close_ int fd = open_of(tid, "cgroup");
    char text[PATH_MAX], path[2 * PATH_MAX];
    struct stat st;
    char *line;

    read_text(fd, text, sizeof(text));
    line = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
    if (!root || !line)
        return 0;
    line += *line == '\n' ? 4 : 3;
    snprintf(path, sizeof(path), "%s%.*s", root, (int)strcspn(line, "\n"), line);
    return stat(path, &st) == 0 ? st.st_ino : 0;
}

static int open_pidfd(pid_t tid, uint32_t pid) {
    int fd = (int)syscall(SYS_pidfd_open, tid, PIDFD_THREAD);

    return fd >= 0 ? fd : (int)syscall(SYS_pidfd_open, pid, 0);
}

void toc_ptrace_facts_open(struct toc_ptrace_facts *facts, pid_t tid) {
    char text[1024];

    *facts = (struct toc_ptrace_facts){.tid = tid,
                                       .status = open_of(tid, "status"),
                                       .comm = open_of(tid, "comm"),
                                       .pagemap = open_of(tid, "pagemap")};
    read_text(facts->status, text, sizeof(text));
    facts->pid = field(text, "\nTgid:");
    facts->pidfd = open_pidfd(tid, facts->pid);
    facts->pid_ns = (uint32_t)inode_of(tid, "ns/pid");
    facts->start_ns = start_of(facts->pid);
    facts->exe_ino = inode_of(tid, "exe");
    facts->elf = elf_bits(tid);
}

void toc_ptrace_facts_close(struct toc_ptrace_facts *facts) {
    if (!facts->tid)
        return;
    toc_closep(&facts->status);
    toc_closep(&facts->comm);
    toc_closep(&facts->pagemap);
    toc_closep(&facts->pidfd);
    facts->tid = 0;
}

/* As the kernel keeps it: up to 15 bytes of any kind. */
static void comm_from(const char *text, size_t n, uint8_t *ret) {
    memset(ret, 0, 16);
    if (n && text[n - 1] == '\n')
        n--;
    memcpy(ret, text, n < 15 ? n : 15);
}

static void fill_parent(struct toc_ptrace_facts *facts, uint32_t ppid, struct toc_wire_proc *ret) {
    if (ppid != facts->parent) {
        _cleanup_close_ int fd = ppid ? open_of((pid_t)ppid, "comm") : -1;
        char text[64];
        size_t n = read_text(fd, text, sizeof(text));

        facts->parent = ppid;
        comm_from(text, n, facts->parent_comm);
    }
    ret->ppid = ppid;
    memcpy(ret->parent_comm, facts->parent_comm, sizeof(ret->parent_comm));
}

/* All at once, where the kernel can. */
static bool ask_pidfd(struct toc_ptrace_facts *facts, struct info *ret) {
    *ret = (struct info){.mask = INFO_WANTED};
    return facts->pidfd >= 0 && ioctl(facts->pidfd, GET_INFO, ret) == 0 &&
           (ret->mask & INFO_WANTED) == INFO_WANTED && ret->pid == (uint32_t)facts->tid;
}

static void ask_proc(struct toc_ptrace_facts *facts, struct info *ret) {
    char status[1024];

    read_text(facts->status, status, sizeof(status));
    ret->ruid = field(status, "\nUid:");
    ret->rgid = field(status, "\nGid:");
    ret->ppid = field(status, "\nPPid:");
    ret->cgroup_id = facts->cgroup_id;
}

void toc_ptrace_proc_fill(struct toc_ptrace_facts *facts, const char *cgroup_root, uint64_t now_ns,
                          struct toc_wire_proc *ret) {
    struct info info;
    char comm[64];
    size_t n;

    if (!facts->asked_at || now_ns - facts->asked_at > FRESH_NS) {
        facts->cgroup_id = cgroup_of(facts->tid, cgroup_root);
        facts->parent = 0;
        facts->asked_at = now_ns;
    }
    if (!ask_pidfd(facts, &info))
        ask_proc(facts, &info);
    n = read_text(facts->comm, comm, sizeof(comm));
    *ret = (struct toc_wire_proc){
        .pid = facts->pid,
        .tid = (uint32_t)facts->tid,
        .uid = info.ruid,
        .gid = info.rgid,
        .pid_ns = facts->pid_ns,
        .start_ns = facts->start_ns,
        .cgroup_id = info.cgroup_id,
        .exe_ino = facts->exe_ino,
        .elf = facts->elf,
    };
    comm_from(comm, n, ret->comm);
    fill_parent(facts, info.ppid, ret);
}
