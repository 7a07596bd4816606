// SPDX-License-Identifier: Apache-2.0
// Events made of wire records.
#include <errno.h>

#include "compose_make.h"

TestSuite(compose, .init = open_composer, .fini = close_composer);

static const struct toc_batch *batch_of(const struct toc_event *event) {
    return TOC_GET(event, batch, event->batch);
}

static struct toc_wire_kernel_msg *exit_kernel(void) {
    return (void *)((char *)(&room.exit + 1) + room.exit.n_entries * sizeof(struct toc_wire_entry));
}

Test(compose, an_honest_batch) {
    const struct toc_event *event;
    const struct toc_msg *msgs;

    make_enter(&room, 7, 1000, 2);
    add();
    make_exit(&room, 7, 2500, 2, 2);
    add();
    event = compose();
    msgs = toc_event_msgs(event);
    cr_expect_eq(event->variant, TOC_EVENT_sendmmsg);
    cr_expect_eq(toc_event_meta(event)->time, 1001000);
    cr_expect_eq(toc_event_meta(event)->duration_ns, 1500);
    cr_expect_eq(toc_event_meta(event)->lost_before, 3);
    cr_expect_eq(event->msgs.n, 2);
    cr_expect_eq(msgs[1].changed, 0);
    cr_expect_eq(msgs[1].len, 4);
    cr_expect_eq(TOC_GET(event, addr, msgs[1].peer)->port, 53);
    cr_expect_eq(batch_of(event)->kernel_seen, 2);
    cr_expect_eq(batch_of(event)->truncated, 0);
}

Test(compose, a_destination_that_changed_shows) {
    const struct toc_msg *msgs;
    const struct toc_event *event;

    make_enter(&room, 7, 1000, 2);
    add();
    make_exit(&room, 7, 2500, 2, 2);
    exit_kernel()[1] = make_kernel_msg(1, 9999);
    add();
    event = compose();
    msgs = toc_event_msgs(event);
    cr_expect_eq(msgs[0].changed_kernel, 0);
    cr_expect_eq(msgs[1].changed_kernel, 1u << TOC_part_name);
    cr_expect_eq(msgs[1].changed_exit, 0);
    cr_expect_eq(TOC_GET(event, addr, msgs[1].peer)->port, 9999);
}

Test(compose, a_fault_is_a_status_and_never_zero) {
    struct toc_wire_entry *entries = (void *)(&room.enter + 1);
    const struct toc_view *view;
    const struct toc_event *event;

    make_enter(&room, 7, 1000, 1);
    memset(entries, 0, sizeof(*entries));
    entries[0].status = TOC_WIRE_FAULT;
    add();
    make_exit(&room, 7, 2500, 1, 1);
    add();
    event = compose();
    view = TOC_GET(event, view, toc_event_msgs(event)[0].enter);
    cr_expect_eq(view->status, TOC_status_fault);
    cr_expect(!TOC_HAS(view, view, name) && !TOC_HAS(view, view, flags));
}

Test(compose, parts_of_a_large_batch_come_together) {
    const struct toc_event *event;

    make_enter(&room, 7, 1000, 16);
    room.enter.n_walked = 40;
    room.enter.arg[2] = 40;
    add();
    make_part(&room, 7, TOC_WIRE_VIEW_ENTER, 16, 16);
    add();
    make_part(&room, 7, TOC_WIRE_VIEW_ENTER, 32, 8);
    add();
    make_kernel(&room, 7, 0, 16);
    add();
    make_kernel(&room, 7, 16, 16);
    add();
    make_part(&room, 7, TOC_WIRE_VIEW_EXIT, 16, 16);
    add();
    make_exit(&room, 7, 2500, 16, 0);
    room.exit.n_walked = 32;
    room.exit.ret = 32;
    room.exit.kernel_seen = 32;
    add();
    event = compose();
    cr_expect_eq(event->msgs.n, 40);
    cr_expect(TOC_HAS(msg, &toc_event_msgs(event)[39], enter));
    cr_expect(!TOC_HAS(msg, &toc_event_msgs(event)[39], exit));
    cr_expect(TOC_HAS(msg, &toc_event_msgs(event)[31], kernel));
    cr_expect_eq(batch_of(event)->truncated, 0);
}

/* What makes a batch truncated. */
static void lost_part(void) {
    room.exit.bits |= TOC_WIRE_PART_LOST;
}
static void more_walked(void) {
    room.exit.n_walked = 20;
}
static void message_beyond(void) {
    *exit_kernel() = make_kernel_msg(1024, 53);
}
static void extra_lost(void) {
    ((struct toc_wire_entry *)(&room.exit + 1))->bits |= TOC_WIRE_EXTRA_LOST;
}
static void segments_left_out(void) {
    struct toc_wire_entry *e = (void *)(&room.exit + 1);

    e->iov_count = 100;
    e->bits = 0;
}

