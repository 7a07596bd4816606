// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Which processes are observed.
#pragma once

#include "machine.h"
#include "maps.h"

static __always_inline bool toc_is_own(const struct task_struct *task) {
    return (u32)task->tgid == toc_self;
}

static __always_inline bool toc_is_self(void) {
    return (u32)(bpf_get_current_pid_tgid() >> 32) == toc_self;
}

/* Only asked of our own process: nobody else can make one. */
static __always_inline bool toc_is_heartbeat(struct pt_regs *regs) {
    return toc_heartbeat && machine_arg(regs, TOC_WIRE_NATIVE, 1) == toc_heartbeat;
}

static __always_inline bool toc_is_in_scope(u32 tgid) {
    if (toc_scope_procs && !bpf_map_lookup_elem(&procs, &tgid))
        return false;
    if (toc_scope_cgroup && bpf_current_task_under_cgroup(&scope_cgroup, 0) != 1)
        return false;
    return true;
}

/* What runs there was told of, which is so of processes in scope alone, until they end. */
static __always_inline bool scope_is_told(const struct task_struct *task) {
    const struct task_struct *leader = task->group_leader;
    u32 i = (u32)task->tgid & (TOC_WIRE_EXES - 1);
    const struct exe_known *known = bpf_map_lookup_elem(&exes, &i);

    return known && leader && known->pid == (u32)task->tgid &&
           known->start_ns == leader->start_boottime;
}

/* The same of the running thread, mostly without looking for it among all in scope. */
static __always_inline bool toc_is_task_in_scope(const struct task_struct *task) {
    return (toc_scope_procs && !toc_scope_cgroup && scope_is_told(task)) ||
           toc_is_in_scope(task->tgid);
}

static __always_inline bool toc_in_scope(void) {
    return toc_is_in_scope(bpf_get_current_pid_tgid() >> 32);
}

/* A child is in scope before it runs. */
static __always_inline void toc_scope_fork(struct task_struct *parent, struct task_struct *child) {
    u32 from = parent->tgid, to = child->tgid;
    u8 one = 1;

    if (!toc_scope_follow || from == to || !bpf_map_lookup_elem(&procs, &from))
        return;
    bpf_map_update_elem(&procs, &to, &one, BPF_ANY);
}

static __always_inline void toc_scope_exit(struct task_struct *task) {
    u32 tgid = task->tgid;

    if (task->signal->live.counter == 0)
        bpf_map_delete_elem(&procs, &tgid);
}
