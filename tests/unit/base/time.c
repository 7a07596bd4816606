// SPDX-License-Identifier: Apache-2.0
// Points in time from and to text.
#include "base/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "random.h"

Test(time, printing) {
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000000000Z"},
        {1, "1970-01-01T00:00:00.000000001Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {-1000000000, "1969-12-31T23:59:59.000000000Z"},
        {1795205400123456789, "2026-11-20T20:10:00.123456789Z"},
        {951782400000000000, "2000-02-29T00:00:00.000000000Z"},
        {951868800000000000, "2000-03-01T00:00:00.000000000Z"},
        {-2203891200000000000, "1900-03-01T00:00:00.000000000Z"}, // 1900 had no leap day
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char text[TOC_TIME_TEXT];
        int64_t back = 5;

        cr_expect_eq(toc_time_format(text, rows[i].ns), strlen(rows[i].text));
        cr_expect_str_eq(text, rows[i].text);
        cr_expect_eq(toc_time_parse(text, strlen(text), &back), 0);
        cr_expect_eq(back, rows[i].ns, "row %zu: %" PRId64, i, back);
    }
}

Test(time, parsing) {
    static const struct {
        const char *text;
        int err;
        int64_t ns;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, 0},
        {"1970-01-01t00:00:00z", 0, 0},
        {"1970-01-01T00:00:00.5Z", 0, 500000000},
        {"1970-01-01T00:00:00.000000001Z", 0, 1},
        {"1970-01-01T01:00:00+01:00", 0, 0},
        {"1969-12-31T18:30:00-05:30", 0, 0},
        {"1970-01-01T00:00:00+00:00", 0, 0},
        {"1970-01-01T00:00:00-00:00", 0, 0},
        {"1970-01-02T00:00:00+23:59", 0, 60000000000},
        {"2000-02-29T00:00:00Z", 0, 951782400000000000},
        {"2262-04-11T23:47:16.854775808Z", -ERANGE, 0},
        {"2262-04-12T01:47:16.854775807+02:00", 0, INT64_MAX},
        {"1677-09-21T00:12:43.145224191Z", -ERANGE, 0},
        {"0001-01-01T00:00:00Z", -ERANGE, 0},
        {"9999-12-31T23:59:59Z", -ERANGE, 0},
        {"0000-01-01T00:00:00Z", -ERANGE, 0},
        {"2001-02-29T00:00:00Z", -EINVAL, 0},
        {"1900-02-29T00:00:00Z", -EINVAL, 0},
        {"2026-04-31T00:00:00Z", -EINVAL, 0},
        {"2026-13-01T00:00:00Z", -EINVAL, 0},
        {"2026-00-01T00:00:00Z", -EINVAL, 0},
        {"2026-01-00T00:00:00Z", -EINVAL, 0},
        {"2026-01-32T00:00:00Z", -EINVAL, 0},
        {"2026-01-01T24:00:00Z", -EINVAL, 0},
        {"2026-01-01T00:60:00Z", -EINVAL, 0},
        {"2016-12-31T23:59:60Z", -EINVAL, 0},
        {"2026-01-01T00:00:00", -EINVAL, 0},
        {"2026-01-01T00:00:00.Z", -EINVAL, 0},
        {"2026-01-01T00:00:00.1234567890Z", -EINVAL, 0},
        {"2026-01-01T00:00:00,5Z", -EINVAL, 0},
        {"2026-01-01T00:00:00+0100", -EINVAL, 0},
        {"2026-01-01T00:00:00+24:00", -EINVAL, 0},
        {"2026-01-01T00:00:00+01:60", -EINVAL, 0},
        {"2026-01-01 00:00:00Z", -EINVAL, 0},
        {"2026-01-01T00:00:00Zx", -EINVAL, 0},
        {"2026-1-01T00:00:00Z", -EINVAL, 0},
        {" 2026-01-01T00:00:00Z", -EINVAL, 0},
        {"+026-01-01T00:00:00Z", -EINVAL, 0},
        {"2026-01-01", -EINVAL, 0},
        {"", -EINVAL, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int64_t ns = 0;

        cr_expect_eq(toc_time_parse(rows[i].text, strlen(rows[i].text), &ns), rows[i].err,
                     "row %zu: %s", i, rows[i].text);
        cr_expect_eq(ns, rows[i].ns, "row %zu: %" PRId64, i, ns);
    }
}

Test(time, every_prefix_of_a_time_is_refused) {
    static const char text[] = "2026-11-20T20:10:00.123456789+01:30";
    int64_t ns;

    for (size_t n = 0; n < sizeof(text) - 1; n++)
        cr_expect_eq(toc_time_parse(text, n, &ns), -EINVAL, "%zu bytes", n);
    cr_expect_eq(toc_time_parse(text, sizeof(text) - 1, &ns), 0);
}

Test(time, any_time_comes_back) {
    uint64_t state = 11;

    for (int i = 0; i < 50000; i++) {
        int64_t ns = (int64_t)random_next(&state), back;
        char text[TOC_TIME_TEXT];
        size_t n = toc_time_format(text, ns);

        cr_assert_eq(n, 30);
        cr_assert_eq(toc_time_parse(text, n, &back), 0, "%s", text);
        cr_assert_eq(back, ns, "%s", text);
    }
}
