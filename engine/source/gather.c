// SPDX-License-Identifier: Apache-2.0
// Sorts the records of one call by message.
#include "source/gather.h"

#include <errno.h>
#include <string.h>

#include "event/catalogue.h"

static struct toc_gathered_msg *msg_at(struct toc_gathered *g, uint32_t i) {
    if (i >= TOC_WIRE_MAX_MSGS) {
        g->beyond = true;
        return NULL;
    }
    if (i >= g->n_msgs)
        g->n_msgs = i + 1;
    return &g->msgs[i];
}

static void add_entries(struct toc_gathered *g, const struct toc_wire_record *r) {
    for (uint32_t i = 0; i < r->n_entries; i++) {
        struct toc_gathered_msg *m = msg_at(g, r->first + i);

        if (!m)
            return;
        g->n_view[r->view] += !m->view[r->view];
        m->view[r->view] = &r->entries[i];
    }
}

static void add_kernel(struct toc_gathered *g, const struct toc_wire_record *r) {
    for (uint32_t i = 0; i < r->n_kernel; i++) {
        struct toc_gathered_msg *m = msg_at(g, r->kernel_msgs[i].index);

        if (m)
            m->kernel = &r->kernel_msgs[i];
    }
}

static void add_extra(struct toc_gathered *g, const struct toc_wire_record *r) {
    if (r->view == TOC_WIRE_VIEW_LOCAL)
        g->local = r->extra;
    else if (r->view == TOC_WIRE_VIEW_PEER)
        g->peer = r->extra;
    else if (!msg_at(g, r->extra->index))
        return;
    else if (r->view == TOC_WIRE_VIEW_KERNEL_NAME)
        g->msgs[r->extra->index].kernel_name = r->extra;
    else if (r->view == TOC_WIRE_VIEW_KERNEL && r->extra->items_status)
        g->msgs[r->extra->index].items = r->extra;
    else
        g->msgs[r->extra->index].extra[r->view] = r->extra;
}

static void add_payload(struct toc_gathered *g, const struct toc_wire_record *r) {
    struct toc_gathered_msg *m = msg_at(g, r->payload->index);

    if (m)
        m->payload[r->view] = r->payload;
}

static void add(struct toc_gathered *g, const struct toc_wire_record *r) {
    switch (r->head->kind) {
    case TOC_WIRE_ENTER: g->enter = r->enter; break;
    case TOC_WIRE_EXIT: g->exit = r->exit; break;
    case TOC_WIRE_ARGUMENTS: g->arguments = r->arguments; break;
    case TOC_WIRE_TAKEN: g->taken = r->taken; break;
    case TOC_WIRE_EXTRA: add_extra(g, r); break;
    case TOC_WIRE_PAYLOAD: add_payload(g, r); break;
    case TOC_WIRE_ACTION:
        if (g->n_actions < TOC_MAX_ACTIONS)
            g->actions[g->n_actions++] = r->action;
        break;
    }
    add_entries(g, r);
    add_kernel(g, r);
}

/* In place of the EXIT record that a pending call lacks. */
static const struct toc_wire_exit nothing = {.timeout = {.status = TOC_WIRE_ABSENT}};

int toc_gather(const struct toc_call *call, struct toc_gathered *ret) {
    struct toc_wire_record record;

    memset(ret->msgs, 0, ret->n_msgs * sizeof(ret->msgs[0]));
    ret->enter = NULL;
    ret->exit = NULL;
    ret->arguments = NULL;
    ret->taken = NULL;
    ret->local = ret->peer = NULL;
    ret->n_msgs = ret->n_view[0] = ret->n_view[1] = ret->n_view[2] = 0;
    ret->beyond = false;
    ret->n_actions = 0;
    for (size_t at = 0; at < call->n; at += record.head->size) {
        toc_wire_show(call->bytes + at, &record);
        add(ret, &record);
    }
    ret->pending = call->pending;
    if (ret->pending && !ret->exit)
        ret->exit = &nothing;
    return ret->enter && ret->exit ? 0 : -EBADMSG;
}

static bool view_cut(const struct toc_wire_entry *e) {
    return e && e->status == TOC_WIRE_OK &&
           (e->bits & (TOC_WIRE_EXTRA_LOST | TOC_WIRE_PAYLOAD_SPENT) ||
            (e->iov_status != TOC_WIRE_FAULT && e->iov_ptr && e->iov_count &&
             !(e->bits & TOC_WIRE_IOV_WHOLE)));
}

static bool items_cut(const struct toc_wire_extra *x, const struct toc_wire_entry *e) {
    uint64_t len = 0;

    if (!x || !e || x->n_items < TOC_WIRE_ITEMS)
        return false;
    for (uint32_t i = 0; i < x->n_items; i++)
        len += (x->items[i].len + 7) & ~7ull;
    return len + 12 < e->control_len;
}

/* Messages that the kernel may have looked at. */
static uint32_t used(const struct toc_gathered *g) {
    uint32_t moved = g->exit->ret > 0 ? (uint32_t)g->exit->ret : 0;
    uint32_t asked = (uint32_t)g->enter->arg[2];

    if (!(toc_event_info(g->enter->event)->groups & GROUP_BATCH))
        return toc_event_info(g->enter->event)->groups & (GROUP_SEND | GROUP_RECV) ? 1 : 0;
    if (moved < g->exit->kernel_seen)
        moved = g->exit->kernel_seen;
    if (g->enter->event == TOC_EVENT_sendmmsg)
        moved = asked < TOC_WIRE_MAX_MSGS ? asked : TOC_WIRE_MAX_MSGS;
    return moved;
}

bool toc_gathered_truncated(const struct toc_gathered *g, const struct toc_call *call) {
    bool orphan = g->enter->bits & TOC_WIRE_ORPHAN;

    if (call->cut || g->beyond || g->exit->bits & TOC_WIRE_PART_LOST)
        return true;
    /* What could not be told to be a socket may have been read all the same. */
    if (g->enter->sock.status != TOC_WIRE_OK && !g->enter->n_walked)
        return false;
    if (orphan || used(g) > g->n_view[TOC_WIRE_VIEW_ENTER] ||
        g->n_view[TOC_WIRE_VIEW_EXIT] < g->exit->n_walked)
        return true;
    for (uint32_t i = 0; i < g->n_msgs; i++) {
        const struct toc_gathered_msg *m = &g->msgs[i];

        if (view_cut(m->view[0]) || view_cut(m->view[1]) || items_cut(m->extra[0], m->view[0]) ||
            items_cut(m->extra[1], m->view[1]))
            return true;
    }
    return false;
}
