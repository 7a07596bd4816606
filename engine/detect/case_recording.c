// SPDX-License-Identifier: Apache-2.0
// The events of a test that names a recording.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/limits.h"
#include "detect/case_recording.h"
#include "event/recording.h"

struct taker {
    struct toc_case *test;
    struct toc_arena *arena;
    size_t cap;
};

static int take(struct taker *taker, const struct toc_event *event) {
    struct toc_case *test = taker->test;
    struct toc_event *copy;

    if (test->n_events == TOC_MAX_TEST_EVENTS)
        return -E2BIG;
    if (test->n_events == taker->cap) {
        size_t cap = taker->cap ? 2 * taker->cap : 64;
        const struct toc_event **events = toc_arena_array(taker->arena, cap, sizeof(*events));

        if (!events)
            return -ENOMEM;
        if (test->n_events)
            memcpy(events, test->events, test->n_events * sizeof(*events));
        test->events = events;
        taker->cap = cap;
    }
    copy = toc_arena_alloc(taker->arena, event->size);
    if (!copy)
        return -ENOMEM;
    memcpy(copy, event, event->size);
    test->events[test->n_events++] = copy;
    return 0;
}

static int read_lines(struct taker *taker, struct toc_builder *builder, const char *path,
                      const struct toc_buf *text, struct toc_diags *diags) {
    struct toc_place place = {.file = path};
    struct toc_json_counts counts = {0};
    const char *at = text->p, *end = text->p + text->n;
    int err = 0;

    while (at < end && !err) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((newline ? newline : end) - at);
        const struct toc_event *event;

        place.line++;
        if (n)
            err = toc_json_read(builder, at, n, place, TOC_EVENT_NONE, diags, &counts, &event);
        if (n && !err)
            err = take(taker, event);
        at += n + 1;
    }
    return err;
}

static int read_blocks(struct taker *taker, const char *path, struct toc_diags *diags) {
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    __attribute__((cleanup(toc_recording_close))) struct toc_recording *recording = NULL;
    const struct toc_event *event;
    int err = fd < 0 ? -errno : toc_recording_open(fd, path, diags, &recording);

    while (!err) {
        int got = toc_recording_next(recording, diags, &event);

        if (got <= 0)
            return got;
        err = take(taker, event);
    }
    return err;
}

int toc_case_recording(const struct toc_yaml *doc, const struct toc_node *node,
                       struct toc_builder *builder, struct toc_arena *arena,
                       struct toc_case *test) {
    const char *slash = strrchr(doc->file, '/');
    _cleanup_toc_buf_ struct toc_buf text = {0};
    struct taker taker = {.test = test, .arena = arena};
    char path[PATH_MAX];
    int err, folder = slash && *node->text != '/' ? (int)(slash - doc->file + 1) : 0;

    if (snprintf(path, sizeof(path), "%.*s%s", folder, doc->file, node->text) >= PATH_MAX) {
        toc_yaml_error(doc, node, "the path is too long");
        return -EINVAL;
    }
    err = toc_file_read(path, TOC_MAX_TEST_BYTES, doc->diags, &text);
    if (!err && toc_recording_magic(text.p ? text.p : "", text.n) && text.n > 4)
        err = read_blocks(&taker, path, doc->diags);
    else if (!err)
        err = read_lines(&taker, builder, path, &text, doc->diags);
    if (err == -E2BIG)
        toc_yaml_error(doc, node, "more than %d events for a test", TOC_MAX_TEST_EVENTS);
    else if (err && err != -ENOMEM)
        toc_yaml_error(doc, node, "the recording cannot be read");
    return err == -ENOMEM || !err ? err : -EINVAL;
}
