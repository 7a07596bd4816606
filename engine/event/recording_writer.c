// SPDX-License-Identifier: Apache-2.0
// Writes recordings: collects events into blocks and hands each block to the kernel in one write.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/cleanup.h"
#include "event/recording.h"
#include "event/recording_delta.h"
#include "event/recording_format.h"
#include "event/recording_index.h"
#include "event/recording_table.h"

enum {
    DEFAULT_LEVEL = 3,
    DEFAULT_BLOCK = 1 << 20,
    MAX_BLOCK = 4 << 20, /* with the largest record on top still under TOC_MAX_SECTION_RAW */
    DEFAULT_FLUSH_MS = 1000,
};

struct toc_recorder {
    int fd;
    int failed; /* the first -errno of a write: nothing can follow a torn block */
    uint32_t block_bytes;
    int64_t flush_ns;
    uint64_t offset;            /* bytes written */
    struct toc_section section; /* of the block being built: count, times, first_event, table */
    struct toc_buf block;       /* its frames */
    struct toc_buf out;         /* a section as it goes to the file */
    struct toc_delta_writer delta;
    struct toc_index index;
    ZSTD_CCtx *zstd;
};

static int write_all(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t done = write(fd, p, n);

        if (done < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            poll(&wait, 1, -1);
        } else if (done < 0 && errno != EINTR) {
            return -errno;
        } else if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
    return 0;
}

/* Writes a section; `section` says what it is, the rest is filled in. */
static int write_section(struct toc_recorder *r, struct toc_section *section, const void *raw,
                         size_t n) {
    size_t bound = n ? ZSTD_compressBound(n) : 0, stored = 0;
    char *to;

    toc_buf_reset(&r->out);
    to = toc_buf_room(&r->out, sizeof(*section) + bound);
    if (!to)
        return -ENOMEM;
    if (n)
        stored = ZSTD_compress2(r->zstd, to + sizeof(*section), bound, raw, n);
    if (ZSTD_isError(stored))
        return -ENOMEM;
    section->stored_bytes = (uint32_t)stored;
    if (n)
        section->raw_bytes = (uint32_t)n;
    toc_section_seal(section, to + sizeof(*section));
    memcpy(to, section, sizeof(*section));
    r->failed = write_all(r->fd, to, sizeof(*section) + stored);
    if (!r->failed)
        r->offset += sizeof(*section) + stored;
    return r->failed;
}

static int write_table(struct toc_recorder *r) {
    _cleanup_toc_buf_ struct toc_buf text = {0};
    struct toc_section section = {.kind = TOC_SECTION_TABLE};

    toc_table_write(&text);
    if (text.failed)
        return text.failed;
    r->section.table = section.table = toc_table_digest(text.p, text.n);
    return write_section(r, &section, text.p, text.n);
}

int toc_recorder_new(int fd, const struct toc_recorder_options *options,
                     struct toc_recorder **ret) {
    struct toc_recorder_options o = options ? *options : (struct toc_recorder_options){0};
    struct toc_recorder *r __attribute__((cleanup(toc_recorder_free))) = calloc(1, sizeof(*r));

    if (!r)
        return -ENOMEM;
    r->fd = fd;
    r->block_bytes = o.block_bytes ? o.block_bytes : DEFAULT_BLOCK;
    if (r->block_bytes > MAX_BLOCK)
        r->block_bytes = MAX_BLOCK;
    r->flush_ns = (o.flush_ms ? o.flush_ms : DEFAULT_FLUSH_MS) * INT64_C(1000000);
    r->zstd = ZSTD_createCCtx();
    if (!r->zstd)
        return -ENOMEM;
    ZSTD_CCtx_setParameter(r->zstd, ZSTD_c_compressionLevel,
                           o.zstd_level ? o.zstd_level : DEFAULT_LEVEL);
    r->section.kind = TOC_SECTION_EVENTS;
    *ret = TAKE_PTR(r);
    return 0;
}

int toc_recorder_flush(struct toc_recorder *r) {
    uint64_t at = r->offset;
    int err;

    if (r->failed || !r->section.count)
        return r->failed;
    err = write_section(r, &r->section, r->block.p, r->block.n);
    if (!err)
        err = toc_index_add(&r->index, &r->section, at);
    r->section.first_event += r->section.count;
    r->section.count = 0;
    toc_buf_reset(&r->block);
    toc_delta_writer_reset(&r->delta);
    return err;
}

static int begin(struct toc_recorder *r, const struct toc_event *event) {
    if (event->variant != TOC_EVENT_tocsin_start)
        return -EINVAL;
    return write_table(r);
}

int toc_recorder_add(struct toc_recorder *r, const struct toc_event *event) {
    int64_t time = toc_event_stream_time(event);
    int64_t passed;
    bool due;
    int err = r->failed;

    if (!err && !r->offset)
        err = begin(r, event);
    if (err)
        return err;
    // The time of a hand-written event can be anything.
    due = r->section.count && (__builtin_sub_overflow(time, r->section.first_ns, &passed) ||
                               passed >= r->flush_ns || r->block.n >= r->block_bytes);
    if (due)
        err = toc_recorder_flush(r);
    if (!err)
        err = toc_delta_write(&r->delta, event, &r->block);
    if (err)
        return err;
    if (!r->section.count++)
        r->section.first_ns = time;
    r->section.last_ns = time;
    // The start event stands alone: damage to what follows leaves it readable.
    return event->variant == TOC_EVENT_tocsin_start ? toc_recorder_flush(r) : 0;
}

int toc_recorder_finish(struct toc_recorder *r) {
    struct toc_section index = {.kind = TOC_SECTION_INDEX, .table = r->section.table};
    struct toc_section end = {.kind = TOC_SECTION_END, .table = r->section.table};
    uint64_t at;
    int err = r->offset || r->failed ? toc_recorder_flush(r) : write_table(r);

    if (err)
        return err;
    at = r->offset;
    index.count = (uint32_t)r->index.n;
    index.first_event = end.first_event = r->section.first_event;
    err = write_section(r, &index, r->index.entries, r->index.n * sizeof(*r->index.entries));
    end.raw_bytes = (uint32_t)(r->offset - at);
    return err ? err : write_section(r, &end, NULL, 0);
}

void toc_recorder_free(struct toc_recorder **recorder) {
    struct toc_recorder *r = *recorder;

    if (!r)
        return;
    toc_buf_free(&r->block);
    toc_buf_free(&r->out);
    toc_delta_writer_clear(&r->delta);
    toc_index_clear(&r->index);
    ZSTD_freeCCtx(r->zstd);
    free(r);
    *recorder = NULL;
}
