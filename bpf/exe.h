// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Which program a process runs, and in which cgroup: their paths, told once, before the process's
// first call.
#pragma once

#include "cast.h"
#include "cgroup_path.h"
#include "maps.h"
#include "path.h"

/* Afterwards it may be too late: a short-lived process is gone when user space asks /proc. The path
 * is that of /proc/PID/exe as seen from outside of any chroot. bpf_d_path is for few programs only,
 * hence the walk. */
/* Components and mount points: as many as TOC_WIRE_PATH has room for, and as many again. */
#define EXE_STEPS TOC_WIRE_PATH

/* True where the kernel's types are as the walk takes them to be. */
static __always_inline bool exe_can_walk(void) {
    return bpf_core_field_exists(struct mount, mnt_mountpoint) &&
           bpf_core_field_exists(struct mount, mnt.mnt_root) &&
           bpf_core_field_exists(struct file, f_path.mnt) &&
           bpf_core_field_exists(struct dentry, d_name.name) &&
           bpf_core_field_exists(struct dentry, d_hash.pprev);
}

/* One component, or one mount point. */
static long exe_step(u32 i, void *unused) {
    struct scratch *s = toc_scratch();
    struct dentry *dentry, *parent;
    struct mount *mount, *above;
    struct path_walk *w;

    if (!s)
        return 1;
    w = &s->path_walk;
    dentry = (struct dentry *)w->at_node;
    mount = (struct mount *)w->mount;
    if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
        above = BPF_CORE_READ(mount, mnt_parent);
        w->done = above == mount;
        w->at_node = (u64)BPF_CORE_READ(mount, mnt_mountpoint);
        w->mount = (u64)above;
        return above == mount;
    }
    parent = BPF_CORE_READ(dentry, d_parent);
    if (!path_append(s, BPF_CORE_READ(dentry, d_name.name)))
        return 1;
    /* What has no place in any file system, like a memfd, is its own parent. */
    w->done = parent == dentry && i == 0;
    w->at_node = (u64)parent;
    return parent == dentry;
}

/* Walks from the file into scratch.path. Gives the bits of the record, -1: no path. */
static __always_inline int exe_walk(struct scratch *s, struct file *file) {
    struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
    struct vfsmount *vfs = BPF_CORE_READ(file, f_path.mnt);

    if (!dentry || !vfs)
        return -1;
    path_begin(s, (u64)dentry);
    s->path_walk.mount = (u64)vfs - bpf_core_field_offset(struct mount, mnt);
    bpf_loop(EXE_STEPS, exe_step, 0, 0);
    if (!s->path_walk.done || s->path_walk.n < 2)
        return -1;
    return BPF_CORE_READ(dentry, d_hash.pprev) ? 0 : TOC_WIRE_EXE_DELETED;
}

/* The path in scratch. True unless there was no room in the ring. */
static __always_inline bool exe_put(struct scratch *s, u32 bits) {
    u32 size;

    s->exe.bits = bits;
    s->exe.n = s->path_walk.n ? s->path_walk.n - 1 : 0;
    toc_head(&s->exe.head, TOC_WIRE_EXE, bpf_ktime_get_boot_ns());
    s->exe.head.call_cpu = bpf_get_smp_processor_id();
    s->exe.head.call_seq = 0;
    size = sizeof(s->exe) + ((s->exe.n + 7) & ~7);
    return s->is_urgent ? toc_emit_urgent(&s->exe.head, size, sizeof(s->exe) + TOC_WIRE_PATH)
                        : toc_emit(s, &s->exe.head, size, sizeof(s->exe) + TOC_WIRE_PATH);
}

static __always_inline bool exe_emit(struct scratch *s, struct task_struct *task, u32 bits) {
    struct mm_struct *mm = BPF_CORE_READ(task, mm);
    struct file *file = mm ? BPF_CORE_READ(mm, exe_file) : 0;
    int found = file ? exe_walk(s, file) : -1;

    return found < 0 || exe_put(s, bits | found);
}

/* Tells both programs and the cgroup of the process named in scratch.exe. Global, so that it is
 * verified once. */
__noinline int exe_emit_all(void) {
    struct task_struct *task = toc_task();
    struct scratch *s = toc_scratch();
    struct task_struct *parent;

    if (!s)
        return 1;
    parent = task->real_parent;
    if ((!exe_can_walk() ||
         (exe_emit(s, task, 0) && (!parent || exe_emit(s, parent, TOC_WIRE_EXE_PARENT)))) &&
        (!cgroup_walk(s, task) || exe_put(s, TOC_WIRE_EXE_CGROUP)))
        return 1;
    count(parts_lost, 1);
    return 0;
}

/* Known only afterwards: another thread's call must not come before the record. */
static __always_inline void exe_tell(struct task_struct *task, const struct toc_wire_proc *proc) {
    struct task_struct *parent = task->real_parent;
    u64 parent_execs = parent ? parent->self_exec_id : 0;
    u32 i = proc->pid & (TOC_WIRE_EXES - 1);
    struct scratch *s;
    struct exe_known *known = bpf_map_lookup_elem(&exes, &i);

    if (!known || (known->start_ns == proc->start_ns && known->exe_ino == proc->exe_ino &&
                   known->execs == task->self_exec_id && known->parent_execs == parent_execs &&
                   known->pid == proc->pid && known->ppid == proc->ppid &&
                   known->cgroup_id == proc->cgroup_id))
        return;
    s = toc_scratch();
    if (!s)
        return;
    s->exe.start_ns = proc->start_ns;
    s->exe.exe_ino = proc->exe_ino;
    s->exe.cgroup_id = proc->cgroup_id;
    s->exe.pid = proc->pid;
    s->exe.ppid = proc->ppid;
    if (!exe_emit_all())
        return;
    known->start_ns = proc->start_ns;
    known->exe_ino = proc->exe_ino;
    known->cgroup_id = proc->cgroup_id;
    known->execs = task->self_exec_id;
    known->parent_execs = parent_execs;
    known->pid = proc->pid;
    known->ppid = proc->ppid;
}
