// SPDX-License-Identifier: Apache-2.0
// A source that reads the recording of another tool: events of the trees that an importer makes.
#include "source/import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

static const struct toc_import_format *const formats[] = {&toc_import_strace, &toc_import_tracee,
                                                          &toc_import_scap};
#define N_FORMATS (sizeof(formats) / sizeof(formats[0]))

const struct toc_import_format *toc_import_format(size_t i) {
    return i < N_FORMATS ? formats[i] : NULL;
}

const struct toc_import_format *toc_import_detect(const char *head, size_t n) {
    for (size_t i = 0; i < N_FORMATS; i++)
        if (formats[i]->detect(head, n))
            return formats[i];
    return NULL;
}

static int fault(struct toc_import *import, int err) {
    snprintf(import->file.source.fault, sizeof(import->file.source.fault), "%s: cannot read: %s",
             import->file.name, strerror(-err));
    return err;
}

int toc_import_line(struct toc_import *import, const char **ret, size_t *ret_n) {
    int err = toc_lines_next(&import->lines, ret, ret_n);

    import->file.done = import->lines.done;
    if (err == -E2BIG) {
        toc_import_seen(import);
        return toc_import_damaged(import, 1, "the line is longer than %zu bytes",
                                  import->lines.max);
    }
    if (err != -EBADMSG)
        return err;
    toc_import_cut(import, "what is packed is damaged or cut off here, after line %" PRIu32,
                   import->lines.line);
    return 0;
}

/* A value that no field takes: the record is left out, with the place and the words of who checks.
 */
static int refuse(struct toc_import *import, const struct toc_diags *diags) {
    const struct toc_diag *diag = diags->n ? &diags->items[0] : NULL;

    return toc_import_damaged(import, diag ? diag->col : 0, "%s",
                              diag ? diag->message : "it is too large");
}

static int build(struct toc_import *import, const struct toc_node *tree,
                 const struct toc_event **ret) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    int err = import->failed ? -E2BIG
                             : toc_event_from_node(import->builder, tree, import->file.name,
                                                   TOC_EVENT_NONE, true, &diags, NULL, ret);

    if (err == -ENOMEM)
        return err;
    if (err)
        return refuse(import, &diags);
    import->converted++;
    return 1;
}

/* 1, 0 at the end, -errno. */
static int next_event(struct toc_import *import, const struct toc_event **ret) {
    const struct toc_node *tree = NULL;
    int r;

    do {
        toc_arena_reset(import->arena);
        import->failed = 0;
        import->col = 0;
        r = import->format->next(import, &tree);
        if (r == 1)
            r = build(import, tree, ret);
    } while (r == -EAGAIN);
    return r;
}

static void put_events(struct toc_import *import, struct toc_node *host) {
    _cleanup_toc_buf_ struct toc_buf names = {0};

    for (uint16_t id = 0; id < 64; id++)
        if (import->format->events & toc_event_bit(id))
            toc_buf_addf(&names, "%s%s", names.n ? " " : "", toc_event_info(id)->name);
    toc_put_text(import, host, "events", names.p ? names.p : "", names.n);
}

/* Who watched, and what: so that it can be said which rules see nothing of it. */
static int make_start(struct toc_import *import, const struct toc_event **ret) {
    struct toc_node *root = toc_import_new(import, TOC_NODE_MAP), *meta, *host;

    meta = toc_put_map(import, root, "event");
    toc_put_word(import, meta, "name", "tocsin_start");
    toc_put_time(import, meta, "time", import->first ? toc_event_meta(import->first)->time : 0);
    host = toc_put_map(import, root, "host");
    toc_put_word(import, host, "source", import->format->name);
    toc_put_word(import, host, "hooks", import->format->name);
    toc_put_word(import, host, "capture", import->format->payload ? "import payload" : "import");
    toc_put_bool(import, host, "heartbeats", false);
    put_events(import, host);
    if (import->lacks)
        toc_put_word(import, host, "lacks", import->lacks);
    if (import->format->host)
        import->format->host(import, host);
    if (import->failed)
        return import->failed;
    return toc_event_from_node(import->file.builder, root, import->file.name, TOC_EVENT_NONE, true,
                               import->file.diags, NULL, ret);
}

static void say_more(struct toc_import *import) {
    if (import->left[TOC_LEFT_DAMAGED] > TOC_IMPORT_TOLD)
        toc_diag_add(import->file.diags, TOC_WARNING, (struct toc_place){.file = import->file.name},
                     "%" PRIu64 " %ss cannot be read; the first %d are shown",
                     import->left[TOC_LEFT_DAMAGED], import->format->word, TOC_IMPORT_TOLD);
}

