// SPDX-License-Identifier: Apache-2.0
// Recordings of other tools: how they are found out, counted, and what is said of them.
#include "source/import.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "import_tell.h"
#include "source/file.h"
#include "sources.h"

#define CLOSE                                                                                      \
    "{\"timestamp\":1000000001,\"hostName\":\"box\",\"eventId\":\"3\",\"eventName\":\"close\","    \
    "\"returnValue\":0,\"args\":[{\"name\":\"fd\",\"type\":\"int\",\"value\":3}]}\n"
#define OTHER "{\"timestamp\":2,\"eventName\":\"openat\"}\n"

Test(import, every_format_has_a_name_of_its_own) {
    const struct toc_import_format *format;
    size_t n = 0;

    for (; (format = toc_import_format(n)); n++) {
        cr_expect(format->name && format->what && format->word && format->detect && format->next);
        cr_expect_neq(format->events, 0);
        for (size_t i = 0; i < n; i++)
            cr_expect_str_neq(toc_import_format(i)->name, format->name);
    }
    cr_expect_gt(n, 0);
}

Test(import, the_first_line_tells_whose_it_is) {
    static const struct {
        const char *text, *name;
    } rows[] = {
        {CLOSE, "tracee"},
        {"\n  " CLOSE, "tracee"},
        {"{\"timestamp\":1,\"processName\":\"a\",\"eventName\":\"x\"", "tracee"},
        {"{\"timestamp\":\"2026-08-01T12:00:00Z\",\"id\":308,\"name\":\"x\",\"policies\":{}}",
         "tracee"},
        {"{\"v\":1,\"event\":{\"name\":\"close\"},\"proc\":{\"comm\":\"eventName\"}}", ""},
        {"{\"event\":{\"name\":\"close\"},\"proc\":{\"comm\":\"\\\"eventName\\\":\"}}", ""},
        {"{\"proc\":{\"comm\":\"\\\"eventName\\\":\"}}", ""},
        {"close(3) = 0\n", "strace"},
        {"7     execve(\"/bin/a\", [\"a\"], 0x1 /* 2 vars */) = 0", "strace"},
        {"some output of the program\n[pid 7] poll(NULL, 0, 1 <unfinished ...>\n", "strace"},
        {"7 +++ exited with 0 +++\n", "strace"},
        {"12:00:00 execve(\"/bin/a\", [\"and so on, for more than is looked at", "strace"},
        {"hello world\n", ""},
        {"f(x) is 3\n+++ a\n", ""},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct toc_import_format *format =
            toc_import_detect(rows[i].text, strlen(rows[i].text));

        cr_expect_str_eq(format ? format->name : "", rows[i].name, "row %zu", i);
    }
}

Test(import, is_refused_where_no_conversion_was_asked_for) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_close_ int fd = -1;
    char path[64];

    cr_expect_eq(toc_source_open_file(path_of(CLOSE, strlen(CLOSE), &fd, path), &diags, &source),
                 -EINVAL);
    cr_assert_eq(diags.n, 1);
    cr_expect_str_eq(diags.items[0].message,
                     "is JSON Lines of Tracee, not a recording of tocsin: convert it first");
    cr_expect_not_null(strstr(diags.items[0].hint, "tocsin convert /proc/self/fd/"));
}

Test(import, begins_with_who_watched) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    _cleanup_close_ int fd = -1;
    const struct toc_event *event;
    const char *json;
    char path[64];

    path_of(CLOSE, strlen(CLOSE), &fd, path);
    cr_assert_eq(toc_source_open_any(path, 0, &diags, &source), 0);
    cr_assert_eq(toc_source_next(source, -1, &event), 1);
    toc_json_write(event, &buf);
    json = toc_buf_cstr(&buf);
    cr_expect_not_null(strstr(json, "\"time\":\"1970-01-01T00:00:01.000000001Z\""), "%s", json);
    cr_expect_not_null(strstr(json, "\"name\":\"box\",\"source\":\"tracee\",\"hooks\":\"tracee\""),
                       "%s", json);
    cr_expect_not_null(strstr(json, "\"capture\":\"import\",\"heartbeats\":false"), "%s", json);
}

