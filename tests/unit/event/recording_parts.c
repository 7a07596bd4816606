// SPDX-License-Identifier: Apache-2.0
// The parts of a recording on their own: table, index, and blocks that no checksum guards.
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "event/recording_delta.h"
#include "event/recording_format.h"
#include "event/recording_index.h"
#include "event/recording_table.h"
#include "recording_format1.h"

static void expect_same_names(const struct toc_names *a, const struct toc_names *b) {
    cr_assert_eq(!a, !b);
    if (!a)
        return;
    cr_assert_str_eq(a->name, b->name);
    cr_assert_eq(a->n, b->n);
    for (uint16_t i = 0; i < a->n; i++) {
        cr_assert_str_eq(a->items[i].name, b->items[i].name);
        cr_assert_eq(a->items[i].value, b->items[i].value);
    }
}

static void expect_same(const struct toc_object *a, const struct toc_object *b) {
    cr_assert_str_eq(a->name, b->name);
    cr_assert_eq(a->size, b->size);
    cr_assert_eq(a->n_fields, b->n_fields);
    cr_assert_eq(a->variant_offset, b->variant_offset);
    for (uint16_t i = 0; i < a->n_fields; i++) {
        const struct toc_field *f = &a->fields[i], *g = &b->fields[i];

        cr_assert_str_eq(f->name, g->name);
        cr_assert(f->kind == g->kind && f->width == g->width && f->is_signed == g->is_signed &&
                  f->offset == g->offset && f->bit == g->bit && f->variants == g->variants);
        expect_same_names(f->names, g->names);
        cr_assert_eq(!f->object, !g->object);
        if (f->object)
            expect_same(f->object, g->object);
    }
}

Test(recording_table, the_catalogue_survives_the_way_through_text) {
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;
    _cleanup_toc_buf_ struct toc_buf text = {0};
    const struct toc_object *root;

    toc_table_write(&text);
    cr_assert_lt(text.n, TOC_MAX_TABLE / 4);
    cr_assert_eq(toc_arena_new(TOC_TABLE_ARENA, &arena), 0);
    cr_assert_eq(toc_table_read(text.p, text.n, arena, &root), 0);
    expect_same(root, &toc_object_event);
}

Test(recording_table, what_is_no_table_is_refused) {
    static const char *const rows[] = {
        "",
        "object a 16 0",                           // no line end
        "\n",                                      // no word
        "thing a 16 0\n",                          // unknown word
        "object a 16\n",                           // too few words
        "object a 16 0 0 0 0 0 0 0 0\n",           // too many
        "object a 7 0\n",                          // smaller than `present`
        "object a 20 0\n",                         // elements of a list would not be aligned
        "object a 99999999999999999999 0\n",       // no number
        "object a -8 0\n",                         // likewise
        "object a 16 15\n",                        // variant outside
        "field a 0 - 0 0 8 0 1\n",                 // of no object
        "name 1 a\n",                              // of no set
        "object a 16 0\nfield b 0 - 0 0 16 0 1\n", // outside
        "object a 16 0\nfield b 0 - 0 0 0 0 1\n",  // over `present`
        "object a 16 0\nfield b 1 - 3 0 8 0 1\n",  // no width
        "object a 16 0\nfield b 99 - 0 0 8 0 1\n", // no kind
        "object a 16 0\nfield b 0 - 0 0 8 64 1\n", // no bit
        "object a 16 0\nfield b 4 - 0 0 8 0 1\n",  // an enum without names
        "object a 16 0\nfield b 10 a 0 0 8 0 1\n", // holds itself
        "object a 16 0\nfield b 10 c 0 0 8 0 1\nobject c 16 0\n", // not yet known
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_arena_ struct toc_arena *arena = NULL;
        const struct toc_object *root;

        cr_assert_eq(toc_arena_new(TOC_TABLE_ARENA, &arena), 0);
        cr_expect_eq(toc_table_read(rows[i], strlen(rows[i]), arena, &root), -EBADMSG, "row %zu",
                     i);
    }
}

