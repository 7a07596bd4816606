// SPDX-License-Identifier: Apache-2.0
// Many records of another version: what was translated before is only changed, and comes out the
// same.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/cleanup.h"
#include "event/recording_format.h"
#include "event/recording_table.h"
#include "event/recording_translate.h"
#include "event/same.h"
#include "recording_events.h"

/* A table that says the same as ours and is another one. */
static uint64_t other_table(struct toc_buf *ret) {
    toc_buf_adds(ret, "names nothing\n");
    toc_table_write(ret);
    return toc_table_digest(ret->p, ret->n);
}

/* The recording as somebody with that table would have written it. */
static void by_other_table(const struct toc_buf *file, struct toc_buf *ret) {
    _cleanup_toc_buf_ struct toc_buf text = {0};
    uint64_t digest = other_table(&text);
    size_t bound = ZSTD_compressBound(text.n);
    _cleanup_free_ char *stored = malloc(bound);

    for (size_t at = 0; at < file->n;) {
        const char *payload = file->p + at + sizeof(struct toc_section);
        struct toc_section section;

        cr_assert_eq(toc_section_read(&section, file->p + at, file->n - at), 0);
        at += sizeof(section) + section.stored_bytes;
        section.table = digest;
        if (section.kind == TOC_SECTION_TABLE) {
            section.stored_bytes = (uint32_t)ZSTD_compress(stored, bound, text.p, text.n, 3);
            section.raw_bytes = (uint32_t)text.n;
            payload = stored;
        }
        toc_section_seal(&section, payload);
        toc_buf_add(ret, &section, sizeof(section));
        toc_buf_add(ret, payload, section.stored_bytes);
    }
}

/* Reads them, each like a translation of it alone; how many were told as changes. */
static size_t read_back(const struct events *events, struct toc_translator *alone,
                        uint32_t block_bytes) {
    struct toc_recording *recording __attribute__((cleanup(toc_recording_close))) = NULL;
    _cleanup_toc_buf_ struct toc_buf ours = {0}, other = {0};
    struct copies copies = {0};
    const struct toc_event *event, *expected;
    _cleanup_close_ int fd = -1;
    uint64_t unknown = 0;
    size_t told = 0;

    recording_of(events, block_bytes, true, &ours);
    by_other_table(&ours, &other);
    fd = file_of(other.p, other.n);
    cr_assert_eq(toc_recording_open(fd, "f", NULL, &recording), 0);
    for (size_t i = 0; i < events->n; i++) {
        if (toc_translate(alone, events->items[i], events->items[i]->size, NULL, &unknown,
                          &expected))
            continue;
        cr_assert_eq(toc_recording_next(recording, NULL, &event), 1, "event %zu", i);
        cr_assert_eq(toc_record_check(event, event->size), 0, "event %zu", i);
        cr_assert(toc_same_event(event, expected), "event %zu", i);
        told += is_told(&copies, toc_recording_changes(recording), event);
    }
    cr_expect_eq(toc_recording_next(recording, NULL, &event), 0);
    cr_expect_eq(toc_recording_counts(recording)->fields_unknown, unknown);
    copies_free(&copies);
    return told;
}

Test(recording_translated, a_change_gives_what_a_translation_gives) {
    struct toc_translator *alone __attribute__((cleanup(toc_translator_free))) = NULL;
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;
    _cleanup_toc_buf_ struct toc_buf text = {0};
    const struct toc_object *root;
    size_t told = 0, n = 0;

    other_table(&text);
    cr_assert_eq(toc_arena_new(TOC_TABLE_ARENA, &arena), 0);
    cr_assert_eq(toc_table_read(text.p, text.n, arena, &root), 0);
    cr_assert_eq(toc_translator_new(root, &alone), 0);
    for (uint64_t seed = 1; seed <= 40; seed++) {
        _cleanup_events_ struct events events;

        seed % 2 ? events_make(&events, 500, seed) : events_alike(&events, 500, seed);
        told += read_back(&events, alone, seed % 3 ? 1 << 16 : 0);
        n += events.n;
    }
    cr_expect_gt(told, n / 8, "%zu of %zu", told, n);
}
