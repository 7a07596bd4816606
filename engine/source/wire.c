// SPDX-License-Identifier: Apache-2.0
// Checks wire records and shows their parts.
#include "source/wire.h"

#include <errno.h>
#include <stdbool.h>

#include "event/variants.h"
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

/* Without branches: nearly all records are good. */
static bool entries_ok(const struct toc_wire_record *r) {
    unsigned bad = 0;

    if (r->n_entries > TOC_WIRE_PART_MSGS || r->view > TOC_WIRE_VIEW_KERNEL ||
        r->first + r->n_entries > TOC_WIRE_MAX_MSGS)
        return false;
    for (uint32_t i = 0; i < r->n_entries; i++) {
        const struct toc_wire_entry *e = &r->entries[i];

        bad |= (unsigned)!status_ok(e->status) | (unsigned)!status_ok(e->name_status) |
               (unsigned)!status_ok(e->iov_status) | (unsigned)!status_ok(e->control_status) |
               (unsigned)(e->name_n > TOC_WIRE_NAME) | (unsigned)(e->segs > TOC_WIRE_SEGS) |
               (unsigned)(e->hook >= TOC_WIRE_HOOKS);
    }
    return !bad;
}

static bool kernel_ok(const struct toc_wire_record *r) {
    unsigned bad = 0;

    for (uint32_t i = 0; i < r->n_kernel; i++) {
        const struct toc_wire_kernel_msg *m = &r->kernel_msgs[i];

        bad |= (unsigned)(m->name_n > TOC_WIRE_NAME) | (unsigned)(m->name_hook >= TOC_WIRE_HOOKS) |
               (unsigned)(m->ret_hook >= TOC_WIRE_HOOKS);
    }
    return !bad;
}

/* Records of either sort of call name the events of that sort. */
static bool event_ok(uint16_t event, bool is_side) {
    const uint64_t side = EVENT_WAITS | EVENT_SIDE, watched = toc_watched_events();

    return event < TOC_EVENT_NONE && (is_side ? watched & side : watched & ~side) >> event & 1;
}

void toc_wire_show(const void *data, struct toc_wire_record *r) {
    *r = (struct toc_wire_record){.head = data};
    switch (r->head->kind) {
    case TOC_WIRE_ENTER:
        r->enter = data;
        r->entries = (const void *)(r->enter + 1);
        r->n_entries = r->enter->n_entries;
        r->view = TOC_WIRE_VIEW_ENTER;
        break;
    case TOC_WIRE_ENTRIES:
        r->part = data;
        r->entries = (const void *)(r->part + 1);
        r->n_entries = r->part->n;
        r->first = r->part->first;
        r->view = (enum toc_wire_view)r->part->view;
        break;
    case TOC_WIRE_EXTRA:
        r->extra = data;
        r->view = (enum toc_wire_view)r->extra->view;
        break;
    case TOC_WIRE_KERNEL:
        r->kernel = data;
        r->kernel_msgs = (const void *)(r->kernel + 1);
        r->n_kernel = r->kernel->n;
        break;
    case TOC_WIRE_EXIT:
        r->exit = data;
        r->entries = (const void *)(r->exit + 1);
        r->n_entries = r->exit->n_entries;
        r->view = TOC_WIRE_VIEW_EXIT;
        r->n_kernel = r->exit->n_kernel;
        r->kernel_msgs = (const void *)(r->entries + r->n_entries);
        break;
    case TOC_WIRE_ACTION: r->action = data; break;
    case TOC_WIRE_ARGUMENTS: r->arguments = data; break;
    case TOC_WIRE_TAKEN: r->taken = data; break;
    case TOC_WIRE_PAYLOAD:
        r->payload = data;
        r->view = (enum toc_wire_view)r->payload->view;
        break;
    case TOC_WIRE_EXE: r->exe = data; break;
    case TOC_WIRE_SIDE_ENTER: r->side_enter = data; break;
    case TOC_WIRE_SIDE_EXIT: r->side_exit = data; break;
    }
}

/* Each of a record that is as long as its struct. */
static bool enter_ok(const struct toc_wire_record *r) {
    const struct toc_wire_enter *e = r->enter;

    return r->head->size == sizeof(*e) + e->n_entries * ENTRY && entries_ok(r) &&
           event_ok(e->event, false) && e->abi < TOC_WIRE_ABIS && e->via <= TOC_WIRE_IN_KERNEL &&
           status_ok(e->args_status) && e->n_walked <= TOC_WIRE_MAX_MSGS &&
           status_ok(e->timeout.status) && status_ok(e->sock.status) && addr_ok(&e->sock.local) &&
           addr_ok(&e->sock.peer);
}

static bool side_enter_ok(const struct toc_wire_record *r) {
    const struct toc_wire_side_enter *e = r->side_enter;
    struct toc_wire_parts parts;

    return r->head->size == sizeof(*e) + e->n && event_ok(e->event, true) &&
           e->abi < TOC_WIRE_ABIS && e->via <= TOC_WIRE_SOCKETCALL && status_ok(e->args_status) &&
           toc_wire_parts(e + 1, e->n, &parts);
}

static bool side_exit_ok(const struct toc_wire_record *r) {
    const struct toc_wire_side_exit *e = r->side_exit;
    struct toc_wire_parts parts;

    return r->head->size == sizeof(*e) + e->n && toc_wire_parts(e + 1, e->n, &parts);
}