Test(recording_index, the_one_at_the_end_is_the_one_that_is_rebuilt) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf file = {0};
    _cleanup_toc_index_ struct toc_index read = {0}, made = {0};
    bool rebuilt;

    events_make(&events, 200, 11);
    recording_of(&events, 2000, true, &file);
    cr_assert_eq(toc_index_load(file.p, file.n, &read, &rebuilt), 0);
    cr_expect(!rebuilt && read.n > 10);
    cr_assert_eq(toc_index_load(file.p, file.n - 1, &made, &rebuilt), 0);
    cr_expect(rebuilt);
    cr_assert_eq(made.n, read.n);
    cr_expect_arr_eq(made.entries, read.entries, read.n * sizeof(*read.entries));
    for (size_t i = 0; i < read.n; i++) {
        struct toc_section section;
        uint64_t at = read.entries[i].offset;

        cr_assert_eq(toc_section_read(&section, file.p + at, file.n - at), 0);
        cr_expect_eq(section.kind, TOC_SECTION_EVENTS);
        cr_expect_eq(section.first_event, read.entries[i].first_event);
    }
}

Test(recording_index, a_long_file_thins_it_out) {
    _cleanup_toc_index_ struct toc_index index = {0};
    struct toc_section section = {.kind = TOC_SECTION_EVENTS};
    uint64_t blocks = 5 * TOC_MAX_INDEX + 3;

    for (uint64_t i = 0; i < blocks; i++) {
        section.first_event = i;
        section.first_ns = section.last_ns = (int64_t)i;
        cr_assert_eq(toc_index_add(&index, &section, i * 1000), 0);
    }
    cr_assert_leq(index.n, TOC_MAX_INDEX);
    cr_expect_eq(index.entries[0].first_ns, 0);
    cr_expect_eq(index.entries[index.n - 1].last_ns, (int64_t)blocks - 1);
    for (size_t i = 1; i < index.n; i++)
        cr_assert_eq(index.entries[i].first_ns, index.entries[i - 1].last_ns + 1, "entry %zu", i);
}

static void block_of(const struct events *events, struct toc_buf *block) {
    struct toc_delta_writer writer = {0};

    for (size_t i = 0; i < events->n; i++)
        cr_assert_eq(toc_delta_write(&writer, events->items[i], block), 0);
    toc_delta_writer_clear(&writer);
}

Test(recording_delta, more_threads_than_slots_are_still_written_as_changes) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf block = {0};
    size_t bytes = 0;

    events_alike(&events, 20 * 2 * TOC_DELTA_SLOTS, 3);
    for (size_t i = 1; i < events.n; i++) {
        struct toc_proc *proc =
            (struct toc_proc *)TOC_GET(events.items[i], proc, events.items[i]->proc);

        cr_assert(proc);
        proc->tid = (int32_t)(i % (2 * TOC_DELTA_SLOTS));
        bytes += events.items[i]->size;
    }
    block_of(&events, &block);
    cr_expect_lt(block.n, bytes / 8, "%zu of %zu", block.n, bytes);
}

Test(recording_delta, what_changed_is_told) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf block = {0};
    struct toc_delta_reader reader;
    struct copies copies = {0};
    const void *record;
    uint32_t size;
    size_t told = 0;

    events_make(&events, 3000, 5);
    block_of(&events, &block);
    cr_assert(toc_buf_room(&block, TOC_DELTA_BEHIND));
    cr_assert_eq(toc_delta_reader_init(&reader), 0);
    toc_delta_read_block(&reader, block.p, block.n, TOC_RECORDING_VERSION, true);
    while (toc_delta_read(&reader, &record, &size) == 1) {
        cr_assert_eq(reader.changes.size, size);
        told += is_told(&copies, &reader.changes, record);
    }
    cr_expect_gt(told, 500, "%zu", told);
    cr_expect_gt(copies.n_again, 20, "%zu", copies.n_again);
    toc_delta_reader_clear(&reader);
    copies_free(&copies);
}

