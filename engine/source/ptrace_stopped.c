// SPDX-License-Identifier: Apache-2.0
// Compares a message header and its first buffer with what they were at entry.
#include "source/ptrace_stopped.h"

#include "source/ptrace_begin.h"
#include "source/ptrace_header.h"

static bool differs(const struct toc_ptrace_memory *memory, const struct toc_wire_entry *e,
                    const struct toc_header64 *h) {
    struct toc_wire_seg now;

    if (h->name != e->name_ptr || h->iov != e->iov_ptr || h->control != e->control_ptr ||
        h->iov_count != e->iov_count)
        return true;
    if (!e->segs || !toc_ptrace_read_one(memory, e->iov_ptr, &now, sizeof(now)))
        return false;
    return now.base != e->seg_base || now.len != e->seg_len;
}

bool toc_ptrace_stopped_is_other(const struct toc_tracee *t, uint32_t i) {
    const struct toc_ptrace_memory memory = toc_ptrace_memory_of(t);
    struct toc_header64 now;

    if (TOC_KIND_ABI(t->kind) != TOC_WIRE_X86_64 || i >= TOC_WIRE_PART_MSGS || i >= t->n_walked)
        return false;
    return t->shown[i].status == TOC_WIRE_OK &&
           toc_ptrace_read_one(&memory, t->arg[1] + i * sizeof(now), &now, sizeof(now)) &&
           differs(&memory, &t->shown[i], &now);
}
