// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What does not fit into a message's entry: control messages, further iovecs, a long name.
#pragma once

#include "maps.h"
#include "walk_header.h"

struct items {
    u64 at;
    u64 end;
    u32 bits;
};

/* One struct cmsghdr; the kernel's rules for the next one. */
static __always_inline bool item_read(struct items *it, struct toc_wire_item *item) {
    u32 word = it->bits & WALK_32 ? 4 : 8, head = word + 8;
    u64 len = 0;

    if (it->at + head > it->end)
        return true;
    if (bpf_probe_read_user(&len, word, (void *)it->at) ||
        bpf_probe_read_user(&item->level, 8, (void *)(it->at + word)))
        return false;
    item->len = len;
    if (len < head || len > it->end - it->at)
        it->at = it->end;
    else
        it->at += (len + word - 1) & ~(u64)(word - 1);
    return true;
}

static __always_inline void walk_items(struct walk *w, struct toc_wire_entry *e,
                                       struct toc_wire_extra *x) {
    struct items it = {e->control_ptr, e->control_ptr + e->control_len, w->bits};

    x->items_status = TOC_WIRE_OK;
    for (u32 i = 0; i < TOC_WIRE_ITEMS; i++) {
        u64 before = it.at;

        if (!item_read(&it, &x->items[i])) {
            x->items_status = TOC_WIRE_FAULT;
            return;
        }
        if (it.at == before)
            return;
        x->n_items = i + 1;
    }
}

static __always_inline void walk_long_name(struct toc_wire_entry *e, struct toc_wire_extra *x) {
    u32 n = e->name_len;

    if (n > sizeof(x->name))
        n = sizeof(x->name);
    opaque(n);
    if (n > sizeof(x->name))
        return;
    if (!bpf_probe_read_user(x->name, n, (void *)e->name_ptr))
        x->name_n = n;
}

static __always_inline bool wants_items(const struct walk *w, const struct toc_wire_entry *e) {
    return w->bits & WALK_CONTROL && e->control_ptr && e->control_len;
}

static __always_inline void walk_extra(struct walk *w, struct scratch *s, struct toc_wire_entry *e,
                                       u32 index) {
    struct toc_wire_extra *x = &s->extra;

    toc_head(&x->head, TOC_WIRE_EXTRA, w->time);
    x->head.call_cpu = w->call_cpu;
    x->head.call_seq = w->call_seq;
    x->view = w->view;
    x->index = index;
    x->n_segs = x->n_items = x->name_n = x->items_status = 0;
    if (e->segs > 1) {
        __builtin_memcpy(x->segs, s->segs, sizeof(x->segs));
        x->n_segs = e->segs;
    }
    if (wants_items(w, e)) {
        walk_items(w, e, x);
        e->control_status = x->items_status;
    }
    if (e->name_status == TOC_WIRE_OK && e->name_len > TOC_WIRE_NAME)
        walk_long_name(e, x);
    e->bits |= TOC_WIRE_HAS_EXTRA;
    if (!toc_emit(s, &x->head, sizeof(*x), sizeof(*x))) {
        e->bits |= TOC_WIRE_EXTRA_LOST;
        w->parts_lost++;
    }
}
