// SPDX-License-Identifier: Apache-2.0
// Opens a file of events: finds out what it is by its first bytes.
#include "source/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/recording.h"
#include "source/file_source.h"
#include "source/import.h"

/* Enough for the keys that tell whose JSON a line is. */
enum { HEAD = 4096 };

/* Bytes that tell captures apart that begin alike. */
enum { TELLING = 64 };

/* What people give us by mistake. */
static const struct {
    const char *begins;
    size_t n;
    const char *hint;
} foreign[] = {
    {"\x7f"
     "ELF",
     4, "it is a program"},
    {"\xd4\xc3\xb2\xa1", 4, "it is a packet capture (pcap)"},
    {"\x4d\x3c\xb2\xa1", 4, "it is a packet capture (pcap)"},
    {"\xa1\xb2\xc3\xd4", 4, "it is a packet capture (pcap)"},
    {"\x0a\x0d\x0d\x0a", 4, "it is a packet capture (pcapng)"},
    {"PERFILE2", 8, "it is a recording of perf"},
    {"\x1f\x8b", 2, "it is compressed: give it to gzip -dc first and read from -"},
    {"\x28\xb5\x2f\xfd", 4, "it is compressed: give it to zstd -dc first and read from -"},
    {"\xfd"
     "7zXZ",
     5, "it is compressed: give it to xz -dc first and read from -"},
    {"\xef\xbb\xbf", 3, "it begins with a byte order mark: take that away"},
    {"\xff\xfe", 2, "it is text in UTF-16: UTF-8 is needed"},
    {"\xfe\xff", 2, "it is text in UTF-16: UTF-8 is needed"},
    {"[", 1, "it is JSON, but events come one a line, not in a list"},
};

enum kind { KIND_UNCLEAR, KIND_RECORDING, KIND_JSONL, KIND_FOREIGN };

static enum kind kind_of_text(const char *head, size_t n) {
    size_t blank = 0;

    while (blank < n && memchr(" \t\r\n", head[blank], 4))
        blank++;
    return blank == n || head[blank] == '{' ? KIND_JSONL : KIND_FOREIGN;
}

/* What text is tells its first line, and only with its end. */
static enum kind kind_of(const char *head, size_t n) {
    size_t blank = 0;

    if (n && toc_recording_magic(head, n))
        return n < 8 ? KIND_UNCLEAR : KIND_RECORDING;
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
        if (n >= foreign[i].n && !memcmp(head, foreign[i].begins, foreign[i].n))
            return n < TELLING ? KIND_UNCLEAR : KIND_FOREIGN;
    while (blank < n && memchr(" \t\r\n", head[blank], 4))
        blank++;
    if (n < HEAD && !memchr(head + blank, '\n', n - blank))
        return KIND_UNCLEAR;
    return kind_of_text(head, n);
}

static bool is_packed(const char *head, size_t n) {
    return n >= 2 && !memcmp(head, "\x1f\x8b", 2);
}

/* A recording of another tool, where the user has not asked for a conversion. */
static int refuse_import(const struct toc_import_format *format, struct toc_place place,
                         struct toc_diags *diags) {
    bool is_stdin = !strcmp(place.file, "<stdin>");
    struct toc_diag *diag =
        toc_diag_add(diags, TOC_ERROR, place, "is %s, not a recording of tocsin: convert it first",
                     format->what);

    toc_diag_set_hint(diag, "tocsin convert %s NAME.tocsin", is_stdin ? "-" : place.file);
    return -EINVAL;
}

/* imports: recordings of other tools would do as well. */
static int refuse(const char *head, size_t n, bool imports, struct toc_place place,
                  struct toc_diags *diags) {
    const char *hint = imports ? "what strace, Tracee, sysdig and Falco recorded is known by its "
                                 "first bytes, or by --from"
                               : "tocsin replay reads what tocsin record wrote";
    struct toc_diag *diag =
        toc_diag_add(diags, TOC_ERROR, place, "is neither a recording nor JSON Lines");

    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
        if (n >= foreign[i].n && !memcmp(head, foreign[i].begins, foreign[i].n))
            hint = foreign[i].hint;
    toc_diag_set_hint(diag, "%s", hint);
    return -EINVAL;
}

