// SPDX-License-Identifier: Apache-2.0
// Spans of time.
#include "base/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

Test(duration, parsing) {
    static const struct {
        const char *text;
        int err;
        int64_t ns;
    } rows[] = {
        {"0s", 0, 0},
        {"1ns", 0, 1},
        {"1us", 0, 1000},
        {"250ms", 0, 250000000},
        {"1.5s", 0, 1500000000},
        {"10s", 0, 10000000000},
        {"5m", 0, 300000000000},
        {"1h", 0, 3600000000000},
        {"1d", 0, 86400000000000},
        {"0.5d", 0, 43200000000000},
        {"0.000000001s", 0, 1},
        {"0.0000000010000000000000000000s", 0, 1},
        {"0.0000000001s", -EINVAL, 0},
        {"0.00000000001d", 0, 864},
        {"0.00000000000000000000000001d", -EINVAL, 0},
        {"0.1ns", -EINVAL, 0},
        {"1.0ns", 0, 1},
        {"007s", 0, 7000000000},
        {"9223372036854775807ns", 0, INT64_MAX},
        {"9223372036854775808ns", -ERANGE, 0},
        {"9223372036.854775807s", 0, INT64_MAX},
        {"9223372036.854775808s", -ERANGE, 0},
        {"106751d", 0, 9223286400000000000},
        {"106752d", -ERANGE, 0},
        {"99999999999999999999999999s", -ERANGE, 0},
        {"", -EINVAL, 0},
        {"s", -EINVAL, 0},
        {"1", -EINVAL, 0},
        {"1.", -EINVAL, 0},
        {"1.s", -EINVAL, 0},
        {".5s", -EINVAL, 0},
        {"1 s", -EINVAL, 0},
        {" 1s", -EINVAL, 0},
        {"1s ", -EINVAL, 0},
        {"-1s", -EINVAL, 0},
        {"+1s", -EINVAL, 0},
        {"1S", -EINVAL, 0},
        {"1w", -EINVAL, 0},
        {"1min", -EINVAL, 0},
        {"1h30m", -EINVAL, 0},
        {"1e3s", -EINVAL, 0},
        {"0x1s", -EINVAL, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int64_t ns = 0;

        cr_expect_eq(toc_duration_parse(rows[i].text, strlen(rows[i].text), &ns), rows[i].err,
                     "row %zu: %s", i, rows[i].text);
        if (!rows[i].err)
            cr_expect_eq(ns, rows[i].ns, "row %zu: %" PRId64, i, ns);
    }
}

Test(duration, n_bounds_the_text) {
    int64_t ns;

    cr_expect_eq(toc_duration_parse("5ms", 2, &ns), 0);
    cr_expect_eq(ns, 300000000000);
    cr_expect_eq(toc_duration_parse("5ms", 1, &ns), -EINVAL);
}
