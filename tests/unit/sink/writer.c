// SPDX-License-Identifier: Apache-2.0
// The thread that writes: nothing lost, nothing twice, in order, and errors told.
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sink/writer.h"

#define LINES 20000

/* Adds line i, and hands over what there is every now and then. */
static void put_lines(struct toc_writer *writer) {
    struct toc_buf buf = {0};

    for (unsigned i = 0; i < LINES; i++) {
        toc_buf_addf(&buf, "line %u\n", i);
        if (i % 7)
            continue;
        while (toc_writer_put(writer, &buf) == -EAGAIN)
            cr_assert_eq(toc_writer_wait(writer, false), 0);
        cr_assert_eq(buf.n, 0);
    }
    cr_assert_eq(toc_writer_put(writer, &buf), 0);
    toc_buf_free(&buf);
}

static void check_lines(FILE *file) {
    char line[32], expected[32];

    for (unsigned i = 0; i < LINES; i++) {
        snprintf(expected, sizeof(expected), "line %u\n", i);
        cr_assert_not_null(fgets(line, sizeof(line), file), "line %u", i);
        cr_assert_str_eq(line, expected);
    }
    cr_expect_null(fgets(line, sizeof(line), file));
}

Test(writer, lines_come_whole_and_in_order) {
    struct toc_writer *writer = NULL;
    FILE *file = tmpfile();

    cr_assert_eq(toc_writer_new(fileno(file), &writer), 0);
    put_lines(writer);
    cr_expect_eq(toc_writer_wait(writer, true), 0);
    toc_writer_free(&writer);
    rewind(file);
    check_lines(file);
    fclose(file);
}

Test(writer, free_writes_what_waits) {
    struct toc_writer *writer = NULL;
    FILE *file = tmpfile();

    cr_assert_eq(toc_writer_new(fileno(file), &writer), 0);
    put_lines(writer);
    toc_writer_free(&writer);
    cr_expect_null(writer);
    toc_writer_free(&writer);
    rewind(file);
    check_lines(file);
    fclose(file);
}

static struct toc_buf full_of(char c, size_t n) {
    struct toc_buf buf = {0};

    memset(toc_buf_room(&buf, n), c, n);
    buf.n = n;
    return buf;
}

Test(writer, what_has_no_room_stays) {
    struct toc_writer *writer = NULL;
    struct toc_buf buf = {0};
    int ends[2], r = 0;

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(toc_writer_new(ends[1], &writer), 0);
    // Nobody reads: the pipe takes some, the thread holds some, the queue some.
    for (int i = 0; i < 100 && r == 0; i++) {
        toc_buf_free(&buf);
        buf = full_of('a', TOC_WRITER_QUEUE / 4);
        r = toc_writer_put(writer, &buf);
    }
    cr_expect_eq(r, -EAGAIN);
    cr_expect_eq(buf.n, TOC_WRITER_QUEUE / 4, "what was refused is still there");
    cr_expect_eq(toc_writer_error(writer), 0);
    signal(SIGPIPE, SIG_IGN);
    close(ends[0]);
    cr_expect_eq(toc_writer_wait(writer, true), -EPIPE);
    cr_expect_eq(toc_writer_error(writer), -EPIPE);
    cr_expect_eq(toc_writer_put(writer, &buf), -EPIPE);
    toc_writer_free(&writer);
    toc_buf_free(&buf);
    close(ends[1]);
}

Test(writer, more_than_the_queue_is_taken_when_it_is_empty) {
    struct toc_buf buf = full_of('b', TOC_WRITER_QUEUE * 2);
    struct toc_writer *writer = NULL;
    FILE *file = tmpfile();

    cr_assert_eq(toc_writer_new(fileno(file), &writer), 0);
    cr_expect_eq(toc_writer_put(writer, &buf), 0);
    toc_writer_free(&writer);
    cr_expect_eq(lseek(fileno(file), 0, SEEK_END), TOC_WRITER_QUEUE * 2);
    toc_buf_free(&buf);
    fclose(file);
}
