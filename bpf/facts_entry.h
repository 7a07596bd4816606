// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What the messages of a call add up to, and whether one differs between entry and exit.
#pragma once

#include "maps.h"

#include "event/space.h"

#define TASK_END_64 0x7ffffffff000ull
#define ALL_BITS (~0ull)

/* Classes that the memory [p, p + len) may be of. */
static __always_inline u64 facts_space(u64 p, u64 len, bool is_32) {
    u64 end = is_32 ? 1ull << 32 : TASK_END_64;

    if (!p)
        return 1 << TOC_SPACE_NULL;
    if (p >= end || len > end - p)
        return ALL_BITS;
    return p < TOC_MMAP_MIN_ADDR ? 1 << TOC_SPACE_LOW : 1 << TOC_SPACE_USER;
}

/* What follows has no branches, of which the verifier would follow each for each message. */
static __always_inline u64 facts_name_family(const u8 *name) {
    return 1ull << (*(u16 *)name & 63);
}

/* Of what has a port. */
static __always_inline u64 facts_port(const u8 *name) {
    u64 family = facts_name_family(name);

    return ((family >> AF_INET | family >> AF_INET6) & 1) << (bpf_ntohs(*(u16 *)(name + 2)) & 63);
}

/* What is named as inet6 may be shown as the inet it maps. */
static __always_inline u64 facts_family(const u8 *name) {
    u64 family = facts_name_family(name);

    return family | (family >> AF_INET6 & 1) << AF_INET;
}

static __always_inline void facts_entry(struct entry_facts *all, const struct toc_wire_entry *e,
                                        bool is_32) {
    all->status |= 1ull << (e->status & 63);
    if (e->status != TOC_WIRE_OK)
        return;
    all->name_status |= 1ull << (e->name_status & 63);
    all->iov_status |= 1ull << (e->iov_status & 63);
    all->name_space |= facts_space(e->name_ptr, 0, is_32);
    all->iov_space |= facts_space(e->iov_ptr, 0, is_32);
    all->control_space |= facts_space(e->control_ptr, 0, is_32);
    if (e->segs == 1)
        all->seg_space |= facts_space(e->seg_base, e->seg_len, is_32);
    else if (e->segs)
        all->seg_space = ALL_BITS;
    if (e->iov_count > all->iov_count)
        all->iov_count = e->iov_count;
    if ((u32)e->name_len > all->name_len)
        all->name_len = (u32)e->name_len;
    if (e->name_status == TOC_WIRE_OK) {
        all->ports |= facts_port(e->name);
        all->families |= facts_family(e->name);
        all->flow |= (facts_name_family(e->name) >> AF_INET6 & 1) * *(u32 *)&e->name[4];
    }
    all->has_items |= e->control_ptr && e->control_len;
    all->is_huge |= (s64)e->iov_count < 0 || (s64)e->iov_bytes < 0 || (s64)e->seg_len < 0 ||
                    (s64)e->control_len < 0;
    all->is_cut |= e->bits & TOC_WIRE_HAS_EXTRA ||
                   (e->iov_ptr && e->iov_count && !(e->bits & TOC_WIRE_IOV_WHOLE));
}

/* Bytes beyond an IPv4 address may be anything. */
static __always_inline bool facts_names_differ(const struct toc_wire_entry *a,
                                               const struct toc_wire_entry *b) {
    const u64 *x = (const u64 *)a->name, *y = (const u64 *)b->name;

    if (a->name_status != b->name_status || a->name_n != b->name_n)
        return true;
    if (a->name_status != TOC_WIRE_OK)
        return false;
    return x[0] != y[0] || x[1] != y[1] ||
           (a->name_n > 16 && (x[2] != y[2] || *(u32 *)&x[3] != *(u32 *)&y[3]));
}

/* Of what the kernel does not write. */
static __always_inline bool facts_differ(const struct toc_wire_entry *a,
                                         const struct toc_wire_entry *b, bool is_send) {
    if (a->status != b->status || a->bits != b->bits || a->bits & TOC_WIRE_HAS_EXTRA)
        return true;
    if (a->status != TOC_WIRE_OK)
        return false;
    if (a->name_ptr != b->name_ptr || a->iov_ptr != b->iov_ptr ||
        a->control_ptr != b->control_ptr || a->iov_count != b->iov_count ||
        a->iov_status != b->iov_status || a->segs != b->segs)
        return true;
    if (a->segs && (a->seg_base != b->seg_base || a->seg_len != b->seg_len))
        return true;
    return is_send && (a->name_len != b->name_len || a->control_len != b->control_len ||
                       a->control_status != b->control_status || a->flags != b->flags ||
                       facts_names_differ(a, b));
}
