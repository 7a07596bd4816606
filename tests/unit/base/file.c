// SPDX-License-Identifier: Apache-2.0
// Reading a file: its limit and each way it can fail.
#include "base/file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

static char dir[] = "/tmp/toc-file-XXXXXX";

static void enter_dir(void) {
    cr_assert_not_null(mkdtemp(dir));
    cr_assert_eq(chdir(dir), 0);
}

static void leave_dir(void) {
    unlink("f");
    cr_expect_eq(rmdir(dir), 0);
}

TestSuite(file, .init = enter_dir, .fini = leave_dir);

static void write_file(const char *bytes, size_t n) {
    _cleanup_fclose_ FILE *file = fopen("f", "w");

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, n, file), n);
}

Test(file, the_whole_content_up_to_the_limit) {
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 200000};
    static char bytes[200001];

    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        _cleanup_toc_buf_ struct toc_buf buf = {0};

        memset(bytes, 'x', sizeof(bytes));
        write_file(bytes, sizes[i]);
        toc_buf_adds(&buf, "before ");
        cr_expect_eq(toc_file_read("f", sizes[i], &diags, &buf), 0);
        cr_assert_eq(buf.n, sizes[i] + 7);
        cr_expect(!memcmp(buf.p + 7, bytes, sizes[i]));
        write_file(bytes, sizes[i] + 1);
        cr_expect_eq(toc_file_read("f", sizes[i], &diags, &buf), -EFBIG);
        cr_expect_eq(buf.n, sizes[i] + 7);
        cr_expect_eq(diags.n_errors, 1);
    }
}

Test(file, each_failure_has_its_text) {
    static const struct {
        const char *path;
        int err;
        const char *text;
    } rows[] = {
        {"none", -ENOENT, "none: error: cannot open: No such file or directory\n"},
        {".", -EISDIR, ".: error: is a directory, a file is needed\n"},
        {"f", -EINVAL, "f: error: is not a regular file\n"}, // a FIFO
        {"/dev/zero", -EINVAL, "/dev/zero: error: is not a regular file\n"},
        {"", -ENOENT, ": error: cannot open: No such file or directory\n"},
        {"/proc/self/mem", -EIO, "/proc/self/mem: error: cannot read: Input/output error\n"},
    };

    cr_assert_eq(mkfifo("f", 0600), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        _cleanup_toc_buf_ struct toc_buf buf = {0};
        _cleanup_free_ char *text = NULL;

        cr_expect_eq(toc_file_read(rows[i].path, 100, &diags, &buf), rows[i].err, "row %zu", i);
        cr_assert_eq(diags.n, 1);
        text = toc_diag_format(&diags.items[0]);
        cr_expect_str_eq(text, rows[i].text);
        cr_expect_eq(buf.n, 0);
        cr_expect_eq(toc_file_read(rows[i].path, 100, NULL, &buf), rows[i].err);
    }
}

Test(file, a_minus_is_standard_input) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], "hello", 5), 5);
    close(ends[1]);
    cr_assert_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    cr_expect_eq(toc_file_read("-", 5, &diags, &buf), 0);
    cr_expect_str_eq(toc_buf_cstr(&buf), "hello");
    close(STDIN_FILENO);
    cr_expect_eq(toc_file_read("-", 5, &diags, &buf), -EBADF);
    cr_assert_eq(diags.n, 1);
    cr_expect_str_eq(diags.items[0].file, "<stdin>");
}
