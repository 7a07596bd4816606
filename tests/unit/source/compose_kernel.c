// SPDX-License-Identifier: Apache-2.0
// The kernel's copy of a message beside what was shown: what it changes by itself is no change.
#include "compose_make.h"

#define BIT(part) (1u << TOC_part_##part)

TestSuite(compose_kernel, .init = open_composer, .fini = close_composer);

/* An entry as the kernel has it: no pointers of the program's own but those it keeps. */
static struct toc_wire_entry copy_of(const struct toc_wire_entry *shown) {
    struct toc_wire_entry e = *shown;

    e.hook = TOC_WIRE_HOOK_FENTRY_SENDMSG;
    e.name_ptr = e.iov_ptr = 0;
    e.flags = 0;
    return e;
}

struct pair {
    struct toc_wire_entry shown, used;
};

static void begin(const struct toc_wire_entry *shown, __u32 flags, __u16 event) {
    make_enter(&room, 7, 1000, 1);
    room.enter.event = event;
    room.enter.arg[3] = flags;
    *(struct toc_wire_entry *)(&room.enter + 1) = *shown;
    add();
}

static void add_copy(const struct toc_wire_entry *used) {
    make_part(&room, 7, TOC_WIRE_VIEW_KERNEL, 0, 1);
    *(struct toc_wire_entry *)(&room.part + 1) = *used;
    add();
}

static const struct toc_event *finish(void) {
    make_exit(&room, 7, 2500, 0, 1);
    add();
    return compose();
}

static const struct toc_msg *message(const struct pair *pair, __u32 flags, __u16 event) {
    begin(&pair->shown, flags, event);
    add_copy(&pair->used);
    return toc_event_msgs(finish());
}

static void as_written(struct pair *p) {
    (void)p;
}
static void no_name(struct pair *p) {
    p->shown.name_ptr = 0;
    p->shown.name_status = p->used.name_status = TOC_WIRE_NULL;
    p->shown.name_n = p->used.name_n = 0;
    p->used.name_len = 0;
}
static void long_name(struct pair *p) {
    p->shown.name_len = 200;
    p->used.name_len = 128;
}
static void no_buffers(struct pair *p) {
    p->shown.iov_status = TOC_WIRE_NULL;
    p->shown.iov_count = p->used.iov_count = p->shown.iov_bytes = p->used.iov_bytes = 0;
    p->shown.segs = p->used.segs = 0;
}
static void huge(struct pair *p) {
    p->shown.seg_len = p->shown.iov_bytes = 0x90000000;
    p->used.seg_len = p->used.iov_bytes = 0x7ffff000;
}
static void own_flags(struct pair *p) {
    p->used.flags = 0x80040040; /* MSG_CMSG_COMPAT, MSG_BATCH, MSG_DONTWAIT */
}
static void end_of_record(struct pair *p) {
    p->shown.flags = p->used.flags = 0x80;
}
static void header_flags(struct pair *p) {
    p->shown.flags = 0x1234 & ~0x80;
}
static void other_name(struct pair *p) {
    make_inet(p->used.name, 54);
}
static void of_no_family(struct pair *p) {
    p->shown.name[0] = p->used.name[0] = AF_UNSPEC;
}
static void family_taken_away(struct pair *p) {
    p->used.name[0] = AF_UNSPEC;
}
static void other_name_of_no_family(struct pair *p) {
    other_name(p);
    family_taken_away(p);
}
static void name_taken_away(struct pair *p) {
    p->used.name_status = TOC_WIRE_NULL;
}
static void shorter_name(struct pair *p) {
    p->used.name_len = 15;
}
static void other_buffer(struct pair *p) {
    p->used.seg_base++;
}
static void longer_buffer(struct pair *p) {
    p->used.seg_len = p->used.iov_bytes = 5;
}
static void huge_elsewhere(struct pair *p) {
    huge(p);
    p->used.seg_base++;
}
static void more_buffers(struct pair *p) {
    p->used.iov_count = 2;
}
static void control(struct pair *p) {
    p->shown.control_status = p->used.control_status = TOC_WIRE_OK;
    p->shown.control_ptr = p->used.control_ptr = 0x5000;
    p->shown.control_len = p->used.control_len = 24;
}
static void longer_control(struct pair *p) {
    control(p);
    p->used.control_len = 48;
}
static void control_put_in(struct pair *p) {
    control(p);
    p->shown.control_status = TOC_WIRE_NULL;
}
static void out_of_band(struct pair *p) {
    p->used.flags = 1;
}