/* Whoever gets the end of a file without an event asks once more, behind the start. */
static int read_on(struct toc_import *import, const struct toc_event **ret) {
    int r;

    if (import->ended)
        return 0;
    r = next_event(import, ret);
    if (r < 0)
        return fault(import, r);
    if (r == 0)
        say_more(import);
    import->ended = r == 0;
    return r;
}

static int import_read(struct toc_file_source *file, const struct toc_event **ret) {
    struct toc_import *import = (struct toc_import *)file;
    int r;

    if (import->first) {
        *ret = TAKE_PTR(import->first);
        return 1;
    }
    r = read_on(import, ret);
    if (r < 0 || import->started)
        return r;
    import->started = true;
    import->first = r ? *ret : NULL;
    r = make_start(import, ret);
    return r ? fault(import, r) : 1;
}

static void import_close(struct toc_file_source *file) {
    struct toc_import *import = (struct toc_import *)file;

    if (import->format->close && import->state)
        import->format->close(import);
    free(import->state);
    toc_lines_close(&import->lines);
    toc_builder_free(&import->builder);
    toc_arena_free(&import->arena);
}

static const struct toc_file_reader reader = {
    .name = "import", .read = import_read, .close = import_close};

struct toc_import *toc_import_of(struct toc_source *source) {
    struct toc_file_source *file = (struct toc_file_source *)source;

    return file->reader == &reader ? (struct toc_import *)file : NULL;
}

/* Whether a line has what others may lack. */
static bool any_shows(const struct toc_import_format *format, struct toc_lines *lines) {
    const char *line;
    size_t n;
    int r;

    while ((r = toc_lines_next(lines, &line, &n)) == 1 || r == -E2BIG)
        if (r == 1 && format->shows(line, n))
            return true;
    // What cannot be read is told when it is read.
    return r < 0;
}

/* Of a file, which can be read twice: the start says what is not in it, and comes first. */
static int look_ahead(struct toc_import *import, const void *head, size_t head_n, bool packed) {
    const struct toc_import_format *format = import->format;
    struct toc_lines lines = {.max = TOC_MAX_JSON_LINE};
    int fd = import->file.fd, err;
    off_t at = lseek(fd, 0, SEEK_CUR);

    err = packed ? toc_bytes_open_packed(&lines.input, fd)
                 : toc_bytes_open(&lines.input, fd, head, head_n);
    if (!err && !any_shows(format, &lines))
        import->lacks = format->may_lack;
    toc_lines_close(&lines);
    if (!err && lseek(fd, at, SEEK_SET) < 0)
        err = -errno;
    return err;
}

static int init(struct toc_import *import, const void *head, size_t head_n, bool packed) {
    int fd = import->file.fd, err = 0;
    struct stat st;
    bool is_file = !fstat(fd, &st) && S_ISREG(st.st_mode);

    if (is_file && import->format->may_lack)
        err = look_ahead(import, head, head_n, packed);
    if (!err)
        err = packed ? toc_bytes_open_packed(&import->lines.input, fd)
                     : toc_bytes_open(&import->lines.input, fd, head, head_n);
    // A start is made while the first event is held.
    if (!err)
        err = toc_builder_new(&import->file.builder);
    if (!err)
        err = toc_builder_new(&import->builder);
    if (!err)
        err = toc_arena_new(TOC_IMPORT_TREE_BYTES, &import->arena);
    import->lines.max = TOC_MAX_JSON_LINE;
    import->state = err ? NULL : calloc(1, import->format->state_size);
    if (!err && !import->state)
        err = -ENOMEM;
    // Of what is packed it is not known how much comes.
    if (!packed && is_file)
        import->file.total = (uint64_t)st.st_size;
    return err;
}

int toc_import_source_new(const struct toc_import_format *format, int fd, const void *head,
                          size_t head_n, bool packed, const char *name, struct toc_diags *diags,
                          struct toc_source **ret) {
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_close_ int owned = fd;
    struct toc_import *import = calloc(1, sizeof(*import));
    int err = import ? toc_file_source_init(&import->file, &reader, owned, name, diags) : -ENOMEM;

    if (err)
        free(import);
    else {
        TAKE_FD(owned);
        source = &import->file.source;
        import->format = format;
        err = init(import, head, head_n, packed);
    }
    if (err)
        return toc_fail(diags, -err, (struct toc_place){.file = name}, "cannot read: %s",
                        strerror(-err));
    *ret = TAKE_PTR(source);
    return 0;
}
