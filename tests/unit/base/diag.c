// SPDX-License-Identifier: Apache-2.0
// The collector: what it keeps, counts and cleans.
#include "base/diag.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

Test(diag, it_keeps_copies) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    char file[] = "a.yaml";
    struct toc_diag *diag;

    diag = toc_diag_add(&diags, TOC_WARNING, (struct toc_place){file, 3, 7}, "n is %d", 5);
    cr_assert_not_null(diag);
    memset(file, 'x', sizeof(file) - 1);
    cr_expect_str_eq(diag->file, "a.yaml");
    cr_expect_str_eq(diag->message, "n is 5");
    cr_expect_eq(diag->line, 3);
    cr_expect_eq(diag->col, 7);
    cr_expect_eq(diag->width, 1);
    cr_expect_null(diag->hint);
    toc_diag_set_hint(diag, "did you mean %s?", "x");
    toc_diag_set_hint(diag, "did you mean %s?", "y");
    cr_expect_str_eq(diag->hint, "did you mean y?");
    toc_diag_set_source(diag, "one", 3, 2);
    toc_diag_set_source(diag, "two: x\r\n", 8, 0);
    cr_expect_str_eq(diag->source_line, "two: x");
    cr_expect_eq(diag->width, 1);
    cr_expect_eq(diags.n, 1);
    cr_expect_eq(diags.n_warnings, 1);
    cr_expect_eq(diags.n_errors, 0);
}

Test(diag, above_the_limit_they_are_only_counted) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_place nowhere = {0};

    for (int i = 0; i < TOC_MAX_DIAGS; i++)
        cr_assert_not_null(toc_diag_add(&diags, TOC_WARNING, nowhere, "%d", i));
    cr_expect_null(toc_diag_add(&diags, TOC_WARNING, nowhere, "more"));
    cr_expect_eq(toc_fail(&diags, EINVAL, nowhere, "more"), -EINVAL);
    cr_expect_eq(diags.n, TOC_MAX_DIAGS);
    cr_expect_eq(diags.dropped, 2);
    cr_expect_eq(diags.n_warnings, TOC_MAX_DIAGS + 1);
    cr_expect_eq(diags.n_errors, 1);
    cr_expect_str_eq(diags.items[999].message, "999");
}

Test(diag, a_null_one_is_taken_everywhere) {
    toc_diag_set_hint(NULL, "x");
    toc_diag_set_source(NULL, "x", 1, 1);
    cr_expect_null(toc_diag_add(NULL, TOC_ERROR, (struct toc_place){0}, "x"));
    cr_expect_eq(toc_fail(NULL, ENOENT, (struct toc_place){0}, "x"), -ENOENT);
}

Test(diag, clear_leaves_one_that_can_be_used_again) {
    struct toc_diags diags = {0};

    toc_fail(&diags, EINVAL, (struct toc_place){0}, "x");
    toc_diags_clear(&diags);
    cr_expect_eq(diags.n, 0);
    cr_expect_eq(diags.n_errors, 0);
    toc_fail(&diags, EINVAL, (struct toc_place){0}, "y");
    cr_expect_str_eq(diags.items[0].message, "y");
    toc_diags_clear(&diags);
}

Test(diag, nothing_reaches_a_terminal_that_it_would_obey) {
    static const struct {
        const char *raw, *shown;
    } rows[] = {
        {"plain é", "plain é"},
        {"a\nb\x1b[31m\x7f", "a\\x0ab\\x1b[31m\\x7f"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b31m"}, // the C1 control that means ESC [
        {"\xc2\xa0", "\xc2\xa0"},
        {"\xff\xc2", "\\xff\\xc2"},
        {"already \\x1b", "already \\x1b"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        struct toc_place place = {.file = rows[i].raw};
        struct toc_diag *diag = toc_diag_add(&diags, TOC_ERROR, place, "%s", rows[i].raw);

        toc_diag_set_hint(diag, "%s", rows[i].raw);
        cr_expect_str_eq(diag->message, rows[i].shown);
        cr_expect_str_eq(diag->file, rows[i].shown);
        cr_expect_str_eq(diag->hint, rows[i].shown);
    }
}
