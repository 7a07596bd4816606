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

enum { HEAD = 64 };

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

static enum kind kind_of(const char *head, size_t n) {
    size_t blank = 0;

    if (n && toc_recording_magic(head, n))
        return n < 8 ? KIND_UNCLEAR : KIND_RECORDING;
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
        if (n >= foreign[i].n && !memcmp(head, foreign[i].begins, foreign[i].n))
            return KIND_FOREIGN;
    while (blank < n && memchr(" \t\r\n", head[blank], 4))
        blank++;
    if (blank == n)
        return n == HEAD ? KIND_JSONL : KIND_UNCLEAR;
    return head[blank] == '{' ? KIND_JSONL : KIND_FOREIGN;
}

static int refuse(const char *head, size_t n, struct toc_place place, struct toc_diags *diags) {
    const char *hint = "tocsin replay reads what tocsin record wrote";
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

/* Reads until it is clear what this is: of a stream, no more than has come. */
static int sniff(int fd, char *head, size_t *ret_n, enum kind *ret) {
    *ret_n = 0;
    for (;;) {
        ssize_t got = read(fd, head + *ret_n, HEAD - *ret_n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        *ret_n += (size_t)got;
        *ret = kind_of(head, *ret_n);
        if (*ret == KIND_UNCLEAR && !got)
            *ret = *ret_n && toc_recording_magic(head, *ret_n) ? KIND_RECORDING : KIND_JSONL;
        if (*ret != KIND_UNCLEAR)
            return 0;
    }
}

int toc_source_open_file(const char *path, struct toc_diags *diags, struct toc_source **ret) {
    struct toc_place place = {.file = strcmp(path, "-") ? path : "<stdin>"};
    _cleanup_close_ int fd = -1;
    enum kind kind;
    char head[HEAD];
    size_t n;
    int err = open_input(path, place, diags, &fd);

    if (err)
        return err;
    err = sniff(fd, head, &n, &kind);
    if (err)
        return toc_fail(diags, -err, place, "cannot read: %s", strerror(-err));
    if (!n)
        return toc_fail(diags, EINVAL, place, "is empty");
    if (kind == KIND_FOREIGN)
        return refuse(head, n, place, diags);
    if (kind == KIND_RECORDING)
        return toc_recording_source_new(TAKE_FD(fd), head, n, place.file, diags, ret);
    return toc_jsonl_source_new(TAKE_FD(fd), head, n, place.file, diags, ret);
}