static int open_input(const char *path, struct toc_place place, struct toc_diags *diags,
                      int *ret_fd) {
    _cleanup_close_ int fd = -1;
    struct stat st;

    if (!strcmp(path, "-"))
        fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    else
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return toc_fail(diags, errno, place, "cannot open: %s", strerror(errno));
    if (fstat(fd, &st) < 0)
        return toc_fail(diags, errno, place, "cannot stat: %s", strerror(errno));
    if (S_ISDIR(st.st_mode))
        return toc_fail(diags, EISDIR, place, "is a directory, a file is needed");
    *ret_fd = TAKE_FD(fd);
    return 0;
}

/* A file being opened. */
struct opening {
    struct toc_place place;
    struct toc_diags *diags;
    int fd; /* owned */
    enum kind kind;
    bool packed; /* read through gzip from its start: `head` is what is inside */
    size_t n;
    char head[HEAD];
};

/* Reads until it is clear what this is: of a stream, no more than has come. */
static int sniff(struct opening *o) {
    for (;;) {
        ssize_t got = read(o->fd, o->head + o->n, HEAD - o->n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        o->n += (size_t)got;
        o->kind = kind_of(o->head, o->n);
        if (o->kind == KIND_UNCLEAR && !got)
            o->kind = o->n && toc_recording_magic(o->head, o->n) ? KIND_RECORDING
                                                                 : kind_of_text(o->head, o->n);
        if (o->kind != KIND_UNCLEAR)
            return 0;
    }
}

/* The beginning of what is packed in a file of gzip. */
static int sniff_packed(struct opening *o) {
    struct toc_bytes input = {0};
    int err = toc_bytes_open_packed(&input, o->fd);
    ssize_t got = 1;

    for (o->n = 0; !err && got > 0 && o->n<HEAD; o->n += got> 0 ? (size_t)got : 0)
        got = toc_bytes_read(&input, o->head + o->n, HEAD - o->n);
    toc_bytes_close(&input);
    o->packed = true;
    return err;
}

/* Of a file that is packed, what is packed is what counts. */
static int look_inside(struct opening *o) {
    struct stat st;

    if (!is_packed(o->head, o->n) || fstat(o->fd, &st) || !S_ISREG(st.st_mode))
        return 0;
    return sniff_packed(o);
}

static int begin(const char *path, struct toc_diags *diags, struct opening *o) {
    int err;

    *o = (struct opening){
        .place = {.file = strcmp(path, "-") ? path : "<stdin>"}, .diags = diags, .fd = -1};
    err = open_input(path, o->place, diags, &o->fd);
    if (err)
        return err;
    err = sniff(o);
    if (err)
        return toc_fail(diags, -err, o->place, "cannot read: %s", strerror(-err));
    if (!o->n)
        return toc_fail(diags, EINVAL, o->place, "is empty");
    err = look_inside(o);
    return err ? toc_fail(diags, -err, o->place, "cannot read: %s", strerror(-err)) : 0;
}

static void end(struct opening *o) {
    toc_closep(&o->fd);
}

static int open_own(struct opening *o, bool imports, struct toc_source **ret) {
    if (o->packed)
        return refuse("\x1f\x8b", 2, imports, o->place, o->diags);
    if (o->kind == KIND_FOREIGN)
        return refuse(o->head, o->n, imports, o->place, o->diags);
    if (o->kind == KIND_RECORDING)
        return toc_recording_source_new(TAKE_FD(o->fd), o->head, o->n, o->place.file, o->diags,
                                        ret);
    return toc_jsonl_source_new(TAKE_FD(o->fd), o->head, o->n, o->place.file, o->diags, ret);
}

int toc_source_open_file(const char *path, struct toc_diags *diags, struct toc_source **ret) {
    const struct toc_import_format *format;
    _cleanup_(end) struct opening o;
    int err = begin(path, diags, &o);

    if (err)
        return err;
    format = o.kind == KIND_RECORDING ? NULL : toc_import_detect(o.head, o.n);
    return format ? refuse_import(format, o.place, diags) : open_own(&o, false, ret);
}

int toc_source_open_any(const char *path, int format, struct toc_diags *diags,
                        struct toc_source **ret) {
    const struct toc_import_format *found;
    _cleanup_(end) struct opening o;
    int err = begin(path, diags, &o);

    if (err)
        return err;
    found = format ? toc_import_format((size_t)format - 1) : NULL;
    if (!found && (o.packed || o.kind != KIND_RECORDING))
        found = toc_import_detect(o.head, o.n);
    if (found)
        return toc_import_source_new(found, TAKE_FD(o.fd), o.head, o.n, o.packed, o.place.file,
                                     diags, ret);
    return open_own(&o, true, ret);
}
