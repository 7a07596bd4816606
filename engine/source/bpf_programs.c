// SPDX-License-Identifier: Apache-2.0
// The table of programs: what each needs and gives, and in words why it is not there.
#include "source/bpf_programs.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct row {
    const char *symbol, *name, *gives;
    enum { REQUIRED = 1, CGROUP = 2, LENGTH = 4 } traits;
};

static const struct row rows[] = {
    {"toc_sys_enter", "sys_enter", "the calls, and user memory when they begin", REQUIRED},
    {"toc_sys_exit", "sys_exit", "results, and user memory when they return", REQUIRED},
    {"toc_send_length", "sock_send_length", "messages and bytes sent, the result of each", LENGTH},
    {"toc_recv_length", "sock_recv_length", "messages and bytes received, the result of each",
     LENGTH},
    {"toc_sendmsg4", "cgroup_sendmsg4", "IPv4 destinations the kernel used", CGROUP},
    {"toc_sendmsg6", "cgroup_sendmsg6", "IPv6 destinations the kernel used", CGROUP},
    {"toc_recvmsg4", "cgroup_recvmsg4", "IPv4 senders the kernel saw", CGROUP},
    {"toc_recvmsg6", "cgroup_recvmsg6", "IPv6 senders the kernel saw", CGROUP},
    {"toc_connect4", "cgroup_connect4", "IPv4 addresses the kernel connected to", CGROUP},
    {"toc_connect6", "cgroup_connect6", "IPv6 addresses the kernel connected to", CGROUP},
    {"toc_fork", "sched_process_fork", "children of the processes in scope", 0},
    {"toc_exit", "sched_process_exit", "the end of the processes in scope", 0},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))
_Static_assert(ROWS <= TOC_BPF_MAX_PROGRAMS, "room in the report");

void toc_bpf_report_init(struct toc_bpf_report *report) {
    *report = (struct toc_bpf_report){.n = ROWS};
    for (size_t i = 0; i < ROWS; i++)
        report->programs[i] = (struct toc_bpf_program){.name = rows[i].name,
                                                       .gives = rows[i].gives,
                                                       .required = rows[i].traits & REQUIRED,
                                                       .loaded = true};
}

struct bpf_program *toc_bpf_program(struct bpf_object *object, size_t i) {
    return bpf_object__find_program_by_name(object, rows[i].symbol);
}

bool toc_bpf_has_length(const struct toc_bpf_report *report) {
    bool all = true;

    for (size_t i = 0; i < ROWS; i++)
        all &= !(rows[i].traits & LENGTH) || report->programs[i].loaded;
    return all;
}

void toc_bpf_no_cgroup(struct toc_bpf_report *report) {
    for (size_t i = 0; i < ROWS; i++) {
        if (!(rows[i].traits & CGROUP))
            continue;
        report->programs[i].loaded = false;
        snprintf(report->programs[i].reason, sizeof(report->programs[i].reason),
                 "no cgroup2 is mounted: mount -t cgroup2 none /sys/fs/cgroup");
    }
}

/* CAP_SYS_ADMIN, or CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN together. */
static bool privileged(void) {
    unsigned long long caps = 0;
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];

    if (!file)
        return geteuid() == 0;
    while (fgets(line, sizeof(line), file))
        if (sscanf(line, "CapEff: %llx", &caps) == 1)
            break;
    fclose(file);
    return caps >> 21 & 1 || ((caps >> 39 & 1) && (caps >> 38 & 1) && (caps >> 12 & 1));
}

static int refuse(struct toc_bpf_report *report, int error, const char *why) {
    snprintf(report->fault, sizeof(report->fault), "%s", why);
    for (size_t i = 0; i < report->n; i++)
        report->programs[i].loaded = false;
    return error;
}

int toc_bpf_check_system(struct toc_bpf_report *report) {
    if (!privileged())
        return refuse(report, -EPERM,
                      "no privilege to load BPF programs: run as root, or with CAP_BPF, "
                      "CAP_PERFMON and CAP_NET_ADMIN");
    if (access("/sys/kernel/btf/vmlinux", R_OK) < 0)
        return refuse(report, -ENOTSUP,
                      "this kernel has no type information (/sys/kernel/btf/vmlinux): it needs "
                      "CONFIG_DEBUG_INFO_BTF");
    return 0;
}

void toc_bpf_explain(int error, char *ret, size_t size) {
    switch (-error) {
    case EPERM: snprintf(ret, size, "not permitted here (EPERM)"); break;
    case ESRCH:
    case ENOENT: snprintf(ret, size, "this kernel does not have it"); break;
    case EACCES: snprintf(ret, size, "this kernel's verifier refuses it (EACCES)"); break;
    case EINVAL: snprintf(ret, size, "this kernel does not know it, or refuses it (EINVAL)"); break;
    case E2BIG: snprintf(ret, size, "too large for this kernel (E2BIG)"); break;
    case ENOMEM:
        snprintf(ret, size,
                 "no memory (ENOMEM): lower the ring's size or the limit of "
                 "locked memory");
        break;
    default: snprintf(ret, size, "%s", strerror(-error));
    }
}
