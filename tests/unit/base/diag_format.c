// SPDX-License-Identifier: Apache-2.0
// Diagnostics as a person reads them.
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/diag.h"

Test(diag_format, place_line_caret_and_hint) {
    static const struct {
        struct toc_place place;
        const char *source, *hint;
        uint32_t width;
        const char *text;
    } rows[] = {
        {{0}, NULL, NULL, 0, "error: m\n"},
        {{"f", 0, 0}, NULL, NULL, 0, "f: error: m\n"},
        {{"f", 3, 0}, NULL, NULL, 0, "f:3: error: m\n"},
        {{"f", 3, 7}, NULL, NULL, 0, "f:3:7: error: m\n"},
        {{NULL, 3, 7}, NULL, NULL, 0, "3:7: error: m\n"},
        {{"f", 1, 0}, "a: b", NULL, 0, "f:1: error: m\na: b\n"},
        {{"f", 1, 1}, "a: b", NULL, 1, "f:1:1: error: m\na: b\n^\n"},
        {{"f", 1, 4}, "a: bcd", "h", 3, "f:1:4: error: m\na: bcd\n   ^~~\n  hint: h\n"},
        {{"f", 1, 4}, "a: bcd", NULL, 99, "f:1:4: error: m\na: bcd\n   ^~~\n"},
        {{"f", 1, 4}, "é€😀x", NULL, 1, "f:1:4: error: m\né€😀x\n   ^\n"},
        {{"f", 1, 4}, "\ta\tx", NULL, 1, "f:1:4: error: m\n\ta\tx\n\t \t^\n"},
        {{"f", 1, 5}, "abcd", NULL, 1, "f:1:5: error: m\nabcd\n    ^\n"}, // at the end
        {{"f", 1, 99}, "abcd", NULL, 1, "f:1:99: error: m\nabcd\n    ^\n"},
        {{"f", 1, 3}, "\x1b\xffx", NULL, 1, "f:1:3: error: m\n\ufffd\ufffdx\n  ^\n"},
        {{"f", 1, 2}, "\xc2\x9bx", NULL, 1, "f:1:2: error: m\n\ufffdx\n ^\n"},
        {{"f", 1, 1}, "", NULL, 1, "f:1:1: error: m\n\n^\n"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        struct toc_diag *diag = toc_diag_add(&diags, TOC_ERROR, rows[i].place, "m");
        _cleanup_free_ char *text = NULL;

        if (rows[i].source)
            toc_diag_set_source(diag, rows[i].source, strlen(rows[i].source), rows[i].width);
        if (rows[i].hint)
            toc_diag_set_hint(diag, "%s", rows[i].hint);
        text = toc_diag_format(diag);
        cr_expect_str_eq(text, rows[i].text, "row %zu:\n%s", i, text);
    }
}

Test(diag_format, a_warning_says_so) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_free_ char *text = NULL;

    text = toc_diag_format(toc_diag_add(&diags, TOC_WARNING, (struct toc_place){0}, "m"));
    cr_expect_str_eq(text, "warning: m\n");
}

/* A line of JSON can have megabytes: an excerpt is shown, with the caret under the same character.
 */
Test(diag_format, of_a_long_line_an_excerpt_is_shown) {
    static const uint32_t cols[] = {1, 100, 101, 102, 103, 250, 899, 900, 901, 1000};
    char line[901];

    for (size_t i = 0; i < 900; i++)
        line[i] = (char)('a' + i % 26);
    line[900] = '\0';
    for (size_t i = 0; i < sizeof(cols) / sizeof(*cols); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        struct toc_place place = {"f", 1, cols[i]};
        struct toc_diag *diag = toc_diag_add(&diags, TOC_ERROR, place, "m");
        const char *shown;
        size_t skipped;

        toc_diag_set_source(diag, line, 900, 1);
        shown = diag->source_line;
        cr_expect_leq(strlen(shown), 206);
        skipped = strncmp(shown, "…", 3) ? 0 : 2; // three bytes, one column
        if (cols[i] <= 900)
            cr_expect_eq(shown[diag->source_col - 1 + skipped], line[cols[i] - 1], "column %u",
                         cols[i]);
    }
}
