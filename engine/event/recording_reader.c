// SPDX-License-Identifier: Apache-2.0
// Reads recordings: opening, and the events of one block after another.
#include "event/recording_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static int init(struct toc_recording *r) {
    int err = toc_table_ours(&r->our_table);

    return err ? err : toc_delta_reader_init(&r->block);
}

/* Only what is no recording at all is refused; damage is for toc_recording_next to go around. */
static int refuse_foreign(struct toc_recording *r, struct toc_diags *diags) {
    struct toc_place place = {.file = r->name};
    struct toc_input *in = toc_ahead_input(r->ahead);
    struct toc_section first;
    int err = toc_input_want(in, sizeof(first));

    if (err)
        return toc_fail(diags, -err, place, "cannot read: %s", strerror(-err));
    if (!in->n)
        return toc_fail(diags, EINVAL, place, "is empty");
    if (!toc_recording_magic(in->data, in->n))
        return toc_fail(diags, EINVAL, place, "is not a recording");
    if (toc_section_read(&first, in->data, in->n) || toc_section_known(&first))
        return 0;
    toc_diag_set_hint(
        toc_diag_add(diags, TOC_ERROR, place,
                     "is a recording of format %u, this tocsin reads formats up to %u",
                     first.version, TOC_RECORDING_VERSION),
        "use the tocsin that wrote it, or a newer one");
    return -EINVAL;
}

int toc_recording_open_after(int fd, const void *head, size_t head_n, const char *name,
                             struct toc_diags *diags, struct toc_recording **ret) {
    struct toc_recording *r __attribute__((cleanup(toc_recording_close))) = calloc(1, sizeof(*r));
    struct toc_place place = {.file = name};
    int err;

    if (!r)
        return toc_fail(diags, ENOMEM, place, "cannot read: out of memory");
    r->name = name;
    err = init(r);
    if (!err)
        err = toc_ahead_new(fd, head, head_n, r->our_table, &r->ahead);
    if (err)
        return toc_fail(diags, -err, place, "cannot read: %s", strerror(-err));
    err = refuse_foreign(r, diags);
    if (err)
        return err;
    r->counts.bytes_total = toc_ahead_input(r->ahead)->total;
    *ret = TAKE_PTR(r);
    return 0;
}

int toc_recording_open(int fd, const char *name, struct toc_diags *diags,
                       struct toc_recording **ret) {
    return toc_recording_open_after(fd, NULL, 0, name, diags, ret);
}

/* The rest of a block that contradicts itself although it arrived as it was written. */
static void give_up_block(struct toc_recording *r, struct toc_diags *diags) {
    toc_diag_add(diags, TOC_WARNING, (struct toc_place){.file = r->name},
                 "the block at byte %" PRIu64 " is malformed: %" PRIu32 " event%s lost",
                 r->at->found.at, r->left, toc_s(r->left));
    r->counts.blocks_damaged++;
    r->counts.events_malformed += r->left;
    r->left = 0;
}

/* 1: an event; 0: the next block is due. */
static int next_of_block(struct toc_recording *r, struct toc_diags *diags,
                         const struct toc_event **ret) {
    while (r->left) {
        const void *record;
        uint32_t size;
        int err = toc_delta_read(&r->block, &record, &size);

        if (err == 0 || err == -EBADMSG) {
            give_up_block(r, diags);
            return 0;
        }
        r->left--;
        *ret = record;
        if (err == 1 && r->translate)
            err = toc_translate(r->translator, record, size, &r->block.changes,
                                &r->counts.fields_unknown, ret);
        if (err >= 0)
            return 1;
        if (!r->counts.events_malformed++)
            toc_diag_add(diags, TOC_WARNING, (struct toc_place){.file = r->name},
                         "an event in the block at byte %" PRIu64 " is malformed or unknown; "
                         "such events are left out and counted",
                         r->at->found.at);
    }
    return 0;
}

int toc_recording_next(struct toc_recording *r, struct toc_diags *diags,
                       const struct toc_event **ret) {
    for (;;) {
        int err;

        if (next_of_block(r, diags, ret)) {
            r->counts.events++;
            return 1;
        }
        err = toc_recording_next_block(r, diags);
        r->counts.bytes_read = r->at->found.at;
        if (err <= 0)
            return err;
    }
}

const struct toc_changes *toc_recording_changes(const struct toc_recording *recording) {
    return recording->translate ? toc_translator_changes(recording->translator)
                                : &recording->block.changes;
}

const struct toc_recording_counts *toc_recording_counts(const struct toc_recording *recording) {
    return &recording->counts;
}

void toc_recording_close(struct toc_recording **recording) {
    struct toc_recording *r = *recording;

    if (!r)
        return;
    toc_ahead_free(&r->ahead);
    toc_translator_free(&r->translator);
    toc_arena_free(&r->arena);
    toc_delta_reader_clear(&r->block);
    free(r);
    *recording = NULL;
}
