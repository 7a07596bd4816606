// SPDX-License-Identifier: Apache-2.0
// Takes a recording's sections one by one: tables, blocks, the end; and accounts for what is
// missing.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "event/recording_reader.h"

int toc_recording_unpack(struct toc_recording *r, const struct toc_section *section,
                         const uint8_t *payload) {
    size_t n = section->raw_bytes;

    if (r->raw_cap < n + 8) {
        free(r->raw);
        r->raw_cap = 0;
        r->raw = calloc(1, n + 8); /* a delta is read eight bytes at a time */
        if (!r->raw)
            return -ENOMEM;
        r->raw_cap = n + 8;
    }
    return ZSTD_decompressDCtx(r->zstd, r->raw, n, payload, section->stored_bytes) == n ? 0
                                                                                        : -EBADMSG;
}

static int take_root(struct toc_recording *r, size_t n) {
    const struct toc_object *root;
    int err;

    toc_translator_free(&r->translator);
    r->their_table = 0;
    if (r->arena)
        toc_arena_reset(r->arena);
    err = r->arena ? 0 : toc_arena_new(TOC_TABLE_ARENA, &r->arena);
    if (!err)
        err = toc_table_read((const char *)r->raw, n, r->arena, &root);
    return err ? err : toc_translator_new(root, &r->translator);
}

int toc_recording_take_table(struct toc_recording *r, const struct toc_section *section,
                             const uint8_t *payload, struct toc_diags *diags) {
    int err = section->raw_bytes > TOC_MAX_TABLE ? -EBADMSG : 0;

    if (section->table == r->our_table || section->table == r->their_table)
        return 0;
    if (!err)
        err = toc_recording_unpack(r, section, payload);
    if (!err && toc_table_digest((const char *)r->raw, section->raw_bytes) != section->table)
        err = -EBADMSG;
    if (!err)
        err = take_root(r, section->raw_bytes);
    if (!err)
        r->their_table = section->table;
    if (err != -EBADMSG)
        return err;
    toc_diag_add(diags, TOC_WARNING, (struct toc_place){.file = r->name},
                 "the field table at byte %" PRIu64 " is malformed", r->scan.at);
    r->counts.blocks_damaged++;
    return 0;
}

/* Says what was skipped or is missing before the section at hand, which says how many events came
 * before it. */
static void account(struct toc_recording *r, const struct toc_section *section,
                    struct toc_diags *diags) {
    uint64_t missing = section->first_event - r->expected;
    struct toc_place place = {.file = r->name};

    r->counts.events_lost += missing;
    if (r->scan.skipped)
        toc_diag_add(diags, TOC_WARNING, place,
                     "%" PRIu64 " bytes from byte %" PRIu64 " are damaged: %" PRIu64 " events lost",
                     r->scan.skipped, r->scan.skipped_at, missing);
    else if (missing)
        toc_diag_add(diags, TOC_WARNING, place,
                     "%" PRIu64 " events are missing before byte %" PRIu64, missing, r->scan.at);
    if (r->scan.skipped || missing)
        r->counts.blocks_damaged++;
    r->expected = section->first_event;
}

/* A block that is whole but cannot be used. */
static void drop_block(struct toc_recording *r, const struct toc_section *section, const char *why,
                       struct toc_diags *diags) {
    toc_diag_add(diags, TOC_WARNING, (struct toc_place){.file = r->name},
                 "the block at byte %" PRIu64 " %s: %" PRIu32 " events lost", r->scan.at, why,
                 section->count);
    r->counts.blocks_damaged++;
    r->counts.events_lost += section->count;
}

/* 1: its events are to be read; 0: the block is dropped. */
static int take_block(struct toc_recording *r, const struct toc_section *section,
                      const uint8_t *payload, struct toc_diags *diags) {
    int err;

    r->expected += section->count;
    r->counts.blocks++;
    r->translate = section->table != r->our_table;
    if (r->translate && section->table != r->their_table) {
        drop_block(r, section, "is laid out by a field table that is damaged", diags);
        return 0;
    }
    err = toc_recording_unpack(r, section, payload);
    if (err == -EBADMSG) {
        drop_block(r, section, "cannot be decompressed", diags);
        return 0;
    }
    if (err)
        return err;
    toc_delta_read_block(&r->block, r->raw, section->raw_bytes, !r->translate);
    r->left = section->count;
    return 1;
}

/* The file ends too early: what is missing? */
static void report_cut(struct toc_recording *r, struct toc_diags *diags) {
    const struct toc_section *partial = &r->scan.partial;
    struct toc_place place = {.file = r->name};
    uint64_t at = r->scan.skipped ? r->scan.skipped_at : r->scan.input.offset;

    r->counts.cut = true;
    r->counts.tail_lost = !r->complete;
    if (partial->kind == TOC_SECTION_EVENTS && partial->first_event >= r->expected)
        r->counts.events_cut = partial->first_event + partial->count - r->expected;
    if (r->complete)
        toc_diag_add(diags, TOC_WARNING, place, "is cut at byte %" PRIu64 ", after its last event",
                     at);
    else if (r->counts.events_cut)
        toc_diag_add(diags, TOC_WARNING, place,
                     "is cut within the block at byte %" PRIu64 ": its %" PRIu64
                     " events and what came after it are missing",
                     at, r->counts.events_cut);
    else
        toc_diag_add(diags, TOC_WARNING, place,
                     "is cut at byte %" PRIu64 ": what came after it is missing", at);
}

static void finish(struct toc_recording *r, struct toc_diags *diags) {
    struct toc_place place = {.file = r->name};

    if (r->over)
        return;
    r->over = true;
    if (!r->ended)
        report_cut(r, diags);
    else if (r->scan.skipped)
        toc_diag_add(diags, TOC_WARNING, place, "%" PRIu64 " bytes after the end are no recording",
                     r->scan.skipped);
    if (r->counts.fields_unknown)
        toc_diag_add(diags, TOC_WARNING, place,
                     "written by another version: %" PRIu64
                     " values that this one lacks are left out",
                     r->counts.fields_unknown);
}

int toc_recording_next_block(struct toc_recording *r, struct toc_diags *diags) {
    struct toc_section section;
    const uint8_t *payload;

    for (;;) {
        int err = toc_scan_next(&r->scan, &section, &payload);

        if (err == 0) {
            finish(r, diags);
            return 0;
        }
        if (err < 0)
            return err;
        if (section.kind == TOC_SECTION_TABLE)
            r->expected = 0;
        r->ended = section.kind == TOC_SECTION_END;
        r->complete = r->ended || section.kind == TOC_SECTION_INDEX;
        if (section.first_event < r->expected) {
            drop_block(r, &section, "repeats an earlier one", diags);
            continue;
        }
        account(r, &section, diags);
        err = 0;
        if (section.kind == TOC_SECTION_TABLE)
            err = toc_recording_take_table(r, &section, payload, diags);
        else if (section.kind == TOC_SECTION_EVENTS)
            err = take_block(r, &section, payload, diags);
        if (err)
            return err;
    }
}
