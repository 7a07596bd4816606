// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The names that a call showed at its entry, kept for as long as it is under way.
#pragma once

#include "deny_maps.h"

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

static __always_inline void kept_name_set(struct kept_name *to, const struct toc_wire_entry *e) {
    const u64 *from = (const u64 *)e->name;

    _Static_assert(__builtin_offsetof(struct toc_wire_entry, name) + sizeof(*to) == sizeof(*e) &&
                       __builtin_offsetof(struct toc_wire_entry, name) % 8 == 0 &&
                       __builtin_offsetof(struct kept_name, name_n) ==
                           __builtin_offsetof(struct toc_wire_entry, name_n) -
                               __builtin_offsetof(struct toc_wire_entry, name),
                   "a name and its length end an entry");
    for (int k = 0; k < 4; k++)
        to->words[k] = from[k];
    to->name_status = e->name_status;
    to->status = e->status;
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
        kept_name_set(&more->names[index], &s->entries[i]);
    }
}

/* What was shown of a message. */
struct shown {
    const u8 *name;
    u8 name_n, name_status, status;
};

/* False: nothing was kept of it. */
static __always_inline bool name_shown(const struct call_state *st, u32 index, struct shown *ret) {
    u32 place = st->more - 1;
    struct more_names *more;

    if (index < st->kept.rec.n_entries) {
        const struct toc_wire_entry *e;

        index_part(index);
        e = &st->kept.entries[index];
        *ret = (struct shown){e->name, e->name_n, e->name_status, e->status};
        return true;
    }
    if (!st->more || index >= st->n_more)
        return false;
    more = bpf_map_lookup_elem(&more_names, &place);
    if (!more)
        return false;
    opaque(more);
    index_message(index);
    *ret = (struct shown){more->names[index].name, more->names[index].name_n,
                          more->names[index].name_status, more->names[index].status};
    return true;
}

/* An IPv4 address in IPv6 form; the kernel uses it as the former. */
static __always_inline bool name_is_mapped(const u8 *name) {
    return *(u32 *)(name + 8) == 0 && *(u32 *)(name + 12) == 0 &&
           *(u32 *)(name + 16) == bpf_htonl(0xffff);
}

/* By family, port and address, as user space compares; `used` is as the hooks show it. */
static __always_inline bool names_differ(const u8 *shown, u8 shown_status, const u8 *used) {
    const u8 *a = shown, *b = used;
    u32 from = *(u16 *)a, to = *(u16 *)b;

    if (shown_status != TOC_WIRE_OK || *(u16 *)(a + 2) != *(u16 *)(b + 2))
        return true;
    if (to == AF_INET && from == AF_INET6)
        return !name_is_mapped(a) || *(u32 *)(a + 20) != *(u32 *)(b + 4);
    /* AF_UNSPEC may stand for AF_INET. */
    if (to == AF_INET)
        return (from != AF_INET && from != 0) || *(u32 *)(a + 4) != *(u32 *)(b + 4);
    return from != AF_INET6 || *(u64 *)(a + 8) != *(u64 *)(b + 8) ||
           *(u64 *)(a + 16) != *(u64 *)(b + 16);
}
