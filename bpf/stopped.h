// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The message that a batch of receives stopped at: nothing of the result tells of it, so it is
// looked at when its header or buffer is not what it was at entry.
#pragma once

#include "abi.h"
#include "maps.h"
#include "walk_header.h"

/* What the kernel takes of the header, whichever its layout. */
static __always_inline bool stopped_header(const struct call_state *st, u32 i,
                                           struct user_mmsghdr *ret) {
    struct user_mmsghdr32 narrow;

    if (!CALL_IS_32(st->kind))
        return !bpf_probe_read_user(ret, sizeof(*ret), (void *)(st->vec + i * sizeof(*ret)));
    if (bpf_probe_read_user(&narrow, sizeof(narrow), (void *)(st->vec + i * sizeof(narrow))))
        return false;
    ret->name = narrow.name;
    ret->iov = narrow.iov;
    ret->iov_count = narrow.iov_count;
    ret->control = narrow.control;
    return true;
}

static __always_inline bool stopped_buffer(const struct call_state *st, u64 at,
                                           struct toc_wire_seg *ret) {
    u32 narrow[2];

    if (!CALL_IS_32(st->kind))
        return !bpf_probe_read_user(ret, sizeof(*ret), (void *)at);
    if (bpf_probe_read_user(narrow, sizeof(narrow), (void *)at))
        return false;
    ret->base = narrow[0];
    ret->len = narrow[1];
    return true;
}

static __always_inline bool stopped_differs(const struct call_state *st,
                                            const struct toc_wire_entry *e,
                                            const struct user_mmsghdr *h) {
    struct toc_wire_seg now;

    if (h->name != e->name_ptr || h->iov != e->iov_ptr || h->control != e->control_ptr ||
        h->iov_count != e->iov_count)
        return true;
    return e->segs && stopped_buffer(st, e->iov_ptr, &now) &&
           (now.base != e->seg_base || now.len != e->seg_len);
}

/* Whether message i is to be looked at. Global, so that it is verified once and its frame is gone
 * when messages are read. */
__noinline int stopped_is_other(const struct call_state *st, u32 i) {
    struct user_mmsghdr now;

    if (!st || i >= TOC_WIRE_PART_MSGS || i >= st->n_walked)
        return 0;
    index_part(i);
    return st->kept.entries[i].status == TOC_WIRE_OK && stopped_header(st, i, &now) &&
           stopped_differs(st, &st->kept.entries[i], &now);
}
