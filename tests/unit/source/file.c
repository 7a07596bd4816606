// SPDX-License-Identifier: Apache-2.0
// Opening files of events: what each wrong kind of file is told.
#include "source/file.h"

#include <criterion/criterion.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sources.h"

static void expect_refused(const char *path, int err, const char *message, const char *hint) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;

    cr_expect_eq(toc_source_open_file(path, &diags, &source), err, "%s", message);
    cr_expect_null(source);
    cr_assert_eq(diags.n, 1, "%s", message);
    cr_expect_str_eq(diags.items[0].message, message);
    cr_expect_str_eq(diags.items[0].file, path);
    cr_expect_str_eq(diags.items[0].hint ? diags.items[0].hint : "", hint);
}

Test(file, what_cannot_be_opened_is_told_why) {
    expect_refused("/nowhere/at/all", -ENOENT, "cannot open: No such file or directory", "");
    expect_refused("/etc", -EISDIR, "is a directory, a file is needed", "");
    expect_refused("/proc/self/mem", -EIO, "cannot read: Input/output error", "");
    expect_refused("/dev/null", -EINVAL, "is empty", "");
}

Test(file, what_holds_no_events_is_told_what_it_is) {
    static const struct {
        const char *bytes, *hint;
    } rows[] = {
        {"\x7f"
         "ELF\x02\x01\x01",
         "it is a program"},
        {"\xd4\xc3\xb2\xa1\x02", "it is a packet capture (pcap)"},
        {"\x0a\x0d\x0d\x0a\x1c", "it is a packet capture (pcapng)"},
        {"\x1f\x8b\x08", "it is compressed: give it to gzip -dc first and read from -"},
        {"[{\"event\":1}]", "it is JSON, but events come one a line, not in a list"},
        {"hello world\n", "tocsin replay reads what tocsin record wrote"},
        {"\n\n  x: y\n", "tocsin replay reads what tocsin record wrote"},
        {"\x89PNG\r\n\x1a\n", "tocsin replay reads what tocsin record wrote"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_close_ int fd = -1;
        char path[64];

        path_of(rows[i].bytes, strlen(rows[i].bytes), &fd, path);
        expect_refused(path, -EINVAL, "is neither a recording nor JSON Lines", rows[i].hint);
    }
}

Test(file, standard_input_is_read_from_a_pipe) {
    _cleanup_toc_buf_ struct toc_buf file = {0}, buf = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    int ends[2];

    small_recording(2, &file);
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], file.p, file.n), (ssize_t)file.n);
    close(ends[1]);
    cr_assert_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    cr_assert_eq(toc_source_open_file("-", NULL, &source), 0);
    cr_expect_str_eq(source_tell(source, &buf), "start(bpf) close close end");
}
