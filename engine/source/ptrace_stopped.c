// SPDX-License-Identifier: Apache-2.0
// Compares a message header and its first buffer with what they were at entry.
#include "source/ptrace_stopped.h"

#include "source/ptrace_begin.h"
#include "source/ptrace_header.h"

static bool buffer_is_other(const struct toc_ptrace_memory *memory, bool narrow,
                            const struct toc_wire_entry *then) {
    struct toc_wire_seg wide;
    uint32_t words[2];

    if (!toc_ptrace_read_one(memory, then->iov_ptr, narrow ? (void *)words : &wide,
                             narrow ? sizeof(words) : sizeof(wide)))
        return false;
    if (narrow)
        wide = (struct toc_wire_seg){words[0], words[1]};
    return wide.base != then->seg_base || wide.len != then->seg_len;
}

static bool header_is_other(const struct toc_wire_entry *now, const struct toc_wire_entry *then) {
    return now->name_ptr != then->name_ptr || now->iov_ptr != then->iov_ptr ||
           now->control_ptr != then->control_ptr || now->iov_count != then->iov_count;
}

bool toc_ptrace_stopped_is_other(const struct toc_tracee *t, uint32_t i) {
    const struct toc_ptrace_memory memory = toc_ptrace_memory_of(t);
    bool narrow = TOC_KIND_ABI(t->kind) != TOC_WIRE_X86_64;
    const uint32_t size = toc_header_size(narrow);
    const struct toc_wire_entry *then;
    struct toc_wire_entry now;
    union toc_header header;

    if (i >= TOC_WIRE_PART_MSGS || i >= t->n_walked)
        return false;
    then = &t->shown[i];
    if (then->status != TOC_WIRE_OK ||
        !toc_ptrace_read_one(&memory, t->arg[1] + (uint64_t)i * size, &header, size))
        return false;
    toc_header_take(&header, narrow, &now);
    return header_is_other(&now, then) || (then->segs && buffer_is_other(&memory, narrow, then));
}
