// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The kernel's types of a cgroup, its name and its programs, as far as they are read.
#pragma once

#include "vmlinux_min.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct bpf_prog {
    u8 tag[8];
};

struct bpf_prog_array_item {
    struct bpf_prog *prog; /* NULL: the end */
};

struct bpf_prog_array {
    struct bpf_prog_array_item items[1];
};

enum cgroup_bpf_attach_type { CGROUP_UDP4_SENDMSG, CGROUP_UDP6_SENDMSG };

struct cgroup_bpf {
    struct bpf_prog_array *effective[1]; /* by that type */
};

struct kernfs_node {
    struct kernfs_node *parent;
    const char *name;
    u64 id;
};

/* Since Linux 6.15. */
struct kernfs_node___rcu {
    struct kernfs_node *__parent;
};

struct cgroup {
    struct kernfs_node *kn;
    struct cgroup_bpf bpf;
};

struct css_set {
    struct cgroup *dfl_cgrp;
};

struct task_struct___cgroups {
    struct css_set *cgroups;
};

struct sock_cgroup_data {
    struct cgroup *cgroup;
};

struct sock___of_cgroup {
    struct sock_cgroup_data sk_cgrp_data;
};

#pragma clang attribute pop
