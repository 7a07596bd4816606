// SPDX-License-Identifier: Apache-2.0
// Makes events of calls that move no messages: all but what waits look at.
#include "source/compose_side.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Which register is which argument. */
static const struct argument {
    uint8_t event, slot, field;
} arguments[] = {
#define ARG(event, slot, member) {TOC_EVENT_##event, slot, TOC_args_##member},
#include "source/side_args.def"
};

/* What stands in the part of such an event, NULL when it has none. */
static const struct toc_wire_part_head *part_for(const struct toc_side *side,
                                                 enum toc_wire_view view,
                                                 enum toc_wire_part_kind kind, uint8_t field) {
    if (!(toc_object_event.fields[field].variants >> side->enter->event & 1))
        return NULL;
    return toc_side_part(side, view, kind);
}

static void set_args(const struct toc_side *side) {
    struct toc_args *args = toc_builder_args(side->builder);

    if (side->enter->args_status != TOC_WIRE_OK)
        return;
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
        const struct toc_field *field = &toc_object_args.fields[arguments[i].field];

        if (arguments[i].event != side->enter->event)
            continue;
        memcpy((char *)args + field->offset, &side->enter->arg[arguments[i].slot],
               field->kind == TOC_KIND_INT ? field->width : sizeof(uint64_t));
        args->present |= UINT64_C(1) << field->bit;
    }
}

static uint32_t timeout_view(struct toc_builder *b, const struct toc_wire_part_head *part) {
    const int64_t *time = (const void *)(part + 1);
    uint32_t off;
    struct toc_tview *view = TOC_NEW(b, tview, &off);

    if (!view)
        return 0;
    TOC_SET(tview, view, status, part->status);
    if (part->status == TOC_WIRE_OK) {
        TOC_SET(tview, view, sec, time[0]);
        TOC_SET(tview, view, nsec, time[1]);
    }
    return off;
}

static void set_timeout(const struct toc_side *side) {
    const struct toc_wire_part_head *enter =
        part_for(side, TOC_WIRE_VIEW_ENTER, TOC_WIRE_PART_TIMEOUT, TOC_event_timeout);
    const struct toc_wire_part_head *leave =
        part_for(side, TOC_WIRE_VIEW_EXIT, TOC_WIRE_PART_TIMEOUT, TOC_event_timeout);
    const struct toc_args *args = toc_builder_args(side->builder);
    struct toc_timeout *timeout;
    uint32_t off;

    if (!enter && !leave)
        return;
    timeout = TOC_NEW(side->builder, timeout, &off);
    if (!timeout)
        return;
    TOC_SET(event, side->event, timeout, off);
    if (TOC_HAS(args, args, timeout))
        TOC_SET(timeout, timeout, ptr, args->timeout);
    if (enter)
        TOC_SET(timeout, timeout, enter, timeout_view(side->builder, enter));
    if (leave)
        TOC_SET(timeout, timeout, exit, timeout_view(side->builder, leave));
}

static uint32_t uring_view(struct toc_builder *b, const struct toc_wire_part_head *part) {
    const uint32_t *at = (const void *)(part + 1);
    uint32_t off;
    struct toc_uringview *view = TOC_NEW(b, uringview, &off);

    if (!view)
        return 0;
    TOC_SET(uringview, view, status, part->status);
    if (part->status != TOC_WIRE_OK)
        return off;
    TOC_SET(uringview, view, sq_entries, at[0]);
    TOC_SET(uringview, view, cq_entries, at[1]);
    TOC_SET(uringview, view, flags, at[2]);
    TOC_SET(uringview, view, sq_thread_cpu, at[3]);
    TOC_SET(uringview, view, sq_thread_idle, at[4]);
    TOC_SET(uringview, view, features, at[5]);
    TOC_SET(uringview, view, wq_fd, (int32_t)at[6]);
    return off;
}

static void set_uring(const struct toc_side *side) {
    const struct toc_wire_part_head *enter =
        part_for(side, TOC_WIRE_VIEW_ENTER, TOC_WIRE_PART_URING, TOC_event_uring);
    const struct toc_wire_part_head *leave =
        part_for(side, TOC_WIRE_VIEW_EXIT, TOC_WIRE_PART_URING, TOC_event_uring);
    struct toc_uring *uring;
    uint32_t off;

    if (!enter && !leave)
        return;
    uring = TOC_NEW(side->builder, uring, &off);
    if (!uring)
        return;
    TOC_SET(event, side->event, uring, off);
    if (enter)
        TOC_SET(uring, uring, enter, uring_view(side->builder, enter));
    if (leave)
        TOC_SET(uring, uring, exit, uring_view(side->builder, leave));
}

static uint32_t dest_view(const struct toc_side *side, const struct toc_wire_part_head *part) {
    uint32_t off;
    struct toc_addr *addr = TOC_NEW(side->builder, addr, &off);

    if (!addr)
        return 0;
    TOC_SET(addr, addr, status, part->status);
    TOC_SET(addr, addr, ptr, side->enter->arg[1]);
    TOC_SET(addr, addr, len, (uint32_t)side->enter->arg[2]);
    if (part->status == TOC_WIRE_OK)
        toc_builder_sockaddr(side->builder, addr, part + 1, part->n);
    return off;
}

