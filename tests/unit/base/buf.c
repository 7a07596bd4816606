// SPDX-License-Identifier: Apache-2.0
// The buffer: growth, numbers, and that a failure stays.
#include "base/buf.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>

Test(buf, what_is_added_comes_out) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    toc_buf_adds(&buf, "ab");
    toc_buf_addc(&buf, 'c');
    toc_buf_add(&buf, "d\0e", 3);
    toc_buf_add(&buf, NULL, 0);
    toc_buf_addf(&buf, "%s-%d", "f", 7);
    cr_expect_eq(buf.n, 9);
    cr_expect_arr_eq(toc_buf_cstr(&buf), "abcd\0ef-7", 10);
    cr_expect_eq(buf.n, 9);
}

Test(buf, an_empty_one_is_an_empty_string) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    cr_expect_str_eq(toc_buf_cstr(&buf), "");
    cr_expect_not_null(toc_buf_room(&buf, 0));
}

Test(buf, it_grows_over_many_sizes) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    for (int i = 0; i < 20000; i++)
        toc_buf_addf(&buf, "%d,", i % 10);
    cr_assert_eq(buf.n, 40000);
    for (int i = 0; i < 20000; i++)
        cr_assert_eq(buf.p[2 * i], '0' + i % 10);
    toc_buf_reset(&buf);
    cr_expect_eq(buf.n, 0);
    cr_expect_geq(buf.cap, 40000);
}

Test(buf, numbers_are_decimal) {
    static const struct {
        int64_t v;
        const char *i, *u;
    } rows[] = {
        {0, "0", "0"},
        {7, "7", "7"},
        {-1, "-1", "18446744073709551615"},
        {1234567890, "1234567890", "1234567890"},
        {INT64_MAX, "9223372036854775807", "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808", "9223372036854775808"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};

        toc_buf_addi(&buf, rows[i].v);
        cr_expect_str_eq(toc_buf_cstr(&buf), rows[i].i);
        toc_buf_reset(&buf);
        toc_buf_addu(&buf, (uint64_t)rows[i].v);
        cr_expect_str_eq(toc_buf_cstr(&buf), rows[i].u);
    }
}

Test(buf, a_failure_stays_and_later_appends_do_nothing) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    toc_buf_adds(&buf, "kept");
    cr_expect_null(toc_buf_room(&buf, SIZE_MAX));
    cr_expect_eq(buf.failed, -ENOMEM);
    cr_expect_null(toc_buf_room(&buf, 1));
    toc_buf_adds(&buf, "x");
    toc_buf_addc(&buf, 'x');
    toc_buf_addf(&buf, "%d", 1);
    toc_buf_addi(&buf, -1);
    cr_expect_eq(buf.n, 4);
    cr_expect_null(toc_buf_cstr(&buf));
    toc_buf_reset(&buf);
    cr_expect_eq(buf.failed, 0);
    toc_buf_adds(&buf, "y");
    cr_expect_str_eq(toc_buf_cstr(&buf), "y");
}

Test(buf, free_leaves_one_that_can_be_used_again) {
    struct toc_buf buf = {0};

    toc_buf_adds(&buf, "x");
    toc_buf_free(&buf);
    cr_expect_null(buf.p);
    toc_buf_adds(&buf, "y");
    cr_expect_str_eq(toc_buf_cstr(&buf), "y");
    toc_buf_free(&buf);
    toc_buf_free(&buf);
}
