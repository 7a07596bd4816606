// SPDX-License-Identifier: Apache-2.0
// Whether other programs may rewrite the addresses of a cgroup's sockets, asked seldom.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "source/cgroup.h"

#define TOC_FOREIGN_SLOTS 256
#define TOC_FOREIGN_FRESH_NS 100000000u

struct toc_foreign {
    const char *root; /* cgroup2 mount, borrowed; NULL: nothing can be asked */
    struct toc_own_programs own;
    struct {
        uint64_t cgroup_id, asked_ns;
        bool is_foreign;
    } slots[TOC_FOREIGN_SLOTS];
};

/* path: of the cgroup below root; NULL: of the root itself. Sockets belong to the cgroup they were
 * created in, so a process that moved since may be judged by the wrong one. */
bool toc_foreign_bpf(struct toc_foreign *foreign, uint64_t cgroup_id, const char *path,
                     uint64_t now_ns);