static bool part_ok(const struct toc_wire_record *r) {
    return r->head->size == sizeof(*r->part) + r->n_entries * ENTRY && entries_ok(r);
}

static bool extra_ok(const struct toc_wire_record *r) {
    const struct toc_wire_extra *x = r->extra;

    return r->head->size == sizeof(*x) && x->view < TOC_WIRE_VIEWS &&
           x->index < TOC_WIRE_MAX_MSGS && x->n_segs <= TOC_WIRE_SEGS &&
           x->n_items <= TOC_WIRE_ITEMS && x->name_n <= TOC_WIRE_LONG_NAME &&
           status_ok(x->items_status);
}

static bool kernel_part_ok(const struct toc_wire_record *r) {
    return r->n_kernel <= TOC_WIRE_PART_MSGS &&
           r->head->size == sizeof(*r->kernel) + r->n_kernel * KERNEL_MSG && kernel_ok(r);
}

static bool exit_ok(const struct toc_wire_record *r) {
    const struct toc_wire_exit *e = r->exit;

    return r->n_kernel <= TOC_WIRE_PART_MSGS &&
           r->head->size == sizeof(*e) + r->n_entries * ENTRY + r->n_kernel * KERNEL_MSG &&
           entries_ok(r) && kernel_ok(r) && e->n_walked <= TOC_WIRE_MAX_MSGS &&
           status_ok(e->timeout.status) && e->inner_hook < TOC_WIRE_HOOKS;
}

static bool exe_ok(const struct toc_wire_record *r) {
    const struct toc_wire_exe *e = r->exe;

    return (e->n > 0 || e->bits == TOC_WIRE_EXE_CGROUP) && e->n < TOC_WIRE_PATH &&
           r->head->size == sizeof(*e) + (e->n + 7u) / 8 * 8 &&
           (e->bits <= (TOC_WIRE_EXE_PARENT | TOC_WIRE_EXE_DELETED) ||
            e->bits == TOC_WIRE_EXE_CGROUP);
}

static bool action_ok(const struct toc_wire_record *r) {
    const struct toc_wire_action *a = r->action;
    uint32_t n = (uint32_t)a->n_signature + a->n_pack + a->n_asked + a->n_done;

    return r->head->size == sizeof(*a) + (n + 7u) / 8 * 8;
}

static bool arguments_ok(const struct toc_wire_record *r) {
    return r->head->size == sizeof(*r->arguments) && status_ok(r->arguments->status);
}

static bool taken_ok(const struct toc_wire_record *r) {
    const struct toc_wire_taken *t = r->taken;

    return r->head->size == sizeof(*t) && t->hook < TOC_WIRE_HOOKS && status_ok(t->timeout.status);
}

static bool payload_ok(const struct toc_wire_record *r) {
    const struct toc_wire_payload *p = r->payload;

    return r->head->size == sizeof(*p) + (p->n + 7u) / 8 * 8 && p->n <= TOC_WIRE_MAX_PAYLOAD &&
           p->view <= TOC_WIRE_VIEW_EXIT && p->index < TOC_WIRE_MAX_MSGS && status_ok(p->status);
}

static bool gone_ok(const struct toc_wire_record *r) {
    return r->head->size == sizeof(*r->head);
}

static const struct {
    uint32_t least; /* bytes, before what its counts add */
    bool (*is_ok)(const struct toc_wire_record *record);
} kinds[] = {
    [TOC_WIRE_ENTER] = {sizeof(struct toc_wire_enter), enter_ok},
    [TOC_WIRE_ENTRIES] = {sizeof(struct toc_wire_entries), part_ok},
    [TOC_WIRE_EXTRA] = {sizeof(struct toc_wire_extra), extra_ok},
    [TOC_WIRE_KERNEL] = {sizeof(struct toc_wire_kernel), kernel_part_ok},
    [TOC_WIRE_EXIT] = {sizeof(struct toc_wire_exit), exit_ok},
    [TOC_WIRE_ACTION] = {sizeof(struct toc_wire_action), action_ok},
    [TOC_WIRE_ARGUMENTS] = {sizeof(struct toc_wire_arguments), arguments_ok},
    [TOC_WIRE_TAKEN] = {sizeof(struct toc_wire_taken), taken_ok},
    [TOC_WIRE_PAYLOAD] = {sizeof(struct toc_wire_payload), payload_ok},
    [TOC_WIRE_GONE] = {sizeof(struct toc_wire_head), gone_ok},
    [TOC_WIRE_EXE] = {sizeof(struct toc_wire_exe), exe_ok},
    [TOC_WIRE_SIDE_ENTER] = {sizeof(struct toc_wire_side_enter), side_enter_ok},
    [TOC_WIRE_SIDE_EXIT] = {sizeof(struct toc_wire_side_exit), side_exit_ok},
};

int toc_wire_check(const void *data, size_t n, struct toc_wire_record *ret) {
    const struct toc_wire_head *head = data;
    struct toc_wire_record r;

    if (n < sizeof(*head) || head->size > n || head->size % 8 ||
        head->version != TOC_WIRE_VERSION || head->kind >= sizeof(kinds) / sizeof(kinds[0]) ||
        !kinds[head->kind].is_ok || head->size < kinds[head->kind].least)
        return -EBADMSG;
    toc_wire_show(data, &r);
    if (!kinds[head->kind].is_ok(&r))
        return -EBADMSG;
    *ret = r;
    return 0;
}
