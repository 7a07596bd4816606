// SPDX-License-Identifier: Apache-2.0
// Whether other programs may rewrite the addresses of a cgroup's sockets, asked seldom.
#include "source/foreign.h"

#include <stddef.h>

bool toc_foreign_bpf(struct toc_foreign *foreign, uint64_t cgroup_id, const char *path,
                     uint64_t now_ns) {
    size_t i = cgroup_id % TOC_FOREIGN_SLOTS;

    if (!foreign->root)
        return false;
    if (foreign->slots[i].cgroup_id != cgroup_id || !foreign->slots[i].asked_ns ||
        now_ns - foreign->slots[i].asked_ns > TOC_FOREIGN_FRESH_NS) {
        foreign->slots[i].cgroup_id = cgroup_id;
        foreign->slots[i].asked_ns = now_ns;
        foreign->slots[i].is_foreign =
            toc_cgroup_foreign_bpf(foreign->root, path ? path : "/", &foreign->own);
    }
    return foreign->slots[i].is_foreign;
}
