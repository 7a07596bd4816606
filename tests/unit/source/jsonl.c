// SPDX-License-Identifier: Apache-2.0
// The JSON Lines source: lines, their ends, and the first wrong one.
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "source/file.h"
#include "sources.h"

#define START                                                                                      \
    "{\"v\":1,\"event\":{\"name\":\"tocsin_start\",\"time\":\"2026-01-01T00:00:00Z\"},"            \
    "\"host\":{\"source\":\"bpf\"}}"
#define CLOSE "{\"event\":{\"name\":\"close\"},\"args\":{\"fd\":3}}"
#define LOSS "{\"event\":{\"name\":\"tocsin_loss\"},\"args\":{\"cause\":\"ring_full\",\"count\":5}}"

Test(jsonl, lines_of_all_sorts_are_read) {
    static const struct {
        const char *text, *told;
        uint64_t handled, lost;
    } rows[] = {
        {START "\n" CLOSE "\n", "start(bpf) close end", 1, 0},
        {START "\n" CLOSE, "start(bpf) close end", 1, 0},
        {START "\r\n\r\n" CLOSE "\r\n", "start(bpf) close end", 1, 0},
        {"\n \t\n\n" START "\n\n\n" CLOSE "\n\n  ", "start(bpf) close end", 1, 0},
        {CLOSE "\n", "start(jsonl) close end", 1, 0},
        {CLOSE "\n" START "\n", "start(jsonl) close start(bpf) end", 1, 0},
        {"\n\n", "start(jsonl) end", 0, 0},
        {START "\n" LOSS "\n" CLOSE "\n", "start(bpf) loss(ring_full,5) close end", 1, 5},
        {"{\"event\":{\"name\":\"close\",\"stage\":\"pending\"}}", "start(jsonl) close end", 0, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        _cleanup_toc_source_ struct toc_source *source = NULL;
        _cleanup_toc_buf_ struct toc_buf buf = {0};
        _cleanup_close_ int fd = -1;
        uint64_t handled, lost;
        size_t n = strlen(rows[i].text);
        char path[64];

        cr_assert_eq(toc_source_open_file(path_of(rows[i].text, n, &fd, path), &diags, &source), 0);
        cr_expect_str_eq(source_tell(source, &buf), rows[i].told, "row %zu: %s", i, buf.p);
        source_sums(source, &handled, &lost);
        cr_expect(handled == rows[i].handled && lost == rows[i].lost, "row %zu", i);
        cr_expect_eq(diags.n, 0, "row %zu", i);
    }
}

Test(jsonl, a_wrong_line_ends_it_with_its_place) {
    static const struct {
        const char *text, *told;
        unsigned line;
    } rows[] = {
        {START "\n" CLOSE "\n\n{\"event\":7}\n" CLOSE "\n", "start(bpf) close wrong", 4},
        {"{\n", "wrong", 1},
        {"{\"event\":{}}\n", "wrong", 1},
        {CLOSE "\n" CLOSE CLOSE "\n", "start(jsonl) close wrong", 2},
        {CLOSE "\n\\\n", "start(jsonl) close wrong", 2},
        {CLOSE "\n{\"event\":{\"name\":\"close\"},\"event\":{}}", "start(jsonl) close wrong", 2},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        _cleanup_toc_source_ struct toc_source *source = NULL;
        _cleanup_toc_buf_ struct toc_buf buf = {0};
        _cleanup_close_ int fd = -1;
        size_t n = strlen(rows[i].text);
        char path[64];

        cr_assert_eq(toc_source_open_file(path_of(rows[i].text, n, &fd, path), &diags, &source), 0);
        cr_expect_str_eq(source_tell(source, &buf), rows[i].told, "row %zu: %s", i, buf.p);
        cr_assert_geq(diags.n_errors, 1, "row %zu", i);
        cr_expect_eq(diags.items[0].line, rows[i].line, "row %zu", i);
        cr_expect_str_eq(diags.items[0].file, path);
        cr_expect_not_null(strstr(toc_source_fault(source), "reading stopped at line"));
        source_sums(source, &(uint64_t){0}, &(uint64_t){0});
    }
}

Test(jsonl, a_line_has_its_limit) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    _cleanup_close_ int fd = -1;
    _cleanup_free_ char *text = malloc(TOC_MAX_JSON_LINE + 100);
    char path[64];

    memset(text, ' ', TOC_MAX_JSON_LINE + 100);
    memcpy(text, CLOSE "\n{", sizeof(CLOSE "\n{") - 1);
    path_of(text, TOC_MAX_JSON_LINE + 100, &fd, path);
    cr_assert_eq(toc_source_open_file(path, &diags, &source), 0);
    cr_expect_str_eq(source_tell(source, &buf), "start(jsonl) close wrong");
    cr_assert_eq(diags.n, 1);
    cr_expect_eq(diags.items[0].line, 2);
}

Test(jsonl, a_stream_is_given_out_as_it_comes) {
    _cleanup_toc_source_ struct toc_source *source = NULL;
    const struct toc_event *event;
    char path[64];
    int ends[2];

    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
    cr_assert(write(ends[1], START "\n", sizeof(START)) > 0);
    cr_assert_eq(toc_source_open_file(path, NULL, &source), 0);
    cr_assert_eq(toc_source_next(source, -1, &event), 1);
    cr_assert(write(ends[1], CLOSE "\nrest", sizeof(CLOSE) + 4) > 0);
    cr_assert_eq(toc_source_next(source, -1, &event), 1);
    close(ends[1]);
    cr_expect_eq(toc_source_next(source, -1, &event), -EINVAL);
    close(ends[0]);
}