static void set_dest_kernel(const struct toc_side *side, struct toc_dest *dest) {
    const struct toc_wire_part_head *part =
        toc_side_part(side, TOC_WIRE_VIEW_EXIT, TOC_WIRE_PART_KERNEL);
    const struct toc_wire_side_kernel *kernel = (const void *)(part + 1);
    uint32_t off;
    struct toc_addr *addr = TOC_NEW(side->builder, addr, &off);

    if (!addr)
        return;
    TOC_SET(dest, dest, kernel, off);
    TOC_SET(addr, addr, status, part ? part->status : TOC_status_absent);
    if (!part || part->status != TOC_WIRE_OK)
        return;
    TOC_SET(dest, dest, from, kernel->hook);
    TOC_SET(dest, dest, foreign_bpf, side->foreign_bpf);
    toc_builder_sockaddr(side->builder, addr, kernel->address, kernel->n);
}

static void set_dest(const struct toc_side *side) {
    const struct toc_wire_part_head *enter =
        part_for(side, TOC_WIRE_VIEW_ENTER, TOC_WIRE_PART_ADDR, TOC_event_addr);
    const struct toc_wire_part_head *leave =
        part_for(side, TOC_WIRE_VIEW_EXIT, TOC_WIRE_PART_ADDR, TOC_event_addr);
    struct toc_dest *dest;
    uint32_t off;

    if (!enter && !leave)
        return;
    dest = TOC_NEW(side->builder, dest, &off);
    if (!dest)
        return;
    TOC_SET(event, side->event, addr, off);
    if (enter)
        TOC_SET(dest, dest, enter, dest_view(side, enter));
    if (leave)
        TOC_SET(dest, dest, exit, dest_view(side, leave));
    set_dest_kernel(side, dest);
}

static void set_arg_array(const struct toc_side *side) {
    const struct toc_wire_part_head *part =
        toc_side_part(side, TOC_WIRE_VIEW_EXIT, TOC_WIRE_PART_ARGS);
    struct toc_compose_words leave = {0};

    if (part) {
        leave.status = part->status;
        leave.n = part->status == TOC_WIRE_OK ? part->n / sizeof(leave.words[0]) : TOC_WIRE_ARGS;
        memcpy(leave.words, part + 1, part->n);
    }
    toc_compose_arg_array(side->builder, side->event, (const struct toc_wire_enter *)side->enter,
                          &leave);
}

static int find_parts(struct toc_side *side, const struct toc_call *call) {
    struct toc_wire_record record;

    for (size_t at = 0; at < call->n; at += record.head->size) {
        if (toc_wire_check(call->bytes + at, call->n - at, &record) < 0)
            return -EBADMSG;
        if (record.head->kind == TOC_WIRE_SIDE_ENTER)
            side->enter = record.side_enter;
        else if (record.head->kind == TOC_WIRE_SIDE_EXIT)
            side->exit = record.side_exit;
    }
    if (!side->enter || (!side->exit && !call->pending) ||
        !toc_wire_parts(side->enter + 1, side->enter->n, &side->parts[TOC_WIRE_VIEW_ENTER]))
        return -EBADMSG;
    return !side->exit ||
                   toc_wire_parts(side->exit + 1, side->exit->n, &side->parts[TOC_WIRE_VIEW_EXIT])
               ? 0
               : -EBADMSG;
}

bool toc_is_side(const struct toc_call *call) {
    const struct toc_wire_head *head = (const void *)call->bytes;

    return call->n >= sizeof(*head) && head->kind == TOC_WIRE_SIDE_ENTER;
}

int toc_compose_side(struct toc_composer *c, const struct toc_call *call, uint64_t lost_before,
                     const struct toc_event **ret) {
    struct toc_side side = {.builder = c->builder, .foreign_bpf = call->foreign_bpf};
    const struct toc_wire_part_head *sock;
    int r = find_parts(&side, call);

    if (r < 0)
        return r;
    side.event = toc_builder_begin(c->builder, side.enter->event);
    toc_compose_meta(c, (const struct toc_wire_enter *)side.enter, call,
                     side.exit ? side.exit->ret : 0);
    TOC_SET(meta, toc_builder_meta(c->builder), lost_before, lost_before);
    toc_compose_proc(c->builder, side.event, &side.enter->proc, call->identity);
    set_args(&side);
    set_arg_array(&side);
    sock = part_for(&side, TOC_WIRE_VIEW_ENTER, TOC_WIRE_PART_SOCK, TOC_event_sock);
    if (sock && sock->status == TOC_WIRE_OK)
        toc_compose_sock(c->builder, side.event,
                         &(struct toc_compose_sock){.from = (const void *)(sock + 1)});
    set_timeout(&side);
    set_uring(&side);
    set_dest(&side);
    toc_compose_wait(&side);
    return toc_builder_end(c->builder, ret);
}
