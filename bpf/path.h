// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// A path put together from its last component up, in scratch.path.
#pragma once

#include "maps.h"

static __always_inline void path_begin(struct scratch *s, u64 node) {
    s->path_walk.at_node = node;
    s->path_walk.n = s->path_walk.done = 0;
}

/* A component, and the slash after it. False: it has no name, or there is no room. */
static __always_inline bool path_append(struct scratch *s, const void *name) {
    u32 at = s->path_walk.n;
    long n;

    if (at >= TOC_WIRE_PATH)
        return false;
    opaque(at);
    at &= TOC_WIRE_PATH - 1;
    n = bpf_probe_read_kernel_str(s->path + at, PATH_NAME, name);
    if (n <= 1 || at + n > TOC_WIRE_PATH)
        return false;
    s->path[(at + n - 1) & (TOC_WIRE_PATH - 1)] = '/';
    s->path_walk.n = at + n;
    return true;
}