static const struct {
    void (*make)(struct pair *);
    uint32_t changed;
} rows[] = {
    {as_written, 0},
    {no_name, 0},
    {long_name, 0},
    {no_buffers, 0},
    {huge, 0},
    {own_flags, 0},
    {end_of_record, 0},
    {header_flags, 0},
    {control, 0},
    {of_no_family, 0},
    {family_taken_away, 0},
    {other_name_of_no_family, BIT(name)},
    {other_name, BIT(name)},
    {name_taken_away, BIT(name)},
    {shorter_name, BIT(name_len)},
    {other_buffer, BIT(iov)},
    {longer_buffer, BIT(iov) | BIT(iov_bytes)},
    {huge_elsewhere, BIT(iov)},
    {more_buffers, BIT(iov_count)},
    {longer_control, BIT(control_len)},
    {control_put_in, BIT(control)},
    {out_of_band, BIT(flags)},
};

Test(compose_kernel, what_the_kernel_changes_by_itself_is_no_change) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pair pair = {.shown = make_entry(53)};
        const struct toc_msg *msg;

        pair.used = copy_of(&pair.shown);
        rows[i].make(&pair);
        msg = message(&pair, 0, TOC_EVENT_sendmmsg);
        cr_expect(TOC_HAS(msg, msg, changed_kernel), "row %zu", i);
        cr_expect_eq(msg->changed_kernel, rows[i].changed, "row %zu: %x", i, msg->changed_kernel);
    }
}

Test(compose_kernel, the_flags_are_those_of_the_call) {
    struct pair pair = {.shown = make_entry(53)};

    pair.used = copy_of(&pair.shown);
    pair.used.flags = 0x4000;
    cr_expect_eq(message(&pair, 0x4000, TOC_EVENT_sendmmsg)->changed_kernel, 0);
    cr_expect_eq(message(&pair, 0, TOC_EVENT_sendmmsg)->changed_kernel, BIT(flags));
}

Test(compose_kernel, a_receive_shows_where_its_name_will_go) {
    struct pair pair = {.shown = make_entry(53)};
    const struct toc_msg *msg;

    pair.shown.name_status = TOC_WIRE_ABSENT;
    pair.used = copy_of(&pair.shown);
    pair.used.hook = TOC_WIRE_HOOK_FENTRY_RECVMSG;
    pair.used.name_ptr = pair.shown.name_ptr;
    msg = message(&pair, 0, TOC_EVENT_recvmmsg);
    cr_expect_eq(msg->changed_kernel, 0, "%x", msg->changed_kernel);
    pair.used.name_ptr += 16;
    pair.used.name_len--;
    msg = message(&pair, 0, TOC_EVENT_recvmmsg);
    cr_expect_eq(msg->changed_kernel, BIT(name_ptr) | BIT(name_len), "%x", msg->changed_kernel);
}

Test(compose_kernel, each_part_names_its_hook) {
    struct pair pair = {.shown = make_entry(53)};
    const struct toc_kernel *kernel;
    const struct toc_event *event;
    const struct toc_from *from;

    pair.used = copy_of(&pair.shown);
    begin(&pair.shown, 0, TOC_EVENT_sendmmsg);
    add_copy(&pair.used);
    event = finish();
    kernel = TOC_GET(event, kernel, toc_event_msgs(event)[0].kernel);
    from = TOC_GET(event, from, kernel->from);
    cr_expect_eq(from->name, TOC_hook_fentry_sendmsg);
    cr_expect_eq(from->iov, TOC_hook_fentry_sendmsg);
    cr_expect_eq(from->control, TOC_hook_fentry_sendmsg);
    cr_expect_eq(from->flags, TOC_hook_fentry_sendmsg);
    cr_expect_eq(from->ret, TOC_hook_sock_send_length);
    cr_expect(!TOC_HAS(kernel, kernel, foreign_bpf));
}

/* A unix path, further buffers, and the items that an LSM hook saw. */
Test(compose_kernel, what_is_long_comes_with_it) {
    struct pair pair = {.shown = make_entry(53)};
    const struct toc_control *control_used;
    const struct toc_kernel *kernel;
    const struct toc_event *event;
    const struct toc_iov *iov;

    control(&pair);
    pair.shown.segs = 2;
    pair.shown.iov_count = 2;
    pair.used = copy_of(&pair.shown);
    begin(&pair.shown, 0, TOC_EVENT_sendmmsg);
    make_extra(&room, 7, TOC_WIRE_VIEW_KERNEL, 0);
    room.extra.n_items = room.extra.items_status = 0;
    add();
    make_extra(&room, 7, TOC_WIRE_VIEW_KERNEL, 0);
    room.extra.n_segs = 0;
    add();
    add_copy(&pair.used);
    event = finish();
    kernel = TOC_GET(event, kernel, toc_event_msgs(event)[0].kernel);
    iov = TOC_GET(event, iov, kernel->iov);
    control_used = TOC_GET(event, control, kernel->control);
    cr_expect_eq(iov->segs.n, 2);
    cr_expect(!TOC_HAS(iov, iov, ptr));
    cr_expect_eq(control_used->items.n, 1);
}
