// SPDX-License-Identifier: Apache-2.0
// Takes a recording's sections one by one: tables, blocks, the end; and accounts for what is
// missing.
#include <errno.h>
#include <inttypes.h>

#include "base/text.h"
#include "event/recording_reader.h"

static int take_root(struct toc_recording *r, size_t n) {
    const struct toc_object *root;
    int err;

    toc_translator_free(&r->translator);
    r->their_table = 0;
    if (r->arena)
        toc_arena_reset(r->arena);
    err = r->arena ? 0 : toc_arena_new(TOC_TABLE_ARENA, &r->arena);
    if (!err)
        err = toc_table_read((const char *)r->at->raw, n, r->arena, &root);
    return err ? err : toc_translator_new(root, &r->translator);
}

/* Takes the table of the file, if it is not ours, to read the blocks that follow by. */
static int take_table(struct toc_recording *r, struct toc_diags *diags) {
    const struct toc_section *section = &r->at->found.section;
    int err = r->at->error;

    if (section->table == r->our_table || section->table == r->their_table)
        return 0;
    if (!err && toc_table_digest((const char *)r->at->raw, section->raw_bytes) != section->table)
        err = -EBADMSG;
    if (!err)
        err = take_root(r, section->raw_bytes);
    if (!err)
        r->their_table = section->table;
    if (err != -EBADMSG)
        return err;
    toc_diag_add(diags, TOC_WARNING, (struct toc_place){.file = r->name},
                 "the field table at byte %" PRIu64 " is malformed", r->at->found.at);
    r->counts.blocks_damaged++;
    return 0;
}

/* Says what was skipped or is missing before the section at hand, which says how many events came
 * before it. */
static void account(struct toc_recording *r, struct toc_diags *diags) {
    const struct toc_section *section = &r->at->found.section;
    uint64_t missing = section->first_event - r->expected;
    struct toc_place place = {.file = r->name};

    r->counts.events_lost += missing;
    if (r->at->found.skipped)
        toc_diag_add(diags, TOC_WARNING, place,
                     "%" PRIu64 " bytes from byte %" PRIu64 " are damaged: %" PRIu64
                     " event%s lost",
                     r->at->found.skipped, r->at->found.skipped_at, missing, toc_s(missing));
    else if (missing)
        toc_diag_add(diags, TOC_WARNING, place, "%" PRIu64 " event%s lost before byte %" PRIu64,
                     missing, toc_s(missing), r->at->found.at);
    if (r->at->found.skipped || missing)
        r->counts.blocks_damaged++;
    r->expected = section->first_event;
}

/* A block that is whole but cannot be used. */
static void drop_block(struct toc_recording *r, const char *why, struct toc_diags *diags) {
    const struct toc_section *section = &r->at->found.section;

    toc_diag_add(diags, TOC_WARNING, (struct toc_place){.file = r->name},
                 "the block at byte %" PRIu64 " %s: %" PRIu32 " event%s lost", r->at->found.at, why,
                 section->count, toc_s(section->count));
    r->counts.blocks_damaged++;
    r->counts.events_lost += section->count;
}

/* 1: its events are to be read; 0: the block is dropped. */
static int take_block(struct toc_recording *r, struct toc_diags *diags) {
    const struct toc_section *section = &r->at->found.section;

    r->expected += section->count;
    r->counts.blocks++;
    r->translate = section->table != r->our_table;
    if (r->translate && section->table != r->their_table) {
        drop_block(r, "is laid out by a field table that is damaged", diags);
        return 0;
    }
    if (r->at->error == -EBADMSG) {
        drop_block(r, "cannot be decompressed", diags);
        return 0;
    }
    if (r->at->error)
        return r->at->error;
    toc_delta_read_block(&r->block, r->at->raw, section->raw_bytes, section->version,
                         !r->translate);
    r->left = section->count;
    return 1;
}

/* The file ends too early: what is missing? */
static void report_cut(struct toc_recording *r, struct toc_diags *diags) {
    const struct toc_section *partial = &r->at->found.partial;
    struct toc_place place = {.file = r->name};
    uint64_t at = r->at->found.skipped ? r->at->found.skipped_at : r->at->found.at;

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
    else if (r->at->found.skipped)
        toc_diag_add(diags, TOC_WARNING, place, "%" PRIu64 " bytes after the end are no recording",
                     r->at->found.skipped);
    if (r->counts.fields_unknown)
        toc_diag_add(diags, TOC_WARNING, place,
                     "written by another version: %" PRIu64
                     " values that this one lacks are left out",
                     r->counts.fields_unknown);
}

/* 1: a block begins; 0: it was another section. */
static int take_section(struct toc_recording *r, struct toc_diags *diags) {
    const struct toc_section *section = &r->at->found.section;

    if (section->kind == TOC_SECTION_TABLE)
        r->expected = 0;
    r->ended = section->kind == TOC_SECTION_END;
    r->complete = r->ended || section->kind == TOC_SECTION_INDEX;
    if (section->first_event < r->expected) {
        drop_block(r, "repeats an earlier one", diags);
        return 0;
    }
    account(r, diags);
    if (section->kind == TOC_SECTION_TABLE)
        return take_table(r, diags);
    return section->kind == TOC_SECTION_EVENTS ? take_block(r, diags) : 0;
}

int toc_recording_next_block(struct toc_recording *r, struct toc_diags *diags) {
    int err;

    do {
        r->at = toc_ahead_next(r->ahead);
        if (r->at->result == 0)
            finish(r, diags);
        err = r->at->result == 1 ? take_section(r, diags) : r->at->result;
    } while (r->at->result == 1 && err == 0);
    return err;
}
