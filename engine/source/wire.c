// SPDX-License-Identifier: Apache-2.0
// Checks wire records and shows their parts.
#include "source/wire.h"

#include <errno.h>
#include <stdbool.h>

#include "event/catalogue.h"
#include "event/wire_action.h"
#include "source/watched.h"

#define ENTRY sizeof(struct toc_wire_entry)
#define KERNEL_MSG sizeof(struct toc_wire_kernel_msg)

static bool status_ok(uint8_t status) {
    return status <= TOC_WIRE_FAULT;
}

static bool addr_ok(const struct toc_wire_addr *addr) {
    return status_ok(addr->status) && addr->n <= TOC_WIRE_NAME;
}

static bool entries_ok(const struct toc_wire_record *r) {
    if (r->n_entries > TOC_WIRE_PART_MSGS || r->view > TOC_WIRE_VIEW_KERNEL ||
        r->first + r->n_entries > TOC_WIRE_MAX_MSGS)
        return false;
    for (uint32_t i = 0; i < r->n_entries; i++) {
        const struct toc_wire_entry *e = &r->entries[i];

        if (!status_ok(e->status) || !status_ok(e->name_status) || !status_ok(e->iov_status) ||
            !status_ok(e->control_status) || e->name_n > TOC_WIRE_NAME || e->segs > TOC_WIRE_SEGS ||
            e->hook >= TOC_WIRE_HOOKS)
            return false;
    }
    return true;
}

static bool kernel_ok(const struct toc_wire_record *r) {
    for (uint32_t i = 0; i < r->n_kernel; i++) {
        const struct toc_wire_kernel_msg *m = &r->kernel_msgs[i];

        if (m->name_n > TOC_WIRE_NAME || m->name_hook >= TOC_WIRE_HOOKS ||
            m->ret_hook >= TOC_WIRE_HOOKS)
            return false;
    }
    return true;
}

/* Records of either sort of call name the events of that sort. */
static bool event_ok(uint16_t event, bool is_side) {
    return event < TOC_EVENT_NONE && toc_watched_events() >> event & 1 &&
           ((toc_event_info(event)->groups & (GROUP_WAIT | GROUP_SIDE)) != 0) == is_side;
}

static bool check_enter(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_enter *e = data;

    if (r->head->size < sizeof(*e))
        return false;
    r->enter = e;
    r->entries = (const void *)(e + 1);
    r->n_entries = e->n_entries;
    r->view = TOC_WIRE_VIEW_ENTER;
    return r->head->size == sizeof(*e) + e->n_entries * ENTRY && entries_ok(r) &&
           event_ok(e->event, false) && e->abi < TOC_WIRE_ABIS && e->via <= TOC_WIRE_IN_KERNEL &&
           status_ok(e->args_status) && e->n_walked <= TOC_WIRE_MAX_MSGS &&
           status_ok(e->timeout.status) && status_ok(e->sock.status) && addr_ok(&e->sock.local) &&
           addr_ok(&e->sock.peer);
}

static bool check_side_enter(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_side_enter *e = data;
    struct toc_wire_parts parts;

    if (r->head->size < sizeof(*e))
        return false;
    r->side_enter = e;
    return r->head->size == sizeof(*e) + e->n && event_ok(e->event, true) &&
           e->abi < TOC_WIRE_ABIS && e->via <= TOC_WIRE_SOCKETCALL && status_ok(e->args_status) &&
           toc_wire_parts(e + 1, e->n, &parts);
}

static bool check_side_exit(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_side_exit *e = data;
    struct toc_wire_parts parts;

    if (r->head->size < sizeof(*e))
        return false;
    r->side_exit = e;
    return r->head->size == sizeof(*e) + e->n && toc_wire_parts(e + 1, e->n, &parts);
}

static bool check_entries(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_entries *p = data;

    if (r->head->size < sizeof(*p))
        return false;
    r->part = p;
    r->entries = (const void *)(p + 1);
    r->n_entries = p->n;
    r->first = p->first;
    r->view = (enum toc_wire_view)p->view;
    return r->head->size == sizeof(*p) + p->n * ENTRY && entries_ok(r);
}