/* Every record that the reader gives out must be one that the full check passes. */
static size_t read_checked(struct toc_delta_reader *reader, void *block, size_t n,
                           unsigned format) {
    const void *record;
    uint32_t size;
    size_t given = 0;
    int r;

    toc_delta_read_block(reader, block, n, format, true);
    while ((r = toc_delta_read(reader, &record, &size)) == 1 || r == -EPROTO) {
        if (r == 1)
            cr_assert_eq(toc_record_check(record, size), 0);
        given += r == 1;
    }
    cr_assert(r == 0 || r == -EBADMSG);
    return given;
}

Test(recording_delta, a_damaged_block_gives_no_ill_formed_record) {
    struct toc_delta_reader reader;
    uint64_t seed = 12, given = 0;

    cr_assert_eq(toc_delta_reader_init(&reader), 0);
    for (int round = 0; round < 60; round++) {
        unsigned format = round % 3 ? 2 : 1;
        _cleanup_events_ struct events events;
        _cleanup_toc_buf_ struct toc_buf block = {0};
        void *copy;
        size_t n;

        round % 2 ? events_make(&events, 40, seed) : events_alike(&events, 40, seed);
        format == 1 ? block_of_format_1(&events, &block) : block_of(&events, &block);
        n = block.n;
        copy = calloc(1, n + TOC_DELTA_BEHIND);
        cr_assert_eq(toc_buf_room(&block, TOC_DELTA_BEHIND) != NULL && copy, true);
        for (int change = 0; change < 200; change++) {
            memcpy(copy, block.p, n);
            for (int i = 0; i < 1 + change % 3; i++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                ((uint8_t *)copy)[(seed >> 20) % n] ^= (uint8_t)(1u << (seed >> 60) % 8);
            }
            given += read_checked(&reader, copy, n, format);
        }
        memcpy(copy, block.p, n);
        cr_assert_eq(read_checked(&reader, copy, n, format), events.n);
        free(copy);
    }
    cr_expect_gt(given, 100000);
    toc_delta_reader_clear(&reader);
}

Test(recording_delta, changes_far_apart_in_a_large_record_come_back) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_toc_buf_ struct toc_buf block = {0};
    struct toc_delta_writer writer = {0};
    struct toc_delta_reader reader;
    const struct toc_event *event;
    struct toc_msg *msgs;
    const void *record;
    uint32_t off, size;

    cr_assert_eq(toc_builder_new(&builder), 0);
    cr_assert_eq(toc_delta_reader_init(&reader), 0);
    toc_builder_begin(builder, TOC_EVENT_sendmmsg);
    msgs = TOC_NEW_LIST(builder, msg, 1000, &off);
    toc_builder_event(builder)->msgs = (struct toc_ref){off, 1000};
    toc_builder_event(builder)->present |= UINT64_C(1) << TOC_event_msgs;
    cr_assert_eq(toc_builder_end(builder, &event), 0);
    cr_assert_eq(toc_delta_write(&writer, event, &block), 0);
    TOC_SET(msg, &msgs[0], len, 7);
    TOC_SET(msg, &msgs[999], len, 9);
    cr_assert_eq(toc_delta_write(&writer, event, &block), 0);
    cr_expect_lt(block.n, event->size + 200);
    cr_assert_not_null(toc_buf_room(&block, TOC_DELTA_BEHIND));
    toc_delta_read_block(&reader, block.p, block.n, TOC_RECORDING_VERSION, true);
    cr_assert_eq(toc_delta_read(&reader, &record, &size), 1);
    cr_assert_eq(toc_delta_read(&reader, &record, &size), 1);
    cr_assert_eq(size, event->size);
    cr_expect_arr_eq((const char *)record, (const char *)event, size);
    toc_delta_writer_clear(&writer);
    toc_delta_reader_clear(&reader);
}
