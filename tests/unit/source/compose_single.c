// SPDX-License-Identifier: Apache-2.0
// Events made of the wire records of calls that move one message.
#include <errno.h>

#include "compose_make.h"

TestSuite(compose_single, .init = open_composer, .fini = close_composer);

static const struct toc_batch *batch_of(const struct toc_event *event) {
    return TOC_GET(event, batch, event->batch);
}

/* A call with one message, of the entries that make_enter and make_exit make. */
static const struct toc_event *compose_single(uint16_t id, int64_t ret, __u32 n_exit) {
    make_enter(&room, 7, 1000, 1);
    room.enter.event = id;
    for (__u64 i = 0; i < TOC_WIRE_ARGS; i++)
        room.enter.arg[i] = 0x100 + i;
    add();
    make_exit(&room, 7, 2500, (__u16)n_exit, (__u16)n_exit);
    room.exit.ret = ret;
    add();
    return compose();
}

Test(compose_single, a_single_message_is_a_batch_of_one) {
    static const struct {
        uint16_t event;
        uint64_t vec, flags;
    } rows[] = {{TOC_EVENT_sendmsg, 0x101, 0x102},
                {TOC_EVENT_recvmsg, 0x101, 0x102},
                {TOC_EVENT_sendto, 0, 0x103},
                {TOC_EVENT_recvfrom, 0, 0x103}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct toc_event *event = compose_single(rows[i].event, 4, 1);
        const struct toc_batch *batch = batch_of(event);

        cr_expect_eq(event->variant, rows[i].event);
        cr_expect_eq(batch->requested, 1);
        cr_expect_eq(batch->effective, 1);
        cr_expect_eq(batch->completed, 1, "bytes are no messages");
        cr_expect_eq(batch->vec, rows[i].vec);
        cr_expect_eq(batch->flags, rows[i].flags);
        cr_expect_eq(batch->truncated, 0);
        cr_expect_eq(event->msgs.n, 1);
        cr_expect_eq(toc_event_msgs(event)[0].len, 4);
    }
}

Test(compose_single, a_single_message_that_failed_has_no_length) {
    const struct toc_event *event = compose_single(TOC_EVENT_recvmsg, -EAGAIN, 0);

    cr_expect_eq(batch_of(event)->completed, 0);
    cr_expect(!TOC_HAS(msg, toc_event_msgs(event), len));
    cr_expect_eq(batch_of(event)->truncated, 0);
}

Test(compose_single, arguments_go_by_the_names_of_their_man_pages) {
    const struct toc_args *args;
    const struct toc_event *event = compose_single(TOC_EVENT_sendto, 4, 1);

    args = TOC_GET(event, args, event->args);
    cr_expect(args->sockfd == 0x100 && args->buf == 0x101 && args->len == 0x102);
    cr_expect(args->flags == 0x103 && args->dest_addr == 0x104 && args->addrlen == 0x105);
    event = compose_single(TOC_EVENT_recvfrom, 4, 1);
    args = TOC_GET(event, args, event->args);
    cr_expect(args->src_addr == 0x104 && args->addrlen_ptr == 0x105);
    event = compose_single(TOC_EVENT_sendmsg, 4, 1);
    args = TOC_GET(event, args, event->args);
    cr_expect(args->sockfd == 0x100 && args->msg == 0x101 && args->flags == 0x102);
}

Test(compose_single, a_length_that_could_not_be_read_is_left_out) {
    struct toc_wire_entry *entries = (void *)(&room.enter + 1);
    const struct toc_event *event;
    const struct toc_view *view;
    const struct toc_addr *name;

    make_enter(&room, 7, 1000, 1);
    room.enter.event = TOC_EVENT_recvfrom;
    entries[0].name_status = TOC_WIRE_FAULT;
    entries[0].bits |= TOC_WIRE_NAME_LEN_FAULT;
    add();
    make_exit(&room, 7, 2500, 1, 1);
    add();
    event = compose();
    view = TOC_GET(event, view, toc_event_msgs(event)[0].enter);
    name = TOC_GET(event, addr, view->name);
    cr_expect_eq(name->status, TOC_status_fault);
    cr_expect(!TOC_HAS(addr, name, len));
    cr_expect(!TOC_HAS(view, view, flags), "there is no msg_flags");
}

Test(compose_single, an_orphan_has_no_duration) {
    const struct toc_event *event;

    make_enter(&room, 7, 2500, 0);
    room.enter.event = TOC_EVENT_sendmsg;
    room.enter.bits = TOC_WIRE_ORPHAN;
    add();
    make_exit(&room, 7, 2500, 0, 0);
    room.exit.ret = -EPERM;
    add();
    event = compose();
    cr_expect_eq(toc_event_meta(event)->stage, TOC_stage_orphan);
    cr_expect(!TOC_HAS(meta, toc_event_meta(event), duration_ns));
    cr_expect_eq(toc_event_meta(event)->error, TOC_error_EPERM_);
}
