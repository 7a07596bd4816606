// SPDX-License-Identifier: Apache-2.0
// Calls that move no messages: their records checked, and made into events.
#include <errno.h>
#include <string.h>

#include "compose_make.h"
#include "event/json.h"

TestSuite(side, .init = open_composer, .fini = close_composer);

static void enter(uint16_t event, uint64_t a, uint64_t b, uint64_t c) {
    make_side_enter(&room, 7, 1000, event);
    room.side_enter.arg[0] = a;
    room.side_enter.arg[1] = b;
    room.side_enter.arg[2] = c;
}

/* The event as JSON has this in it. */
static void expect(const char *text) {
    _cleanup_toc_buf_ struct toc_buf out = {0};

    toc_json_write(composed(), &out);
    cr_expect(strstr(toc_buf_cstr(&out), text), "%s\nis not in %s", text, out.p);
}

Test(side, scalars) {
    enter(TOC_EVENT_close, (uint64_t)-7, 0, 0);
    add();
    make_side_exit(&room, 7, 1500, -9);
    add();
    expect("\"args\":{\"fd\":-7}");
    expect("\"ret\":-9,\"error\":\"EBADF\",\"duration_ns\":500");
}

Test(side, an_array_of_poll_that_ends_in_unreadable_memory) {
    const struct {
        int32_t fd;
        uint16_t events, revents;
    } fds[2] = {{3, 1, 0}, {4, 4, 0}};

    enter(TOC_EVENT_poll, 0x1000, 70, 5);
    make_part_of(&room, TOC_WIRE_PART_POLLFDS, TOC_WIRE_FAULT, fds, sizeof(fds));
    add();
    make_side_exit(&room, 7, 2000, 0);
    make_part_of(&room, TOC_WIRE_PART_POLLFDS, TOC_WIRE_FAULT, fds, sizeof(fds[0]));
    add();
    expect("\"wait\":{\"captured\":64,\"truncated\":true}");
    expect("{\"index\":1,\"enter\":{\"status\":\"ok\",\"fd\":4,\"events\":4,\"revents\":0},"
           "\"exit\":{\"status\":\"fault\"}}");
    expect("{\"index\":63,\"enter\":{\"status\":\"fault\"},\"exit\":{\"status\":\"fault\"}}");
}

Test(side, sets_end_at_nfds) {
    const uint64_t before = 0xffu, after = 0x18u;

    enter(TOC_EVENT_select, 5, 0x1000, 0);
    make_part_of(&room, TOC_WIRE_PART_READFDS, TOC_WIRE_OK, &before, sizeof(before));
    make_part_of(&room, TOC_WIRE_PART_WRITEFDS, TOC_WIRE_NULL, NULL, 0);
    add();
    make_side_exit(&room, 7, 2000, 2);
    make_part_of(&room, TOC_WIRE_PART_READFDS, TOC_WIRE_OK, &after, sizeof(after));
    make_part_of(&room, TOC_WIRE_PART_WRITEFDS, TOC_WIRE_FAULT, NULL, 0);
    add();
    expect(
        "\"readfds\":{\"grew\":false,\"enter\":{\"status\":\"ok\",\"fds\":[{\"fd\":0},{\"fd\":1},"
        "{\"fd\":2},{\"fd\":3},{\"fd\":4}]},\"exit\":{\"status\":\"ok\",\"fds\":[{\"fd\":3},{"
        "\"fd\":4}]}");
    expect("\"writefds\":{\"enter\":{\"status\":\"null\"},\"exit\":{\"status\":\"fault\"}}");
    expect("\"wait\":{\"captured\":5,\"truncated\":false}");
}

Test(side, a_connect_with_the_kernels_word) {
    struct toc_wire_side_kernel kernel = {.hook = TOC_WIRE_HOOK_CONNECT4};
    uint8_t shown[16];

    kernel.n = make_inet(kernel.address, 53);
    make_inet(shown, 9);
    enter(TOC_EVENT_connect, 3, 0x1000, 16);
    make_part_of(&room, TOC_WIRE_PART_ADDR, TOC_WIRE_OK, shown, sizeof(shown));
    add();
    make_side_exit(&room, 7, 2000, 0);
    make_part_of(&room, TOC_WIRE_PART_ADDR, TOC_WIRE_OK, shown, sizeof(shown));
    make_part_of(&room, TOC_WIRE_PART_KERNEL, TOC_WIRE_OK, &kernel, sizeof(kernel));
    add();
    expect("\"changed\":[\"name\"],\"changed_kernel\":[\"name\"],\"changed_exit\":[],"
           "\"from\":\"cgroup_connect4\"");
}

