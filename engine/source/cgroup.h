// SPDX-License-Identifier: Apache-2.0
// cgroup2: where it is mounted, whose programs are attached to it, and what its paths tell.
#pragma once

#include <stdbool.h>

/* The first cgroup2 mount of /proc/mounts; the caller frees it. -ENOENT when there is none. */
int toc_cgroup_root(char **ret);

/* The container id in a cgroup path: the last run of 64 hex digits; "" when there is none. The
 * caller frees it; NULL: no memory. */
char *toc_cgroup_container(const char *path);

/* True when more than `own` socket address programs of a kind that rewrites destinations or sources
 * (sendmsg4/6, recvmsg4/6, connect4/6; ours have no connect) are in effect on the cgroup `path`
 * below `root`. */
bool toc_cgroup_foreign_bpf(const char *root, const char *path, unsigned own);
