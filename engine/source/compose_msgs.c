// SPDX-License-Identifier: Apache-2.0
// Makes the messages of an event from what each witness saw of them.
#include <string.h>

#include "source/compose.h"

static uint32_t make_name(struct toc_builder *b, const struct toc_wire_entry *e,
                          const struct toc_wire_extra *x) {
    uint32_t off;
    struct toc_addr *addr = TOC_NEW(b, addr, &off);

    if (!addr)
        return 0;
    TOC_SET(addr, addr, status, e->name_status);
    TOC_SET(addr, addr, ptr, e->name_ptr);
    if (!(e->bits & TOC_WIRE_NAME_LEN_FAULT))
        TOC_SET(addr, addr, len, (uint32_t)e->name_len);
    if (e->name_status == TOC_WIRE_OK && x && x->name_n)
        toc_builder_sockaddr(b, addr, x->name, x->name_n);
    else if (e->name_status == TOC_WIRE_OK)
        toc_builder_sockaddr(b, addr, e->name, e->name_n);
    return off;
}

static void set_segs(struct toc_builder *b, struct toc_iov *iov, const struct toc_wire_entry *e,
                     const struct toc_wire_extra *x) {
    const struct toc_wire_seg first = {e->seg_base, e->seg_len};
    const struct toc_wire_seg *from = x && x->n_segs ? x->segs : &first;
    uint32_t n = x && x->n_segs ? x->n_segs : e->segs > 0, off;
    struct toc_seg *segs = TOC_NEW_LIST(b, seg, n, &off);

    if (!segs)
        return;
    for (uint32_t i = 0; i < n; i++) {
        TOC_SET(seg, &segs[i], base, from[i].base);
        TOC_SET(seg, &segs[i], len, from[i].len);
    }
    TOC_SET(iov, iov, segs, ((struct toc_ref){off, n}));
}

/* Of buffers that could not be read nothing is known, not that they are empty. */
static void set_payload(struct toc_builder *b, struct toc_iov *iov,
                        const struct toc_wire_payload *p) {
    TOC_SET(iov, iov, data_status, p->status);
    if (p->status != TOC_WIRE_OK && p->n == 0)
        return;
    TOC_SET(iov, iov, data, toc_builder_bytes(b, p + 1, p->n));
    TOC_SET(iov, iov, data_len, p->n);
    TOC_SET(iov, iov, data_truncated, p->is_cut != 0);
}

static uint32_t make_iov(struct toc_builder *b, const struct toc_wire_entry *e,
                         const struct toc_wire_extra *x, const struct toc_wire_payload *p) {
    uint32_t off;
    struct toc_iov *iov = TOC_NEW(b, iov, &off);

    if (!iov)
        return 0;
    TOC_SET(iov, iov, status, e->iov_status);
    if (!e->hook)
        TOC_SET(iov, iov, ptr, e->iov_ptr);
    TOC_SET(iov, iov, count, e->iov_count);
    if (e->bits & TOC_WIRE_IOV_WHOLE)
        TOC_SET(iov, iov, bytes, e->iov_bytes);
    if (e->iov_status == TOC_WIRE_OK)
        set_segs(b, iov, e, x);
    if (p)
        set_payload(b, iov, p);
    return off;
}

static uint32_t make_control(struct toc_builder *b, const struct toc_wire_entry *e,
                             const struct toc_wire_extra *x) {
    uint32_t off, items_off, n = x ? x->n_items : 0;
    struct toc_control *control = TOC_NEW(b, control, &off);
    struct toc_citem *items;

    if (!control)
        return 0;
    TOC_SET(control, control, status, e->control_status);
    TOC_SET(control, control, ptr, e->control_ptr);
    TOC_SET(control, control, len, e->control_len);
    if (e->control_status != TOC_WIRE_OK)
        return off;
    items = TOC_NEW_LIST(b, citem, n, &items_off);
    if (!items)
        return off;
    for (uint32_t i = 0; i < n; i++) {
        TOC_SET(citem, &items[i], level, x->items[i].level);
        TOC_SET(citem, &items[i], type, x->items[i].type);
        TOC_SET(citem, &items[i], len, x->items[i].len);
    }
    TOC_SET(control, control, items, ((struct toc_ref){items_off, n}));
    return off;
}