Test(import, says_what_became_of_each_record) {
    static const char text[] = CLOSE OTHER CLOSE OTHER "{\"eventName\":\"a\"}\n{nonsense\n";
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf events = {0}, said = {0};
    const char *at;

    import_text(text, strlen(text), &diags, &events, &said);
    at = toc_buf_cstr(&said);
    cr_expect_not_null(strstr(at, "2 lines of /proc/self/fd/"), "%s", at);
    cr_expect_not_null(strstr(at, " became events, 4 did not\n"), "%s", at);
    cr_expect_not_null(strstr(at, "\n3 of kinds that tocsin has no event for: openat 2, a 1\n"),
                       "%s", at);
    cr_expect_not_null(strstr(at, "\n1 that cannot be read\n"), "%s", at);
    cr_assert_eq(diags.n, 1);
    cr_expect_eq(diags.items[0].severity, TOC_WARNING);
    cr_expect_eq(diags.items[0].line, 6);
    cr_expect_eq(diags.items[0].col, 9);
    cr_expect_not_null(strstr(events.p, "\"name\":\"tocsin_loss\""));
    cr_expect_not_null(strstr(events.p, "{\"cause\":\"malformed\",\"count\":1}"), "%s", events.p);
}

Test(import, tells_only_the_first_records_that_cannot_be_read) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf text = {0}, events = {0};

    toc_buf_adds(&text, CLOSE);
    for (int i = 0; i < 2 * TOC_IMPORT_TOLD; i++)
        toc_buf_adds(&text, "{\n");
    import_text(text.p, text.n, &diags, &events, NULL);
    cr_expect_eq(diags.n, TOC_IMPORT_TOLD + 1);
    cr_expect_str_eq(diags.items[TOC_IMPORT_TOLD].message,
                     "40 lines cannot be read; the first 20 are shown");
}

Test(import, a_file_may_be_empty) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    int fd = memfd_create("empty", MFD_CLOEXEC);

    cr_assert_eq(
        toc_import_source_new(&toc_import_tracee, fd, NULL, 0, false, "empty", &diags, &source), 0);
    cr_expect_str_eq(source_tell(source, &buf), "start(tracee) end");
}

Test(import, unpacks_gzip) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf events = {0};
    char packed[IMPORT_PACKED];

    import_text(packed, import_pack(CLOSE CLOSE, strlen(CLOSE CLOSE), 0, packed), &diags, &events,
                NULL);
    cr_expect_eq(diags.n, 0);
    cr_expect_not_null(strstr(toc_buf_cstr(&events), "\"name\":\"close\""));
}

Test(import, a_cut_file_of_gzip_is_told) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf events = {0};
    char packed[IMPORT_PACKED];

    import_text(packed, import_pack(CLOSE CLOSE, strlen(CLOSE CLOSE), 4, packed), &diags, &events,
                NULL);
    cr_assert_eq(diags.n, 1);
    cr_expect_str_eq(diags.items[0].message,
                     "what is packed is damaged or cut off here, after line 2");
    cr_expect_not_null(strstr(toc_buf_cstr(&events), "{\"cause\":\"file_cut\"}"), "%s", events.p);
}

Test(import, a_line_that_is_too_long_is_left_out) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf text = {0}, events = {0};

    toc_buf_adds(&text, CLOSE);
    memset(toc_buf_room(&text, TOC_MAX_JSON_LINE + 1), ' ', TOC_MAX_JSON_LINE + 1);
    text.n += TOC_MAX_JSON_LINE + 1;
    toc_buf_adds(&text, "\n" CLOSE);
    import_text(text.p, text.n, &diags, &events, NULL);
    cr_assert_eq(diags.n, 1);
    cr_expect_eq(diags.items[0].line, 2);
    cr_expect_str_eq(diags.items[0].message, "left out: the line is longer than 33554432 bytes");
    cr_expect_not_null(strstr(toc_buf_cstr(&events), "malformed"));
    cr_expect_not_null(strstr(strstr(events.p, "malformed"), "\"name\":\"close\""));
}
