// SPDX-License-Identifier: Apache-2.0
// What is told of a feed of records: calls, and everything that is counted about them.
#include "source/watch.h"

#include <criterion/criterion.h>

#include "source/count.h"
#include "wire_make.h"

/* Records that the next drain hands over. */
static uint8_t records[1 << 16] __attribute__((aligned(8)));
static size_t n_records;
static struct toc_wire_counts feed_has;
static struct toc_watch watch;
static union wire_room room;

static int drain(void *ctx) {
    (void)ctx;
    for (size_t at = 0; at < n_records;) {
        uint32_t size = ((struct toc_wire_head *)(records + at))->size;
        int r = toc_stream_take(&watch.stream, records + at, size);

        if (r < 0)
            return r;
        at += size;
    }
    n_records = 0;
    return 0;
}

static int feed_counts(void *ctx, struct toc_wire_counts *ret) {
    (void)ctx;
    *ret = feed_has;
    return 0;
}

static int over(struct toc_watch *w) {
    (void)w;
    return 0;
}

static void detach(struct toc_watch *w) {
    (void)w;
}

static int watch_counts(struct toc_watch *w, struct toc_wire_counts *ret) {
    return feed_counts(w, ret);
}

static const struct toc_stream_feed feed = {.drain = drain, .counts = feed_counts};
static const struct toc_watch_ops watch_ops = {
    .over = over, .detach = detach, .counts = watch_counts};
static const struct toc_source_ops source_ops = {
    .name = "test", .next = toc_watch_next, .counts = toc_watch_counts};

static void put(void) {
    static uint64_t seq;

    room.head.seq = ++seq;
    memcpy(records + n_records, &room, room.head.size);
    n_records += room.head.size;
}

/* Call number `number`, which returned at `time`. */
static void put_call(uint64_t number, uint64_t time) {
    make_enter(&room, number, time, 1);
    put();
    make_exit(&room, number, time, 1, 1);
    put();
    feed_has.seen++;
    feed_has.handed++;
}

static void open_watch(void) {
    watch.source.ops = &source_ops;
    cr_assert_eq(toc_stream_open(&feed, NULL, 1, 1, &watch.stream), 0);
    cr_assert_eq(toc_watch_init(&watch, &watch_ops, NULL, NULL), 0);
}

/* What the events say that are given out until the end, or until a call when it goes on. */
static void add_up(struct toc_source_counts *counts) {
    const struct toc_event *event;
    int r;

    while ((r = toc_source_next(&watch.source, 1000, &event)) == 1) {
        toc_count_event(counts, event);
        if (!watch.stopped && event->variant == TOC_EVENT_sendmmsg)
            return;
    }
    cr_assert(watch.stopped && r == -ENODATA, "%d", r);
}

/* A recording has what was told, so that it says the same of what was watched. */
static void expect_told(const struct toc_source_counts *told) {
    struct toc_source_counts as_told = {0}, counts;

    toc_counts_tell(told, &as_told);
    toc_source_counts(&watch.source, &counts);
    cr_expect_eq(counts.seen, as_told.seen);
    cr_expect_eq(counts.handled, as_told.handled);
    cr_expect_eq(counts.late, as_told.late);
    cr_expect_eq(counts.parts_lost, as_told.parts_lost);
    for (size_t i = 0; i < TOC_SOURCE_MAX_LOSS; i++)
        cr_expect_eq(counts.lost[i], as_told.lost[i], "cause %zu", i);
    toc_watch_clear(&watch);
}

Test(watch, a_call_behind_one_that_was_told_is_told_to_be_late) {
    struct toc_source_counts told = {0};
    uint64_t now = toc_boot_now();

    open_watch();
    put_call(1, now);
    add_up(&told);
    put_call(2, now - 1000);
    toc_watch_stop(&watch.source);
    add_up(&told);
    cr_expect_eq(told.handled, 2);
    cr_expect_eq(told.late, 1);
    expect_told(&told);
}

Test(watch, a_loss_is_not_late) {
    struct toc_source_counts told = {0};
    uint64_t now = toc_boot_now();

    open_watch();
    put_call(1, now);
    add_up(&told);
    room.head.cpu = 0;
    make_enter(&room, 2, now - 1000, 1); // its record waited for the return
    room.head.seq = 100;
    memcpy(records, &room, room.head.size);
    n_records = room.head.size;
    feed_has.seen += 3;
    feed_has.ring_full = 3;
    toc_watch_stop(&watch.source);
    add_up(&told);
    cr_expect_eq(told.lost[TOC_loss_ring_full], 3);
    expect_told(&told);
}

Test(watch, records_that_make_no_call_are_told_to_be_lost) {
    struct toc_source_counts told = {0};
    uint64_t now = toc_boot_now();

    open_watch();
    make_exit(&room, 1, now, 1, 1); // without entry
    put();
    make_enter(&room, 2, now, 1);
    room.head.version++;
    put();
    make_enter(&room, 3, now, 1);
    put();
    make_side_exit(&room, 3, now, 0); // the return of another kind of call
    put();
    make_exit(&room, 4, now, 1, 1);
    cr_assert_eq(toc_stream_take_urgent(&watch.stream, &room, room.head.size), 0);
    feed_has.seen = feed_has.handed = 4;
    toc_watch_stop(&watch.source);
    add_up(&told);
    cr_expect_eq(told.lost[TOC_loss_pairing], 2);
    cr_expect_eq(told.lost[TOC_loss_malformed], 2);
    expect_told(&told);
}
