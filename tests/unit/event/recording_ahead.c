// SPDX-License-Identifier: Apache-2.0
// Recordings large enough for a thread of their own: read as the same bytes are from a stream.
#include "event/recording_ahead.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/recording_table.h"
#include "recording_events.h"

enum { EVENTS = 3000, BLOCK = 100000, ROUNDS = 12 };

static void expect_same_diags(const struct toc_diags *a, const struct toc_diags *b, size_t round) {
    cr_assert_eq(a->n, b->n, "round %zu: %zu and %zu warnings", round, a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        cr_expect_str_eq(a->items[i].message, b->items[i].message, "round %zu", round);
}

static void expect_same_counts(const struct toc_recording_counts *a,
                               const struct toc_recording_counts *b, size_t round) {
    cr_expect_eq(a->bytes_read, b->bytes_read, "round %zu", round);
    cr_expect_eq(a->blocks, b->blocks, "round %zu", round);
    cr_expect_eq(a->blocks_damaged, b->blocks_damaged, "round %zu", round);
    cr_expect_eq(a->events, b->events, "round %zu", round);
    cr_expect_eq(a->events_lost, b->events_lost, "round %zu", round);
    cr_expect_eq(a->events_cut, b->events_cut, "round %zu", round);
    cr_expect_eq(a->events_malformed, b->events_malformed, "round %zu", round);
    cr_expect_eq(a->cut, b->cut, "round %zu", round);
    cr_expect_eq(a->tail_lost, b->tail_lost, "round %zu", round);
}

static uint64_t expect_same(const struct toc_buf *file, size_t n, const struct events *events,
                            size_t round) {
    _cleanup_toc_diags_ struct toc_diags diags = {0}, their_diags = {0};
    struct toc_recording_counts counts = {0}, their_counts = {0};
    long matched, their_matched;

    cr_assert_eq(recording_match(file_of(file->p, n), events, &matched, &counts, &diags), 0);
    cr_assert_eq(
        recording_match(stream_of(file->p, n), events, &their_matched, &their_counts, &their_diags),
        0);
    cr_expect_eq(matched, their_matched, "round %zu", round);
    cr_expect_eq(counts.bytes_total, n);
    expect_same_counts(&counts, &their_counts, round);
    expect_same_diags(&diags, &their_diags, round);
    return counts.blocks_damaged;
}

Test(recording_ahead, what_a_thread_reads_is_what_is_there) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf file = {0};
    uint64_t damaged = 0;

    events_make(&events, EVENTS, 11);
    recording_of(&events, BLOCK, true, &file);
    cr_assert(file.n > TOC_WORTH_READING_AHEAD && file.n < 1 << 20, "%zu bytes", file.n);
    cr_expect_eq(expect_same(&file, file.n, &events, 0), 0);
    srand(5);
    for (size_t round = 1; round < ROUNDS; round++) {
        size_t at = (size_t)rand() % file.n;

        if (at > TOC_SECTION_MAGIC_BYTES)
            file.p[at] ^= 0x55; // these pile up
        if (at > TOC_WORTH_READING_AHEAD)
            expect_same(&file, at, &events, round);
        damaged += expect_same(&file, file.n, &events, round);
    }
    cr_expect_gt(damaged, ROUNDS);
}

Test(recording_ahead, a_reader_may_leave_at_any_time) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf file = {0};

    events_make(&events, EVENTS, 12);
    recording_of(&events, BLOCK, true, &file);
    for (int n = 0; n < 40; n++) {
        _cleanup_close_ int fd = file_of(file.p, file.n);
        struct toc_ahead *ahead;

        cr_assert_eq(toc_ahead_new(fd, NULL, 0, 0, &ahead), 0);
        for (int i = 0; i < n; i++) {
            const struct toc_unpacked *section = toc_ahead_next(ahead);

            cr_assert_geq(section->result, 0);
            cr_assert_eq(section->error, 0);
        }
        toc_ahead_free(&ahead);
        cr_expect_null(ahead);
    }
}

Test(recording_ahead, a_table_that_is_known_is_not_unpacked) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf file = {0}, table = {0};
    uint64_t ours;

    events_make(&events, 3, 1);
    recording_of(&events, 0, true, &file);
    toc_table_write(&table);
    cr_assert_eq(toc_table_ours(&ours), 0);
    for (int known = 0; known < 2; known++) {
        _cleanup_close_ int fd = file_of(file.p, file.n);
        const struct toc_unpacked *u;
        struct toc_ahead *ahead;

        cr_assert_eq(toc_ahead_new(fd, NULL, 0, known ? ours : 0, &ahead), 0);
        u = toc_ahead_next(ahead);
        cr_assert(u->result == 1 && u->error == 0);
        cr_assert_eq(u->found.section.table, ours);
        // What was unpacked before, if anything, were events.
        cr_expect_eq(u->raw && !memcmp(u->raw, table.p, 8), !known);
        cr_expect(known || !memcmp(u->raw, table.p, table.n));
        u = toc_ahead_next(ahead);
        cr_expect(u->found.section.kind == TOC_SECTION_EVENTS && u->raw);
        toc_ahead_free(&ahead);
    }
}

Test(recording_ahead, what_one_reader_leaves_the_next_begins_anew_with) {
    _cleanup_events_ struct events events;
    _cleanup_toc_buf_ struct toc_buf large = {0}, small = {0};
    const struct toc_buf *const files[] = {&large, &small, &large, &small, &small};
    struct toc_ahead *first = NULL, *ahead, *other;

    events_make(&events, EVENTS, 13);
    recording_of(&events, BLOCK, true, &large);
    events.n = 100;
    recording_of(&events, 2000, true, &small);
    events.n = EVENTS;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        _cleanup_close_ int fd = file_of(files[i]->p, files[i]->n);

        cr_assert_eq(toc_ahead_new(fd, NULL, 0, 0, &ahead), 0);
        first = first ? first : ahead;
        cr_expect_eq(ahead, first, "file %zu", i);
        cr_expect_eq(toc_ahead_input(ahead)->offset, 0);
        for (int k = 0; k < 3; k++)
            cr_expect_eq(toc_ahead_next(ahead)->found.section.kind,
                         k ? TOC_SECTION_EVENTS : TOC_SECTION_TABLE);
        // Another one at the same time has its own.
        cr_assert_eq(toc_ahead_new(fd, NULL, 0, 0, &other), 0);
        cr_expect_neq(other, ahead);
        toc_ahead_free(&other);
        toc_ahead_free(&ahead);
    }
}
