// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Reads a timeout in user memory, in any layout.
#pragma once

#include "maps.h"

static __always_inline void timeout_read(struct toc_wire_timeout *t, u32 layout, u64 at) {
    s32 old[2] = {};
    s64 now[2] = {};
    long failed;

    t->sec = t->nsec = 0;
    t->status = TOC_WIRE_ABSENT;
    if (layout == TOC_WIRE_TIME_NONE)
        return;
    t->status = TOC_WIRE_NULL;
    if (!at)
        return;
    if (layout == TOC_WIRE_TIME_TIME32)
        failed = bpf_probe_read_user(old, sizeof(old), (void *)at);
    else
        failed = bpf_probe_read_user(now, sizeof(now), (void *)at);
    t->status = failed ? TOC_WIRE_FAULT : TOC_WIRE_OK;
    t->sec = layout == TOC_WIRE_TIME_TIME32 ? old[0] : now[0];
    t->nsec = layout == TOC_WIRE_TIME_TIME32 ? old[1] : now[1];
}
