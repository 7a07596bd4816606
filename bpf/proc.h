// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Who makes the call: identity that the process cannot choose, and the names it can.
#pragma once

#include "maps.h"
#include "vmlinux_cgroup.h"

/* The kernel allows no deeper nesting; its verifier wants to know. */
#define MAX_PID_NS_LEVEL 32

static __always_inline u32 toc_pid_ns(struct task_struct *task) {
    struct pid *pid = task->thread_pid;
    struct pid_namespace *ns = 0;
    u64 level;

    if (!pid)
        return 0;
    level = pid->level;
    if (level == 0)
        return PROC_PID_INIT_INO;
    opaque(level);
    if (level > MAX_PID_NS_LEVEL)
        return 0;
    opaque(level);
    bpf_probe_read_kernel(&ns, sizeof(ns),
                          (void *)pid + bpf_core_field_offset(struct pid, numbers) +
                              level * bpf_core_type_size(struct upid) +
                              bpf_core_field_offset(struct upid, ns));
    return BPF_CORE_READ(ns, ns.inum);
}

static __always_inline u64 toc_exe_ino(struct task_struct *task) {
    struct mm_struct *mm = task->mm;
    struct file *exe;
    struct inode *inode;

    if (!mm)
        return 0;
    exe = mm->exe_file;
    if (!exe)
        return 0;
    inode = exe->f_inode;
    return inode ? inode->i_ino : 0;
}

/* Of version 2: what bpf_get_current_cgroup_id gives of the running thread. */
static __always_inline u64 toc_cgroup_id(struct task_struct *task) {
    if (!bpf_core_field_exists(struct task_struct___cgroups, cgroups))
        return bpf_get_current_cgroup_id();
    return ((struct task_struct___cgroups *)task)->cgroups->dfl_cgrp->kn->id;
}

/* Of the program, whichever way it enters the kernel. 0: none, or not told by this kernel. */
static __always_inline u8 toc_elf_bits(struct task_struct *task) {
    struct mm_struct *mm = task->mm;

    if (!mm || !bpf_core_field_exists(mm->context.flags))
        return 0;
    return BPF_CORE_READ_BITFIELD(mm, context.flags) & 1ul << MM_CONTEXT_32 ? 32 : 64;
}

static __always_inline void toc_proc_parent(struct toc_wire_proc *proc, struct task_struct *task) {
    struct task_struct *parent = task->real_parent;

    proc->ppid = parent ? parent->tgid : 0;
    if (parent)
        __builtin_memcpy(proc->parent_comm, parent->comm, sizeof(proc->parent_comm));
    else
        __builtin_memset(proc->parent_comm, 0, sizeof(proc->parent_comm));
}

/* What costs next to nothing. */
static __always_inline void toc_proc_who(struct toc_wire_proc *proc, struct task_struct *task) {
    const struct cred *cred = task->cred;

    proc->pid = task->tgid;
    proc->tid = task->pid;
    proc->uid = cred->uid.val;
    proc->gid = cred->gid.val;
    proc->traced = task->ptrace != 0;
}

static __always_inline void toc_proc_fill(struct toc_wire_proc *proc, struct task_struct *task) {
    struct task_struct *leader = task->group_leader;

    toc_proc_who(proc, task);
    proc->pid_ns = toc_pid_ns(task);
    proc->start_ns = leader ? leader->start_boottime : 0;
    proc->cgroup_id = toc_cgroup_id(task);
    proc->exe_ino = toc_exe_ino(task);
    __builtin_memcpy(proc->comm, task->comm, sizeof(proc->comm));
    proc->elf = toc_elf_bits(task);
    proc->kthread = (task->flags & PF_KTHREAD) != 0;
    toc_proc_parent(proc, task);
}
