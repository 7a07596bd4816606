// SPDX-License-Identifier: Apache-2.0
// Gives out what a reader of a file reads, begun with tocsin_start, with losses where they are, and
// counted.
#include "source/file_source.h"

#include <string.h>

#include "base/cleanup.h"
#include "source/count.h"
#include "source/file.h"

/* Where user memory ends on x86_64 with four levels of page tables: what a hand-written event
 * means. */
#define DEFAULT_TASK_SIZE UINT64_C(0x7ffffffff000)

void toc_file_source_lost(struct toc_file_source *file, uint16_t cause, uint64_t count) {
    file->due |= UINT32_C(1) << cause;
    file->due_count[cause] += count;
    file->damaged = true;
}

static struct toc_ref text(struct toc_builder *builder, const char *s) {
    return toc_builder_bytes(builder, s, strlen(s));
}

/* Most files lack nothing. */
static int need_builder(struct toc_file_source *file) {
    return file->builder ? 0 : toc_builder_new(&file->builder);
}

/* The start that the file lacks. */
static int make_start(struct toc_file_source *file, const struct toc_event **ret) {
    struct toc_event *event;
    struct toc_meta *meta;
    struct toc_host *host;
    uint32_t off;
    int err = need_builder(file);

    if (err)
        return err;
    event = toc_builder_begin(file->builder, TOC_EVENT_tocsin_start);
    meta = toc_builder_meta(file->builder);
    TOC_SET(meta, meta, time, file->held ? toc_event_meta(file->held)->time : 0);
    host = TOC_NEW(file->builder, host, &off);
    if (host) {
        TOC_SET(event, event, host, off);
        TOC_SET(host, host, task_size, DEFAULT_TASK_SIZE);
        TOC_SET(host, host, source, text(file->builder, file->reader->name));
        TOC_SET(host, host, capture, text(file->builder, "full"));
    }
    return toc_builder_end(file->builder, ret);
}

static int make_loss(struct toc_file_source *file, const struct toc_event **ret) {
    uint16_t cause = (uint16_t)__builtin_ctz(file->due);
    struct toc_args *args;
    int err = need_builder(file);

    if (err)
        return err;
    toc_builder_begin(file->builder, TOC_EVENT_tocsin_loss);
    TOC_SET(meta, toc_builder_meta(file->builder), time, file->last_ns);
    args = toc_builder_args(file->builder);
    TOC_SET(args, args, cause, cause);
    if (file->due_count[cause])
        TOC_SET(args, args, count, file->due_count[cause]);
    file->due &= ~(UINT32_C(1) << cause);
    file->due_count[cause] = 0;
    return toc_builder_end(file->builder, ret);
}

static bool is_start(const struct toc_event *event) {
    return event && event->variant == TOC_EVENT_tocsin_start;
}

/* What comes first of: the start, the losses, the event read, the end. */
static int choose(struct toc_file_source *file, const struct toc_event **ret) {
    bool begins = !file->started;
    int err = 0;

    file->started = true;
    file->source.changes = NULL;
    if (begins && !is_start(file->held))
        err = make_start(file, ret);
    else if (file->due && !(begins && is_start(file->held)))
        err = make_loss(file, ret);
    else if (!file->held)
        err = file->ended;
    else {
        file->source.changes = file->changes;
        *ret = TAKE_PTR(file->held);
    }
    return err ? err : 1;
}

/* -EINTR, and nothing has changed; or 0. */
static int read_next(struct toc_file_source *file) {
    int r = file->reader->read(file, &file->held);

    if (r > 0)
        return 0;
    file->held = NULL;
    if (r == -EINTR)
        return r;
    file->ended = r < 0 ? r : -ENODATA;
    // A wrong line says itself where it is; a file that cannot be read holds events unseen.
    if (r < 0 && r != -EINVAL)
        toc_file_source_lost(file, TOC_loss_read_error, 0);
    return 0;
}

static int next(struct toc_source *source, int timeout_ms, const struct toc_event **ret) {
    struct toc_file_source *file = (struct toc_file_source *)source;
    int r;

    (void)timeout_ms;
    if (!file->held && !file->ended && read_next(file) == -EINTR)
        return -EINTR;
    if (!file->started && file->ended && file->ended != -ENODATA)
        return file->ended;
    r = choose(file, ret);
    if (r == 1) {
        file->last_ns = toc_event_stream_time(*ret);
        toc_count_event(&file->counts, *ret);
    }
    return r;
}

static void counts(struct toc_source *source, struct toc_source_counts *ret) {
    toc_counts_tell(&((struct toc_file_source *)source)->counts, ret);
}

static void file_free(struct toc_source *source) {
    struct toc_file_source *file = (struct toc_file_source *)source;

    file->reader->close(file);
    toc_builder_free(&file->builder);
    toc_closep(&file->fd);
    free(file->name);
    free(file);
}

int toc_file_source_init(struct toc_file_source *file, const struct toc_file_reader *reader, int fd,
                         const char *name, struct toc_diags *diags) {
    file->name = strdup(name);
    if (!file->name)
        return -ENOMEM;
    file->ops = (struct toc_source_ops){
        .name = reader->name, .next = next, .counts = counts, .free = file_free};
    file->source.ops = &file->ops;
    file->reader = reader;
    file->fd = fd;
    file->diags = diags;
    return 0;
}

void toc_source_file_position(struct toc_source *source, uint64_t *ret_done, uint64_t *ret_total) {
    const struct toc_file_source *file = (const struct toc_file_source *)source;

    *ret_done = file->done;
    *ret_total = file->total;
}

bool toc_source_file_damaged(const struct toc_source *source) {
    return ((const struct toc_file_source *)source)->damaged;
}
