// SPDX-License-Identifier: Apache-2.0
// A source that reads JSON Lines: one event a line.
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "event/json.h"
#include "source/file_source.h"
#include "source/lines.h"

struct jsonl_source {
    struct toc_file_source file;
    struct toc_builder *builder;
    struct toc_json_counts counts;
    struct toc_lines lines;
};

static int fault(struct jsonl_source *j, int err, const char *what) {
    snprintf(j->file.source.fault, sizeof(j->file.source.fault), "%s: %s line %" PRIu32 "%s%s",
             j->file.name, what, j->lines.line, err == EINVAL ? "" : ": ",
             err == EINVAL ? "" : strerror(err));
    return -err;
}

static bool is_blank(const char *line, size_t n) {
    size_t i = 0;

    while (i < n && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r'))
        i++;
    return i == n;
}

static int too_long(struct jsonl_source *j) {
    struct toc_place place = {.file = j->file.name, .line = j->lines.line, .col = 1};

    toc_fail(j->file.diags, EINVAL, place, "is longer than the %u bytes allowed",
             TOC_MAX_JSON_LINE);
    return fault(j, EINVAL, "reading stopped at");
}

static int finish(struct jsonl_source *j) {
    // One alone was shown.
    if (j->counts.unknown_fields > 1)
        toc_diag_add(j->file.diags, TOC_WARNING, (struct toc_place){.file = j->file.name},
                     "%" PRIu64 " unknown fields were left out; the first of each line is shown",
                     j->counts.unknown_fields);
    if (j->counts.contradictions)
        toc_diag_add(j->file.diags, TOC_WARNING, (struct toc_place){.file = j->file.name},
                     "%" PRIu64 " events state derived fields otherwise than they follow from the "
                     "rest; what follows was taken",
                     j->counts.contradictions);
    j->counts = (struct toc_json_counts){0};
    return 0;
}

static int jsonl_read(struct toc_file_source *file, const struct toc_event **ret) {
    struct jsonl_source *j = (struct jsonl_source *)file;
    struct toc_place place = {.file = file->name};
    const char *line = NULL;
    size_t n = 0;
    int err;

    do {
        err = toc_lines_next(&j->lines, &line, &n);
        file->done = j->lines.done;
        if (err == 0)
            return finish(j);
        if (err == -E2BIG)
            return too_long(j);
        if (err == -EINTR)
            return err;
        if (err < 0)
            return fault(j, -err, "cannot read after");
    } while (is_blank(line, n));
    place.line = j->lines.line;
    err = toc_json_read(j->builder, line, n, place, TOC_EVENT_NONE, file->diags, &j->counts, ret);
    if (err == -ENOMEM)
        return fault(j, ENOMEM, "cannot read");
    return err ? fault(j, EINVAL, "reading stopped at") : 1;
}

static void jsonl_close(struct toc_file_source *file) {
    struct jsonl_source *j = (struct jsonl_source *)file;

    toc_builder_free(&j->builder);
    toc_lines_close(&j->lines);
}

static const struct toc_file_reader reader = {
    .name = "jsonl", .read = jsonl_read, .close = jsonl_close};

static int init(struct jsonl_source *j, const void *head, size_t head_n) {
    struct stat st;
    int err = toc_builder_new(&j->builder);

    j->lines.max = TOC_MAX_JSON_LINE;
    if (!err)
        err = toc_bytes_open(&j->lines.input, j->file.fd, head, head_n);
    if (err)
        return err;
    if (!fstat(j->file.fd, &st) && S_ISREG(st.st_mode))
        j->file.total = (uint64_t)st.st_size;
    return 0;
}

int toc_jsonl_source_new(int fd, const void *head, size_t head_n, const char *name,
                         struct toc_diags *diags, struct toc_source **ret) {
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_close_ int owned = fd;
    struct jsonl_source *j = calloc(1, sizeof(*j));
    int err = j ? toc_file_source_init(&j->file, &reader, owned, name, diags) : -ENOMEM;

    if (err)
        free(j);
    else {
        TAKE_FD(owned);
        source = &j->file.source;
        err = init(j, head, head_n);
    }
    if (err)
        return toc_fail(diags, -err, (struct toc_place){.file = name}, "out of memory");
    *ret = TAKE_PTR(source);
    return 0;
}
