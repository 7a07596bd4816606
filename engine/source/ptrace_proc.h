// SPDX-License-Identifier: Apache-2.0
// Who a traced thread is, from /proc.
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "event/wire.h"

/* What is kept of a thread from its first watched call to its end or its next exec. */
struct toc_ptrace_facts {
    pid_t tid; /* 0: nothing is open */
    int status, comm, pagemap, pidfd;
    uint32_t pid; /* of its process */
    uint32_t pid_ns;
    uint64_t start_ns; /* of its process, as exact as /proc tells: to a clock tick */
    uint64_t exe_ino, cgroup_id;
    uint64_t asked_at; /* when cgroup and parent were asked for; changes show within a second */
    uint32_t parent;   /* whose name parent_comm is; 0: nobody's */
    uint8_t parent_comm[16];
    uint8_t elf;
};

/* Opens what is needed for thread tid; what cannot be opened is -1, and what it would tell 0. */
void toc_ptrace_facts_open(struct toc_ptrace_facts *facts, pid_t tid);
void toc_ptrace_facts_close(struct toc_ptrace_facts *facts);

/* The thread as it is now. cgroup_root: mount of cgroup2, or NULL. */
void toc_ptrace_proc_fill(struct toc_ptrace_facts *facts, const char *cgroup_root, uint64_t now_ns,
                          struct toc_wire_proc *ret);
