// SPDX-License-Identifier: Apache-2.0
// Tells what a source gives.
#include "sources.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/record.h"
#include "event/recording.h"

static void tell(const struct toc_event *event, struct toc_buf *buf) {
    const char *name = toc_event_info(event->variant)->name;
    const struct toc_args *args = TOC_GET(event, args, event->args);
    const struct toc_host *host = TOC_GET(event, host, event->host);

    cr_assert_eq(toc_record_check(event, event->size), 0);
    if (host)
        toc_buf_addf(buf, "start(%.*s) ", (int)host->source.n, toc_string_at(event, host->source));
    else if (event->variant != TOC_EVENT_tocsin_loss)
        toc_buf_addf(buf, "%s ", name);
    else
        toc_buf_addf(buf, "loss(%s,%s%.0llu) ", toc_names_name(&toc_names_loss, args->cause),
                     TOC_HAS(args, args, count) ? "" : "?", (unsigned long long)args->count);
}

const char *source_tell(struct toc_source *source, struct toc_buf *buf) {
    const struct toc_event *event;
    int r;

    toc_buf_reset(buf);
    while ((r = toc_source_next(source, -1, &event)) == 1)
        tell(event, buf);
    cr_expect_eq(toc_source_next(source, -1, &event), r, "the end is for good");
    if (r == -ENODATA)
        toc_buf_adds(buf, "end");
    else if (r == -EINVAL)
        toc_buf_adds(buf, "wrong");
    else
        toc_buf_addi(buf, r);
    return toc_buf_cstr(buf);
}

void source_sums(struct toc_source *source, uint64_t *ret_handled, uint64_t *ret_lost) {
    struct toc_source_counts counts;

    toc_source_counts(source, &counts);
    *ret_handled = counts.handled;
    *ret_lost = 0;
    for (int i = 0; i < TOC_SOURCE_MAX_LOSS; i++)
        *ret_lost += counts.lost[i];
    cr_expect_eq(counts.seen, counts.filtered + counts.handled + *ret_lost);
}

const char *path_of(const void *bytes, size_t n, int *ret_fd, char path[64]) {
    *ret_fd = memfd_create("file", MFD_CLOEXEC);
    cr_assert_eq(write(*ret_fd, bytes, n), (ssize_t)n);
    snprintf(path, 64, "/proc/self/fd/%d", *ret_fd);
    return path;
}

static const struct toc_event *make(struct toc_builder *builder, uint16_t id, int64_t time) {
    struct toc_event *event = toc_builder_begin(builder, id);
    const struct toc_event *done;
    struct toc_host *host;
    uint32_t off;

    TOC_SET(meta, toc_builder_meta(builder), time, time);
    if (id == TOC_EVENT_tocsin_start) {
        host = TOC_NEW(builder, host, &off);
        TOC_SET(event, event, host, off);
        TOC_SET(host, host, source, toc_builder_bytes(builder, "bpf", 3));
    }
    cr_assert_eq(toc_builder_end(builder, &done), 0);
    return done;
}

void small_recording(unsigned closes, struct toc_buf *ret) {
    struct toc_recorder *recorder __attribute__((cleanup(toc_recorder_free))) = NULL;
    struct toc_recorder_options options = {.block_bytes = 1};
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_close_ int fd = memfd_create("recording", MFD_CLOEXEC);
    off_t size;

    cr_assert_eq(toc_builder_new(&builder), 0);
    cr_assert_eq(toc_recorder_new(fd, &options, &recorder), 0);
    cr_assert_eq(toc_recorder_add(recorder, make(builder, TOC_EVENT_tocsin_start, 1000)), 0);
    for (unsigned i = 0; i < closes; i++)
        cr_assert_eq(toc_recorder_add(recorder, make(builder, TOC_EVENT_close, 1001 + i)), 0);
    cr_assert_eq(toc_recorder_finish(recorder), 0);
    size = lseek(fd, 0, SEEK_END);
    cr_assert_eq(pread(fd, toc_buf_room(ret, (size_t)size), (size_t)size, 0), size);
    ret->n += (size_t)size;
}