Test(compose, nothing_is_left_out_silently) {
    static void (*const spoil[])(void) = {lost_part, more_walked, message_beyond, extra_lost,
                                          segments_left_out};

    for (size_t i = 0; i < sizeof(spoil) / sizeof(spoil[0]); i++) {
        make_enter(&room, 7, 1000, 2);
        add();
        make_exit(&room, 7, 2500, 2, 2);
        spoil[i]();
        add();
        cr_expect_eq(batch_of(compose())->truncated, 1, "row %zu", i);
    }
}

Test(compose, segments_and_control_messages_of_an_extra_record) {
    struct toc_wire_entry *entries = (void *)(&room.enter + 1);
    const struct toc_view *view;
    const struct toc_event *event;
    const struct toc_iov *iov;
    const struct toc_control *control;

    make_extra(&room, 7, TOC_WIRE_VIEW_ENTER, 0);
    add();
    make_enter(&room, 7, 1000, 1);
    entries[0].segs = 2;
    entries[0].iov_count = 2;
    entries[0].control_ptr = 0x5000;
    entries[0].control_len = 24;
    entries[0].control_status = TOC_WIRE_OK;
    add();
    make_exit(&room, 7, 2500, 1, 1);
    add();
    event = compose();
    view = TOC_GET(event, view, toc_event_msgs(event)[0].enter);
    iov = TOC_GET(event, iov, view->iov);
    control = TOC_GET(event, control, view->control);
    cr_expect_eq(iov->segs.n, 2);
    cr_expect_eq(TOC_GET(event, seg, iov->segs.off)[1].base, 0x4000);
    cr_expect_eq(control->items.n, 1);
    cr_expect_eq(TOC_GET(event, citem, control->items.off)->type, 103);
}

Test(compose, a_raw_socket_has_no_port) {
    static const int types[] = {SOCK_DGRAM, SOCK_RAW};

    for (size_t i = 0; i < 2; i++) {
        const struct toc_event *event;
        const struct toc_sock *sock;
        const struct toc_addr *local;

        make_enter(&room, 7, 1000, 0);
        room.enter.sock.type = (__u16)types[i];
        room.enter.sock.local.status = TOC_WIRE_OK;
        room.enter.sock.local.n = make_inet(room.enter.sock.local.bytes, 17);
        add();
        make_exit(&room, 7, 2500, 0, 0);
        add();
        event = compose();
        sock = TOC_GET(event, sock, event->sock);
        local = TOC_GET(event, addr, sock->local);
        cr_expect(TOC_HAS(addr, local, ip));
        cr_expect_eq(TOC_HAS(addr, local, port), types[i] == SOCK_DGRAM);
    }
}

Test(compose, our_own_events_are_whole_records) {
    struct toc_start_info info = {.source = "bpf",
                                  .hooks = "sys_enter",
                                  .events = "sendmmsg",
                                  .capture = "full payload",
                                  .payload_enter = "sendmmsg",
                                  .payload_exit = "",
                                  .version = "1",
                                  .time = 5};
    struct toc_call loss = {.is_loss = true, .cause = TOC_loss_ring_full, .count = 9, .time = 6};
    const struct toc_event *event;

    cr_assert_eq(toc_compose_start(&composer, &info, &event), 0);
    cr_expect_eq(toc_record_check(event, event->size), 0);
    cr_expect_geq(TOC_GET(event, host, event->host)->task_size, 0x7ffffffff000);
    cr_assert_eq(toc_compose_loss(&composer, &loss, &event), 0);
    cr_expect_eq(toc_record_check(event, event->size), 0);
    cr_expect_eq(TOC_GET(event, args, event->args)->count, 9);
    cr_assert_eq(toc_compose_tick(&composer, 7, &event), 0);
    cr_expect_eq(toc_event_meta(event)->time, 1000007);
}

Test(compose, a_call_that_has_not_returned) {
    const struct toc_event *event;
    const struct toc_meta *meta;
    const struct toc_batch *batch;
    const struct toc_msg *msg;
    struct toc_call *open;

    make_enter(&room, 7, 1000, 2);
    add();
    open = toc_calls_copy(calls, call);
    open->time = 5000;
    cr_assert_eq(toc_compose_call(&composer, open, 0, &event), 0);
    cr_assert_eq(toc_record_check(event, event->size), 0);
    toc_calls_put(calls, open);
    meta = toc_event_meta(event);
    batch = batch_of(event);
    msg = toc_event_msgs(event) + 1;
    cr_expect_eq(meta->stage, TOC_stage_pending);
    cr_expect_eq(meta->duration_ns, 4000);
    cr_expect(!TOC_HAS(meta, meta, ret));
    cr_expect(!TOC_HAS(batch, batch, kernel_seen));
    cr_expect_eq(batch->truncated, 0);
    cr_expect_eq(event->msgs.n, 2);
    cr_expect(!TOC_HAS(msg, msg, exit));
}
