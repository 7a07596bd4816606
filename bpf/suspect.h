// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Which calls look like attacks already here: those whose records must not be lost among others.
#pragma once

#include "names.h"

/* The first message in the list whose address is another than the one shown; its size: none.
 * Global, so that it is verified once. */
__noinline int suspect_find(const struct call_state *st) {
    if (!st || !TOC_KIND_IS_SEND(st->kind))
        return TOC_WIRE_PART_MSGS;
    for (u32 i = 0; i < TOC_WIRE_PART_MSGS; i++) {
        const struct toc_wire_kernel_msg *msg = &st->kernel[i];
        u32 index = msg->index;

        if (i >= st->n_kernel)
            break;
        if (!msg->name_hook || index >= st->kept.rec.n_entries)
            continue;
        index_part(index);
        if (*(u16 *)msg->name == AF_UNIX
                ? !(msg->bits & TOC_WIRE_NAME_SAME)
                : names_differ(st->kept.entries[index].name, st->kept.entries[index].name_status,
                               msg->name))
            return i;
    }
    return TOC_WIRE_PART_MSGS;
}

static __always_inline bool suspect_has(const struct call_state *st) {
    return TOC_KIND_IS_SEND(st->kind) && st->n_kernel && suspect_find(st) < TOC_WIRE_PART_MSGS;
}

/* Messages whose header or name could not be read at entry, as bits. No branches, of which the
 * verifier would follow each. */
__noinline int suspect_faults(const struct call_state *st) {
    u32 faults = 0;

    if (!st)
        return 0;
    _Static_assert(TOC_WIRE_FAULT == 3 && TOC_WIRE_PART_MSGS <= 32, "the largest of two bits");
    for (u32 i = 0; i < TOC_WIRE_PART_MSGS; i++) {
        const struct toc_wire_entry *e = &st->kept.entries[i];
        u32 status = e->status & e->status >> 1, name = e->name_status & e->name_status >> 1;

        if (i >= st->kept.rec.n_entries)
            break;
        faults |= (status | name) << i;
    }
    return (int)faults;
}

static __always_inline bool suspect_is(const struct call_state *st, long ret) {
    bool several = TOC_KIND_SHAPE(st->kind) == TOC_WIRE_SHAPE_BATCH;
    u32 returned = several ? (ret > 0 ? ret : 0) : ret >= 0;
    u32 moved = returned > st->kernel_seen ? returned : st->kernel_seen;

    return st->denied || st->args_changed || (toc_has_length && st->kernel_seen > returned) ||
           (u32)suspect_faults(st) & (moved < TOC_WIRE_PART_MSGS ? (1u << moved) - 1 : ~0u) ||
           suspect_has(st);
}
