// SPDX-License-Identifier: Apache-2.0
// Records written as changes: those of format 1, those that come again, and those that are too
// many for that.
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "event/recording_delta.h"
#include "recording_format1.h"

static void reader_clear(struct toc_delta_reader *reader) {
    toc_delta_reader_clear(reader);
}
#define _cleanup_reader_ __attribute__((cleanup(reader_clear)))

static void writer_clear(struct toc_delta_writer **writer) {
    toc_delta_writer_clear(*writer);
    free(*writer);
}
#define _cleanup_writer_ __attribute__((cleanup(writer_clear)))

static void begin(struct toc_delta_reader *reader, struct toc_buf *block, unsigned format) {
    cr_assert_not_null(toc_buf_room(block, TOC_DELTA_BEHIND));
    cr_assert_eq(toc_delta_reader_init(reader), 0);
    toc_delta_read_block(reader, block->p, block->n, format, true);
}

static void expect_next(struct toc_delta_reader *reader, const void *expected, size_t n) {
    const void *record;
    uint32_t size;

    cr_assert_eq(toc_delta_read(reader, &record, &size), 1);
    cr_assert_eq(size, n);
    cr_assert_arr_eq((const char *)record, (const char *)expected, n);
}

Test(recording_changes, blocks_of_format_1_are_still_read) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf block = {0};
    _cleanup_reader_ struct toc_delta_reader reader;
    struct copies copies = {0};
    const void *record;
    size_t told = 0;
    uint32_t size;

    events_make(&events, 2000, 6);
    block_of_format_1(&events, &block);
    begin(&reader, &block, 1);
    for (size_t i = 0; i < events.n; i++) {
        expect_next(&reader, events.items[i], events.items[i]->size);
        told += is_told(&copies, &reader.changes, events.items[i]);
    }
    cr_expect_eq(toc_delta_read(&reader, &record, &size), 0);
    cr_expect_gt(told, 100, "%zu", told);
    copies_free(&copies);
}

/* What is written over and over: a batch of n messages. */
static struct toc_event *batch(struct toc_builder *builder, uint32_t n) {
    const struct toc_event *event;
    struct toc_meta *meta;
    uint32_t off;

    toc_builder_begin(builder, TOC_EVENT_sendmmsg);
    meta = toc_builder_meta(builder);
    TOC_SET(meta, meta, time, 1);
    TOC_SET(meta, meta, seq, 1);
    cr_assert_not_null(TOC_NEW_LIST(builder, msg, n, &off));
    toc_builder_event(builder)->msgs = (struct toc_ref){off, n};
    toc_builder_event(builder)->present |= UINT64_C(1) << TOC_event_msgs;
    cr_assert_eq(toc_builder_end(builder, &event), 0);
    return (struct toc_event *)event;
}

static void set_lengths(struct toc_event *event, uint32_t n, uint32_t length) {
    struct toc_msg *msgs = (struct toc_msg *)toc_event_msgs(event);

    for (uint32_t i = 0; i < n; i++)
        TOC_SET(msg, &msgs[i], len, length);
}

Test(recording_changes, one_at_the_same_places_is_its_bytes_alone) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_toc_buf_ struct toc_buf block = {0};
    _cleanup_writer_ struct toc_delta_writer *writer = calloc(1, sizeof(*writer));
    _cleanup_reader_ struct toc_delta_reader reader;
    enum { EVENTS = 1000 };
    struct toc_event *event;
    struct toc_meta *meta;

    cr_assert_eq(toc_builder_new(&builder), 0);
    event = batch(builder, 2);
    meta = (struct toc_meta *)toc_event_meta(event);
    for (int i = 0; i < EVENTS; i++, meta->time += 1000, meta->seq++)
        cr_assert_eq(toc_delta_write(writer, event, &block), 0);
    // The head, and what a time and a number need.
    cr_expect_lt(block.n, event->size + EVENTS * (1 + 3 + 2) + 100, "%zu", block.n);
    begin(&reader, &block, 2);
    meta->time = meta->seq = 1;
    for (int i = 0; i < EVENTS; i++, meta->time += 1000, meta->seq++) {
        expect_next(&reader, event, event->size);
        cr_assert_leq(reader.changes.n, 2);
    }
}

