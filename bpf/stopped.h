// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The message that a batch of receives stopped at: nothing of the result tells of it, so it is
// looked at when its header or buffer is not what it was at entry.
#pragma once

#include "abi.h"
#include "maps.h"
#include "walk_header.h"

static __always_inline bool stopped_differs(const struct toc_wire_entry *e,
                                            const struct user_mmsghdr *h) {
    struct toc_wire_seg now;

    if (h->name != e->name_ptr || h->iov != e->iov_ptr || h->control != e->control_ptr ||
        h->iov_count != e->iov_count)
        return true;
    if (!e->segs || bpf_probe_read_user(&now, sizeof(now), (void *)e->iov_ptr))
        return false;
    return now.base != e->seg_base || now.len != e->seg_len;
}

/* Whether message i is to be looked at. Of the 64-bit layout alone. Global, so that it is verified
 * once and its frame is gone when messages are read. */
__noinline int stopped_is_other(const struct call_state *st, u32 i) {
    struct user_mmsghdr now;
    u64 at;

    if (!st || CALL_IS_32(st->kind) || i >= TOC_WIRE_PART_MSGS || i >= st->n_walked)
        return 0;
    index_part(i);
    at = st->vec + i * sizeof(now);
    return st->kept.entries[i].status == TOC_WIRE_OK &&
           !bpf_probe_read_user(&now, sizeof(now), (void *)at) &&
           stopped_differs(&st->kept.entries[i], &now);
}
