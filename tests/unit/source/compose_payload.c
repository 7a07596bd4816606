// SPDX-License-Identifier: Apache-2.0
// Payload in events: what was copied, what was cut, what could not be read.
#include "compose_make.h"

TestSuite(compose_payload, .init = open_composer, .fini = close_composer);

/* A batch of two whose further records were added; as payload comes before the entry's record. */
static const struct toc_event *finish(void) {
    make_enter(&room, 7, 1000, 2);
    add();
    make_exit(&room, 7, 2500, 2, 2);
    add();
    return compose();
}

static const struct toc_iov *iov_of(const struct toc_event *event, uint32_t view) {
    return TOC_GET(event, iov, TOC_GET(event, view, view)->iov);
}

static void expect_data(const struct toc_event *event, const struct toc_iov *iov,
                        const char *text) {
    cr_expect_eq(iov->data_len, strlen(text));
    cr_assert_eq(iov->data.n, strlen(text));
    cr_expect_arr_eq(toc_string_at(event, iov->data), text, strlen(text));
}

Test(compose_payload, each_view_has_its_own) {
    const struct toc_event *event;
    const struct toc_msg *msgs;

    make_payload(&room, 7, TOC_WIRE_VIEW_ENTER, 0, "shown");
    add();
    make_payload(&room, 7, TOC_WIRE_VIEW_EXIT, 0, "other text");
    add();
    event = finish();
    msgs = toc_event_msgs(event);
    expect_data(event, iov_of(event, msgs[0].enter), "shown");
    expect_data(event, iov_of(event, msgs[0].exit), "other text");
    cr_expect_eq(msgs[0].changed_exit, 1u << TOC_part_iov_data);
    cr_expect_eq(iov_of(event, msgs[0].enter)->data_status, TOC_status_ok);
    cr_expect(!TOC_HAS(iov, iov_of(event, msgs[1].enter), data));
    cr_expect(!TOC_HAS(iov, iov_of(event, msgs[1].enter), data_status));
}

Test(compose_payload, the_same_twice_is_no_change) {
    const struct toc_event *event;
    const struct toc_msg *msg;

    make_payload(&room, 7, TOC_WIRE_VIEW_ENTER, 0, "shown");
    add();
    make_payload(&room, 7, TOC_WIRE_VIEW_EXIT, 0, "shown");
    add();
    event = finish();
    msg = toc_event_msgs(event);
    cr_expect_eq(msg->changed_exit, 0);
    expect_data(event, iov_of(event, msg->exit), "shown");
}

Test(compose_payload, what_was_cut_says_so) {
    const struct toc_event *event;
    const struct toc_iov *iov;

    make_payload(&room, 7, TOC_WIRE_VIEW_ENTER, 0, "shown");
    room.payload.is_cut = 1;
    add();
    event = finish();
    iov = iov_of(event, toc_event_msgs(event)->enter);
    expect_data(event, iov, "shown");
    cr_expect_eq(iov->data_truncated, 1);
    cr_expect_not(TOC_GET(event, batch, event->batch)->truncated);
}

Test(compose_payload, of_what_could_not_be_read_nothing_is_known) {
    const struct toc_event *event;
    const struct toc_msg *msgs;

    make_payload(&room, 7, TOC_WIRE_VIEW_ENTER, 0, "");
    room.payload.status = TOC_WIRE_FAULT;
    room.payload.is_cut = 1;
    add();
    make_payload(&room, 7, TOC_WIRE_VIEW_ENTER, 1, "");
    add();
    event = finish();
    msgs = toc_event_msgs(event);
    cr_expect_eq(iov_of(event, msgs[0].enter)->data_status, TOC_status_fault);
    cr_expect(!TOC_HAS(iov, iov_of(event, msgs[0].enter), data));
    cr_expect(!TOC_HAS(iov, iov_of(event, msgs[0].enter), data_len));
    expect_data(event, iov_of(event, msgs[1].enter), "");
}

Test(compose_payload, a_spent_share_is_truncation) {
    struct toc_wire_entry *entries = (void *)(&room.enter + 1);
    const struct toc_event *event;

    make_enter(&room, 7, 1000, 2);
    entries[1].bits |= TOC_WIRE_PAYLOAD_SPENT;
    add();
    make_exit(&room, 7, 2500, 2, 2);
    add();
    event = compose();
    cr_expect(TOC_GET(event, batch, event->batch)->truncated);
}
