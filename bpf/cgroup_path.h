// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The path of a task's cgroup of version 2, as told in records: it may be gone when user space
// asks.
#pragma once

#include "maps.h"
#include "path.h"
#include "vmlinux_cgroup.h"

#define CGROUP_STEPS (TOC_WIRE_PATH / 2) /* levels */

static __always_inline struct kernfs_node *cgroup_parent(struct kernfs_node *node) {
    if (bpf_core_field_exists(struct kernfs_node, parent))
        return BPF_CORE_READ(node, parent);
    return BPF_CORE_READ((struct kernfs_node___rcu *)node, __parent);
}

/* True where the kernel's types are as the walk takes them to be. */
static __always_inline bool cgroup_can_walk(void) {
    return bpf_core_field_exists(struct task_struct___cgroups, cgroups) &&
           bpf_core_field_exists(struct css_set, dfl_cgrp) &&
           bpf_core_field_exists(struct cgroup, kn) &&
           bpf_core_field_exists(struct kernfs_node, name) &&
           (bpf_core_field_exists(struct kernfs_node, parent) ||
            bpf_core_field_exists(struct kernfs_node___rcu, __parent));
}

static long cgroup_step(u32 i, void *unused) {
    struct scratch *s = toc_scratch();
    struct kernfs_node *node, *parent;

    if (!s)
        return 1;
    node = (struct kernfs_node *)s->path_walk.at_node;
    parent = cgroup_parent(node);
    s->path_walk.done = !parent;
    s->path_walk.at_node = (u64)parent;
    return !parent || !path_append(s, BPF_CORE_READ(node, name));
}

/* Into scratch.path. False: no path. */
static __always_inline bool cgroup_walk(struct scratch *s, struct task_struct *task) {
    struct kernfs_node *node;

    if (!cgroup_can_walk())
        return false;
    node = BPF_CORE_READ((struct task_struct___cgroups *)task, cgroups, dfl_cgrp, kn);
    if (!node)
        return false;
    path_begin(s, (u64)node);
    bpf_loop(CGROUP_STEPS, cgroup_step, 0, 0);
    return s->path_walk.done;
}