Test(side, arguments_of_the_old_select) {
    const uint32_t words[5] = {5, 0x1000, 0, 0, 0x2000};

    enter(TOC_EVENT_select, 5, 0x1000, 0);
    room.side_enter.args_at = 0x9000;
    add();
    make_side_exit(&room, 7, 2000, 2);
    make_part_of(&room, TOC_WIRE_PART_ARGS, TOC_WIRE_OK, words, sizeof(words));
    add();
    expect("\"arg_array\":{\"ptr\":\"0x9000\",\"nargs\":5,\"changed\":[\"a4\"],\"enter\":{");
}

/* What a part belongs to is not what it says of itself. */
Test(side, parts_of_another_call_are_left_out) {
    const int64_t time[2] = {1, 2};
    const uint64_t mask = 1;

    enter(TOC_EVENT_close, 3, 0, 0);
    make_part_of(&room, TOC_WIRE_PART_TIMEOUT, TOC_WIRE_OK, time, sizeof(time));
    make_part_of(&room, TOC_WIRE_PART_MASK, TOC_WIRE_OK, &mask, sizeof(mask));
    add();
    make_side_exit(&room, 7, 2000, 0);
    add();
    expect("\"args\":{\"fd\":3}}");
}

Test(side, parts_out_of_bounds_are_refused) {
    static const struct {
        uint16_t kind;
        uint8_t status;
        uint32_t n;
        bool ok;
    } rows[] = {
        {TOC_WIRE_PART_POLLFDS, TOC_WIRE_OK, 512, true},
        {TOC_WIRE_PART_POLLFDS, TOC_WIRE_OK, 520, false},
        {TOC_WIRE_PART_POLLFDS, TOC_WIRE_OK, 7, false},
        {TOC_WIRE_PART_READFDS, TOC_WIRE_OK, 128, true},
        {TOC_WIRE_PART_READFDS, TOC_WIRE_OK, 136, false},
        {TOC_WIRE_PART_EVENTS, TOC_WIRE_OK, 768, true},
        {TOC_WIRE_PART_EVENTS, TOC_WIRE_OK, 13, false},
        {TOC_WIRE_PART_TIMEOUT, TOC_WIRE_OK, 0, false},
        {TOC_WIRE_PART_TIMEOUT, TOC_WIRE_NULL, 0, true},
        {TOC_WIRE_PART_ADDR, TOC_WIRE_OK, 128, true},
        {TOC_WIRE_PART_ADDR, TOC_WIRE_OK, 129, false},
        {TOC_WIRE_PART_URING, TOC_WIRE_OK, 24, false},
        {TOC_WIRE_PART_ADDR, 4, 0, false},
        {0, TOC_WIRE_OK, 0, false},
        {TOC_WIRE_PART_KINDS, TOC_WIRE_OK, 0, false},
    };
    static const uint8_t zeros[1024];
    struct toc_wire_record record;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enter(TOC_EVENT_poll, 0, 0, 0);
        make_part_of(&room, rows[i].kind, rows[i].status, zeros, rows[i].n);
        cr_expect_eq(toc_wire_check(&room, sizeof(room), &record), rows[i].ok ? 0 : -EBADMSG,
                     "row %zu", i);
    }
    enter(TOC_EVENT_poll, 0, 0, 0);
    make_part_of(&room, TOC_WIRE_PART_ADDR, TOC_WIRE_OK, zeros, 8);
    make_part_of(&room, TOC_WIRE_PART_ADDR, TOC_WIRE_OK, zeros, 8);
    cr_expect_eq(toc_wire_check(&room, sizeof(room), &record), -EBADMSG, "twice");
    enter(TOC_EVENT_sendmmsg, 0, 0, 0);
    cr_expect_eq(toc_wire_check(&room, sizeof(room), &record), -EBADMSG, "of messages");
    make_enter(&room, 7, 1000, 1);
    room.enter.event = TOC_EVENT_close;
    cr_expect_eq(toc_wire_check(&room, sizeof(room), &record), -EBADMSG, "of none");
}