static bool check_extra(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_extra *x = data;

    if (r->head->size != sizeof(*x))
        return false;
    r->extra = x;
    r->view = (enum toc_wire_view)x->view;
    return x->view <= TOC_WIRE_VIEW_PEER && x->index < TOC_WIRE_MAX_MSGS &&
           x->n_segs <= TOC_WIRE_SEGS && x->n_items <= TOC_WIRE_ITEMS &&
           x->name_n <= TOC_WIRE_LONG_NAME && status_ok(x->items_status);
}

static bool check_kernel(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_kernel *k = data;

    if (r->head->size < sizeof(*k) || k->n > TOC_WIRE_PART_MSGS)
        return false;
    r->kernel = k;
    r->kernel_msgs = (const void *)(k + 1);
    r->n_kernel = k->n;
    return r->head->size == sizeof(*k) + k->n * KERNEL_MSG && kernel_ok(r);
}

static bool check_exit(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_exit *e = data;

    if (r->head->size < sizeof(*e) || e->n_kernel > TOC_WIRE_PART_MSGS)
        return false;
    r->exit = e;
    r->entries = (const void *)(e + 1);
    r->n_entries = e->n_entries;
    r->view = TOC_WIRE_VIEW_EXIT;
    r->n_kernel = e->n_kernel;
    if (r->head->size != sizeof(*e) + e->n_entries * ENTRY + e->n_kernel * KERNEL_MSG ||
        !entries_ok(r))
        return false;
    r->kernel_msgs = (const void *)(r->entries + r->n_entries);
    return kernel_ok(r) && e->n_walked <= TOC_WIRE_MAX_MSGS && status_ok(e->timeout.status) &&
           e->inner_hook < TOC_WIRE_HOOKS;
}

static bool check_exe(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_exe *e = data;

    if (r->head->size < sizeof(*e))
        return false;
    r->exe = e;
    return (e->n > 0 || e->bits == TOC_WIRE_EXE_CGROUP) && e->n < TOC_WIRE_PATH &&
           r->head->size == sizeof(*e) + (e->n + 7u) / 8 * 8 &&
           (e->bits <= (TOC_WIRE_EXE_PARENT | TOC_WIRE_EXE_DELETED) ||
            e->bits == TOC_WIRE_EXE_CGROUP);
}

static bool check_action(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_action *a = data;
    uint32_t n;

    if (r->head->size < sizeof(*a))
        return false;
    r->action = a;
    n = (uint32_t)a->n_signature + a->n_pack + a->n_asked + a->n_done;
    return r->head->size == sizeof(*a) + (n + 7u) / 8 * 8;
}

static bool check_arguments(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_arguments *a = data;

    if (r->head->size != sizeof(*a))
        return false;
    r->arguments = a;
    return status_ok(a->status);
}

static bool check_taken(const void *data, struct toc_wire_record *r) {
    const struct toc_wire_taken *t = data;

    if (r->head->size != sizeof(*t))
        return false;
    r->taken = t;
    return t->hook < TOC_WIRE_HOOKS && status_ok(t->timeout.status);
}

int toc_wire_check(const void *data, size_t n, struct toc_wire_record *ret) {
    const struct toc_wire_head *head = data;
    struct toc_wire_record r = {.head = head};
    bool ok = false;

    if (n < sizeof(*head) || head->size > n || head->size % 8 || head->version != TOC_WIRE_VERSION)
        return -EBADMSG;
    switch (head->kind) {
    case TOC_WIRE_ENTER: ok = check_enter(data, &r); break;
    case TOC_WIRE_ENTRIES: ok = check_entries(data, &r); break;
    case TOC_WIRE_EXTRA: ok = check_extra(data, &r); break;
    case TOC_WIRE_KERNEL: ok = check_kernel(data, &r); break;
    case TOC_WIRE_EXIT: ok = check_exit(data, &r); break;
    case TOC_WIRE_ACTION: ok = check_action(data, &r); break;
    case TOC_WIRE_ARGUMENTS: ok = check_arguments(data, &r); break;
    case TOC_WIRE_TAKEN: ok = check_taken(data, &r); break;
    case TOC_WIRE_GONE: ok = head->size == sizeof(*head); break;
    case TOC_WIRE_EXE: ok = check_exe(data, &r); break;
    case TOC_WIRE_SIDE_ENTER: ok = check_side_enter(data, &r); break;
    case TOC_WIRE_SIDE_EXIT: ok = check_side_exit(data, &r); break;
    }
    if (!ok)
        return -EBADMSG;
    *ret = r;
    return 0;
}