Test(recording_changes, one_of_more_places_than_are_kept_comes_back) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_toc_buf_ struct toc_buf block = {0};
    _cleanup_writer_ struct toc_delta_writer *writer = calloc(1, sizeof(*writer));
    _cleanup_reader_ struct toc_delta_reader reader;
    // Messages whose length changes; 0: nothing does.
    static const uint32_t rows[] = {0,
                                    0,
                                    TOC_DELTA_PLACES,
                                    TOC_DELTA_PLACES,
                                    TOC_DELTA_PLACES + 1,
                                    0,
                                    1,
                                    3 * TOC_DELTA_PLACES,
                                    1000,
                                    3,
                                    1000,
                                    1000};
    enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
    struct toc_event *event;

    cr_assert_eq(toc_builder_new(&builder), 0);
    event = batch(builder, 1000);
    for (uint32_t i = 0; i < ROWS; i++) {
        set_lengths(event, rows[i], i);
        cr_assert_eq(toc_delta_write(writer, event, &block), 0);
    }
    begin(&reader, &block, 2);
    event = batch(builder, 1000);
    for (uint32_t i = 0; i < ROWS; i++) {
        set_lengths(event, rows[i], i);
        expect_next(&reader, event, event->size);
    }
}

Test(recording_changes, what_is_no_frame_ends_the_block) {
    static const struct {
        unsigned format;
        const char *bytes;
        size_t n;
    } rows[] = {
        {2, "\x80", 1},              // again, of no record
        {2, "\x40\1\0\0\0\0\0", 7},  // a change of none
        {2, "\xc0\0\0\0", 4},        // no kind
        {2, "\0\0\0", 3},            // cut in the head
        {2, "\0\7\0\0\0\0\0\0a", 9}, // and in the record
        {1, "\x40\3\0\0\0\0\0", 7},  // a change of no record
        {1, "\x80\1\0\0", 4},        // bit 7 says nothing: a record that is cut
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_buf_ struct toc_buf block = {0};
        _cleanup_reader_ struct toc_delta_reader reader;
        const void *record;
        uint32_t size;

        toc_buf_add(&block, rows[i].bytes, rows[i].n);
        begin(&reader, &block, rows[i].format);
        cr_expect_eq(toc_delta_read(&reader, &record, &size), -EBADMSG, "row %zu", i);
    }
}

Test(recording_changes, one_that_is_cut_ends_the_block) {
    // At eight bytes of the third word: the first is added to twice, the second comes again.
    static const char change[] = "\x40\2\0\0\x80\0\x47\0\0\0\0\0\0\0\0\0\0";
    static const char again[] = "\x80\0\0\0\0\0\0\0\0\0";
    enum { CHANGE = sizeof(change) - 1, AGAIN = sizeof(again) - 1 };
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    struct toc_event *event;

    cr_assert_eq(toc_builder_new(&builder), 0);
    event = batch(builder, 1);
    for (size_t n = 1; n <= CHANGE + AGAIN; n++) {
        _cleanup_toc_buf_ struct toc_buf block = {0};
        _cleanup_writer_ struct toc_delta_writer *writer = calloc(1, sizeof(*writer));
        _cleanup_reader_ struct toc_delta_reader reader;
        const void *record;
        uint32_t size;

        cr_assert_eq(toc_delta_write(writer, event, &block), 0);
        toc_buf_add(&block, change, n < CHANGE ? n : CHANGE);
        toc_buf_add(&block, again, n < CHANGE ? 0 : n - CHANGE);
        begin(&reader, &block, 2);
        for (size_t whole = 1 + (n >= CHANGE) + (n == CHANGE + AGAIN); whole--;)
            expect_next(&reader, event, event->size);
        cr_expect_eq(toc_delta_read(&reader, &record, &size),
                     n == CHANGE || n == CHANGE + AGAIN ? 0 : -EBADMSG, "%zu bytes", n);
    }
}

Test(recording_changes, no_change_comes_again_after_a_whole_record) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_toc_buf_ struct toc_buf block = {0};
    _cleanup_writer_ struct toc_delta_writer *writer = calloc(1, sizeof(*writer));
    _cleanup_reader_ struct toc_delta_reader reader;
    struct toc_event *event;

    cr_assert_eq(toc_builder_new(&builder), 0);
    event = batch(builder, 9);
    for (uint32_t i = 0; i < 3; i++) {
        set_lengths(event, 9, i);
        cr_assert_eq(toc_delta_write(writer, event, &block), 0);
    }
    // Into the same slot.
    event = batch(builder, 1);
    toc_delta_writer_reset(writer);
    cr_assert_eq(toc_delta_write(writer, event, &block), 0);
    toc_buf_add(&block, "\x80", 1);
    begin(&reader, &block, 2);
    event = batch(builder, 9);
    for (uint32_t i = 0; i < 3; i++) {
        set_lengths(event, 9, i);
        expect_next(&reader, event, event->size);
    }
    event = batch(builder, 1);
    expect_next(&reader, event, event->size);
    expect_next(&reader, event, event->size);
}
