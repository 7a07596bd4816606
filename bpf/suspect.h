// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Which calls look like attacks already here: those whose records must not be lost among others.
#pragma once

#include "maps.h"

/* Bytes of toc_wire_entry from its name on; of the last of them, these have another meaning here.
 */
#define KEPT_NAME_STATUS 30
#define KEPT_STATUS 31
#define NO_FAULT 0xffffffffu
_Static_assert(__builtin_offsetof(struct toc_wire_entry, name) + sizeof(struct kept_name) ==
                       sizeof(struct toc_wire_entry) &&
                   __builtin_offsetof(struct toc_wire_entry, name) % 8 == 0,
               "a name and its length end an entry");

/* Remembers the names shown at entry. */
static __always_inline void names_keep(struct call_state *st, const struct scratch *s, u32 n) {
    st->n_names = n < TOC_WIRE_PART_MSGS ? n : TOC_WIRE_PART_MSGS;
    st->first_fault = NO_FAULT;
    for (u32 i = 0; i < TOC_WIRE_PART_MSGS; i++) {
        const struct toc_wire_entry *e = &s->entries[i];
        struct kept_name *to = &st->names[i];
        const u64 *from = (const u64 *)e->name;

        if (i >= n)
            break;
        for (int k = 0; k < 4; k++)
            to->words[k] = from[k];
        to->bytes[KEPT_NAME_STATUS] = e->name_status;
        to->bytes[KEPT_STATUS] = e->status;
        if ((e->status == TOC_WIRE_FAULT || e->name_status == TOC_WIRE_FAULT) &&
            st->first_fault > i)
            st->first_fault = i;
    }
}

/* The entries of scratch as the names kept say. */
static __always_inline void names_show(const struct call_state *st, struct scratch *s) {
    for (u32 i = 0; i < TOC_WIRE_PART_MSGS; i++) {
        const struct kept_name *from = &st->names[i];
        struct toc_wire_entry *e = &s->entries[i];
        u64 *to = (u64 *)e->name;

        if (i >= st->n_names)
            break;
        __builtin_memset(e, 0, sizeof(*e));
        for (int k = 0; k < 4; k++)
            to[k] = from->words[k];
        e->status = from->bytes[KEPT_STATUS];
        e->name_status = from->bytes[KEPT_NAME_STATUS];
        e->bits = TOC_WIRE_NAME_ONLY;
        e->segs = e->hook = 0;
    }
}

/* In doubt they differ: user space compares them again, by all the rules. */
static __always_inline bool names_differ(const struct kept_name *shown,
                                         const struct toc_wire_kernel_msg *used) {
    const u8 *a = shown->bytes, *b = used->name;
    u32 family = *(u16 *)b;

    if (shown->bytes[KEPT_NAME_STATUS] != TOC_WIRE_OK || *(u16 *)(a + 2) != *(u16 *)(b + 2))
        return true;
    if (family == AF_INET && *(u16 *)a == AF_INET6)
        return *(u32 *)(a + 20) != *(u32 *)(b + 4); /* IPv4-mapped */
    if (family == AF_INET)
        return *(u32 *)(a + 4) != *(u32 *)(b + 4);
    return *(u32 *)(a + 8) != *(u32 *)(b + 8) || *(u32 *)(a + 12) != *(u32 *)(b + 12) ||
           *(u32 *)(a + 16) != *(u32 *)(b + 16) || *(u32 *)(a + 20) != *(u32 *)(b + 20);
}

/* The first message in the list whose address is another than the one shown; its size: none. */
static __always_inline u32 suspect_find(const struct call_state *st) {
    if (!TOC_KIND_IS_SEND(st->kind))
        return TOC_WIRE_PART_MSGS;
    for (u32 i = 0; i < TOC_WIRE_PART_MSGS; i++) {
        const struct toc_wire_kernel_msg *msg = &st->kernel[i];
        u32 index = msg->index;

        if (i >= st->n_kernel)
            break;
        if (!msg->name_hook || index >= st->n_names)
            continue;
        index_part(index);
        if (names_differ(&st->names[index], msg))
            return i;
    }
    return TOC_WIRE_PART_MSGS;
}

static __always_inline bool suspect_is(const struct call_state *st, long ret) {
    bool several = TOC_KIND_SHAPE(st->kind) == TOC_WIRE_SHAPE_BATCH;
    u32 returned = several ? (ret > 0 ? ret : 0) : ret >= 0;
    u32 moved = returned > st->kernel_seen ? returned : st->kernel_seen;

    return st->args_changed || (toc_has_length && st->kernel_seen > returned) ||
           st->first_fault < moved || suspect_find(st) < TOC_WIRE_PART_MSGS;
}
