// SPDX-License-Identifier: Apache-2.0
// cgroup2: where it is mounted, whose programs are attached to it, and what its paths tell.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOC_OWN_PROGRAMS 64

/* Attach types of <linux/bpf.h> since Linux 6.7, which older headers lack. */
#define TOC_BPF_CGROUP_UNIX_CONNECT 49
#define TOC_BPF_CGROUP_UNIX_SENDMSG 50
#define TOC_BPF_CGROUP_UNIX_RECVMSG 51

/* Programs known to rewrite nothing: ours, by id, and those of another tocsin, by their tag (a hash
 * of the instructions). */
struct toc_own_programs {
    size_t n;
    uint32_t ids[TOC_OWN_PROGRAMS];
    uint8_t tags[TOC_OWN_PROGRAMS][8];
};

struct toc_foreign_program {
    uint32_t id;
    char name[16]; /* letters, digits, _ and . up to a NUL: the kernel takes no other */
};

/* The first cgroup2 mount of /proc/mounts; the caller frees it. -ENOENT when there is none. */
int toc_cgroup_root(char **ret);

/* The container id in a cgroup path: the last run of 64 hex digits (docker, podman, containerd,
 * CRI-O, Kubernetes), else the name that systemd-nspawn or LXC gave; "" when there is none. The
 * caller frees it; NULL: no memory. */
char *toc_cgroup_container(const char *path);

/* True when socket address programs other than `own`, of a kind that rewrites destinations or
 * sources (sendmsg4/6, recvmsg4/6, connect4/6), are in effect on the cgroup `path` below `root`. */
bool toc_cgroup_foreign_bpf(const char *root, const char *path, const struct toc_own_programs *own);

/* Every socket address program of this host other than `own`, attached or not: how many there are;
 * the first `max` of them are in ret. */
size_t toc_cgroup_foreign_list(const struct toc_own_programs *own, struct toc_foreign_program *ret,
                               size_t max);