static uint32_t make_view(struct toc_composer *c, const struct toc_gathered_msg *from,
                          enum toc_wire_view which) {
    const struct toc_wire_entry *e = from->view[which];
    const struct toc_wire_extra *x = from->extra[which];
    struct toc_builder *b = c->builder;
    uint32_t off;
    struct toc_view *view = TOC_NEW(b, view, &off);

    if (!view)
        return 0;
    TOC_SET(view, view, status, e->status);
    if (e->status != TOC_WIRE_OK)
        return off;
    TOC_SET(view, view, name, make_name(b, e, x));
    if (!toc_compose_has_buffer(c->gathered->enter->event))
        TOC_SET(view, view, flags, e->flags);
    TOC_SET(view, view, iov, make_iov(b, e, x, from->payload[which]));
    TOC_SET(view, view, control, make_control(b, e, x));
    return off;
}

static uint32_t make_copied_iov(struct toc_composer *c, const struct toc_gathered_msg *from) {
    const struct toc_wire_entry *copy = from->view[TOC_WIRE_VIEW_KERNEL];

    if (!copy || copy->iov_status == TOC_WIRE_ABSENT)
        return 0;
    return make_iov(c->builder, copy, from->extra[TOC_WIRE_VIEW_KERNEL], NULL);
}

/* A single message has its length from the return value. */
static void set_len(struct toc_composer *c, struct toc_msg *msg, uint32_t i,
                    const struct toc_wire_entry *exit) {
    int64_t ret = c->gathered->exit->ret;

    if (!(toc_event_info(c->gathered->enter->event)->groups & GROUP_BATCH)) {
        if (!c->gathered->pending && ret >= 0 && ret <= UINT32_MAX)
            TOC_SET(msg, msg, len, (uint32_t)ret);
    } else if (exit && exit->status == TOC_WIRE_OK && (int64_t)i < ret) {
        TOC_SET(msg, msg, len, exit->len);
    }
}

static bool same_payload(const struct toc_wire_payload *a, const struct toc_wire_payload *b) {
    if (!a || !b)
        return a == b;
    return a->n == b->n && a->status == b->status && a->is_cut == b->is_cut &&
           !memcmp(a + 1, b + 1, a->n);
}

/* Whether the two views say the same of all that a view holds. */
static bool same_views(const struct toc_gathered_msg *from) {
    const struct toc_wire_entry *a = from->view[TOC_WIRE_VIEW_ENTER];
    const struct toc_wire_entry *b = from->view[TOC_WIRE_VIEW_EXIT];
    const size_t len = offsetof(struct toc_wire_entry, len), after = len + sizeof(a->len);

    return a && b && !from->extra[TOC_WIRE_VIEW_ENTER] && !from->extra[TOC_WIRE_VIEW_EXIT] &&
           same_payload(from->payload[0], from->payload[1]) && !memcmp(a, b, len) &&
           !memcmp((const char *)a + after, (const char *)b + after, sizeof(*a) - after);
}

static void set_msg(struct toc_composer *c, struct toc_msg *msg, uint32_t i, bool foreign_bpf) {
    const struct toc_gathered_msg *from = &c->gathered->msgs[i];
    const struct toc_wire_entry *enter = from->view[TOC_WIRE_VIEW_ENTER];
    const struct toc_wire_entry *exit = from->view[TOC_WIRE_VIEW_EXIT];
    const struct toc_wire_entry *copy = from->view[TOC_WIRE_VIEW_KERNEL];

    TOC_SET(msg, msg, index, i);
    set_len(c, msg, i, exit);
    if (enter)
        TOC_SET(msg, msg, enter, make_view(c, from, TOC_WIRE_VIEW_ENTER));
    if (from->kernel || copy)
        TOC_SET(msg, msg, kernel,
                toc_compose_kernel(c, from, make_copied_iov(c, from), foreign_bpf));
    if (exit)
        TOC_SET(msg, msg, exit,
                same_views(from) ? msg->enter : make_view(c, from, TOC_WIRE_VIEW_EXIT));
}

void toc_compose_msgs(struct toc_composer *c, struct toc_event *event, bool foreign_bpf) {
    uint32_t off, n = c->gathered->n_msgs;
    struct toc_msg *msgs = TOC_NEW_LIST(c->builder, msg, n, &off);

    if (!msgs)
        return;
    TOC_SET(event, event, msgs, ((struct toc_ref){off, n}));
    for (uint32_t i = 0; i < n; i++)
        set_msg(c, &msgs[i], i, foreign_bpf);
}
