// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The names that a call showed at its entry, kept for as long as it is under way.
#pragma once

#include "deny_maps.h"

/* Bytes of toc_wire_entry from its name on; of the last of them, these have another meaning here.
 */
#define KEPT_NAME_N TOC_WIRE_NAME
#define KEPT_NAME_STATUS 30
#define KEPT_STATUS 31
#define NO_FAULT 0xffffffffu
_Static_assert(__builtin_offsetof(struct toc_wire_entry, name) + sizeof(struct kept_name) ==
                       sizeof(struct toc_wire_entry) &&
                   __builtin_offsetof(struct toc_wire_entry, name) % 8 == 0,
               "a name and its length end an entry");

static __always_inline void name_keep(struct kept_name *to, const struct toc_wire_entry *e) {
    const u64 *from = (const u64 *)e->name;

    for (int k = 0; k < 4; k++)
        to->words[k] = from[k];
    to->bytes[KEPT_NAME_STATUS] = e->name_status;
    to->bytes[KEPT_STATUS] = e->status;
}

/* Remembers the names shown at entry. */
static __always_inline void names_keep(struct call_state *st, const struct scratch *s, u32 n) {
    st->n_names = n < TOC_WIRE_PART_MSGS ? n : TOC_WIRE_PART_MSGS;
    st->first_fault = NO_FAULT;
    for (u32 i = 0; i < TOC_WIRE_PART_MSGS; i++) {
        const struct toc_wire_entry *e = &s->entries[i];

        if (i >= n)
            break;
        name_keep(&st->names[i], e);
        if ((e->status == TOC_WIRE_FAULT || e->name_status == TOC_WIRE_FAULT) &&
            st->first_fault > i)
            st->first_fault = i;
    }
}

/* Places that are looked at for a free one. */
#define MORE_TRIES 4

/* A place for the names that a long batch shows. Where there is none they count as unread. */
static __always_inline void more_claim(struct call_state *st, u64 task) {
    for (u32 i = 0; i < MORE_TRIES && !st->more; i++) {
        u32 place = ((u32)task + i) % TOC_WIRE_MORE_NAMES;
        struct more_names *more = bpf_map_lookup_elem(&more_names, &place);

        if (more && !__sync_val_compare_and_swap(&more->task, 0, task))
            st->more = place + 1;
    }
}

static __always_inline void more_release(struct call_state *st) {
    u32 place = st->more - 1;
    struct more_names *more = st->more ? bpf_map_lookup_elem(&more_names, &place) : 0;

    if (more)
        more->task = 0;
    st->more = st->n_more = 0;
}

/* The names of a part that is not the first, which is in scratch. */
static __always_inline void more_keep(const struct walk *w, const struct scratch *s, u32 n) {
    u32 place = w->more - 1, first = w->first;
    struct more_names *more = bpf_map_lookup_elem(&more_names, &place);

    if (!more)
        return;
    for (u32 i = 0; i < TOC_WIRE_PART_MSGS; i++) {
        u32 index = first + i;

        if (i >= n)
            break;
        index_message(index);
        name_keep(&more->names[index], &s->entries[i]);
    }
}

/* The name that was shown of a message. NULL: none was kept. */
static __always_inline const struct kept_name *name_shown(const struct call_state *st, u32 index) {
    u32 place = st->more - 1;
    struct more_names *more;

    if (index < st->n_names) {
        index_part(index);
        return &st->names[index];
    }
    if (!st->more || index >= st->n_more)
        return 0;
    more = bpf_map_lookup_elem(&more_names, &place);
    if (!more)
        return 0;
    opaque(more);
    index_message(index);
    return &more->names[index];
}

/* An IPv4 address in IPv6 form; the kernel uses it as the former. */
static __always_inline bool name_is_mapped(const u8 *name) {
    return *(u32 *)(name + 8) == 0 && *(u32 *)(name + 12) == 0 &&
           *(u32 *)(name + 16) == bpf_htonl(0xffff);
}

/* By family, port and address, as user space compares; `used` is as the hooks show it. */
static __always_inline bool names_differ(const struct kept_name *shown, const u8 *used) {
    const u8 *a = shown->bytes, *b = used;
    u32 from = *(u16 *)a, to = *(u16 *)b;

    if (shown->bytes[KEPT_NAME_STATUS] != TOC_WIRE_OK || *(u16 *)(a + 2) != *(u16 *)(b + 2))
        return true;
    if (to == AF_INET && from == AF_INET6)
        return !name_is_mapped(a) || *(u32 *)(a + 20) != *(u32 *)(b + 4);
    /* AF_UNSPEC may stand for AF_INET. */
    if (to == AF_INET)
        return (from != AF_INET && from != 0) || *(u32 *)(a + 4) != *(u32 *)(b + 4);
    return from != AF_INET6 || *(u64 *)(a + 8) != *(u64 *)(b + 8) ||
           *(u64 *)(a + 16) != *(u64 *)(b + 16);
}
