// SPDX-License-Identifier: Apache-2.0
// A source that reads a recording, and tells the rules where events are missing from it.
#include <string.h>

#include "base/cleanup.h"
#include "event/recording.h"
#include "source/file_source.h"

struct recording_source {
    struct toc_file_source file;
    struct toc_recording *recording;
    const struct toc_recording_counts *counts;
    struct toc_recording_counts told; /* what losses have been noted for */
};

static void note(struct toc_file_source *file, uint16_t cause, uint64_t now, uint64_t *told) {
    if (now > *told)
        toc_file_source_lost(file, cause, now - *told);
    *told = now;
}

static void note_losses(struct recording_source *r) {
    const struct toc_recording_counts *now = r->counts;

    note(&r->file, TOC_loss_block_damaged, now->events_lost, &r->told.events_lost);
    note(&r->file, TOC_loss_malformed, now->events_malformed, &r->told.events_malformed);
    if (now->tail_lost && !r->told.tail_lost)
        toc_file_source_lost(&r->file, TOC_loss_file_cut, now->events_cut);
    r->told.tail_lost = now->tail_lost;
    r->told.blocks = now->blocks;
    // Also damage that cost no event.
    r->file.damaged |= now->blocks_damaged || now->cut;
}

static int recording_read(struct toc_file_source *file, const struct toc_event **ret) {
    struct recording_source *r = (struct recording_source *)file;
    int got = toc_recording_next(r->recording, file->diags, ret);

    file->changes = toc_recording_changes(r->recording);
    // Within a block only single events are lost.
    if (got == 1 && r->counts->blocks == r->told.blocks &&
        r->counts->events_malformed == r->told.events_malformed)
        return got;
    file->done = r->counts->bytes_read;
    if (got < 0 && got != -EINTR)
        snprintf(file->source.fault, sizeof(file->source.fault), "%s: cannot read: %s", file->name,
                 strerror(-got));
    note_losses(r);
    return got;
}

static void recording_close(struct toc_file_source *file) {
    toc_recording_close(&((struct recording_source *)file)->recording);
}

static const struct toc_file_reader reader = {
    .name = "recording", .read = recording_read, .close = recording_close};

int toc_recording_source_new(int fd, const void *head, size_t head_n, const char *name,
                             struct toc_diags *diags, struct toc_source **ret) {
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_close_ int owned = fd;
    struct recording_source *r = calloc(1, sizeof(*r));
    int err = r ? toc_file_source_init(&r->file, &reader, owned, name, diags) : -ENOMEM;

    if (err) {
        free(r);
        return toc_fail(diags, -err, (struct toc_place){.file = name}, "out of memory");
    }
    TAKE_FD(owned);
    source = &r->file.source;
    err = toc_recording_open_after(fd, head, head_n, r->file.name, diags, &r->recording);
    if (err)
        return err;
    r->counts = toc_recording_counts(r->recording);
    r->file.total = r->counts->bytes_total;
    *ret = TAKE_PTR(source);
    return 0;
}
