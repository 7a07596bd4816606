// SPDX-License-Identifier: Apache-2.0
// Which bytes are UTF-8.
#include "base/text.h"

#include <criterion/criterion.h>
#include <string.h>

Test(utf8, the_length_of_one_sequence) {
    static const struct {
        const char *s;
        size_t n, len;
    } rows[] = {
        {"", 0, 0},
        {"\0", 1, 1},
        {"a", 1, 1},
        {"\x7f", 1, 1},
        {"\x80", 1, 0},                 // a continuation
        {"\xc0\x80", 2, 0},             // overlong NUL
        {"\xc1\xbf", 2, 0},             // overlong
        {"\xc2\x80", 2, 2},             // U+0080
        {"\xc3\xa9", 2, 2},             // é
        {"\xc3\xa9", 1, 0},             // cut
        {"\xc3\x28", 2, 0},             // no continuation
        {"\xdf\xbf", 2, 2},             // U+07FF
        {"\xe0\x9f\xbf", 3, 0},         // overlong
        {"\xe0\xa0\x80", 3, 3},         // U+0800
        {"\xe2\x82\xac", 3, 3},         // €
        {"\xe2\x82\xac", 2, 0},         // cut
        {"\xe2\x82\x41", 3, 0},         // the third is wrong
        {"\xed\x9f\xbf", 3, 3},         // U+D7FF
        {"\xed\xa0\x80", 3, 0},         // the first surrogate
        {"\xed\xbf\xbf", 3, 0},         // the last surrogate
        {"\xee\x80\x80", 3, 3},         // U+E000
        {"\xef\xbf\xbf", 3, 3},         // U+FFFF
        {"\xf0\x8f\xbf\xbf", 4, 0},     // overlong
        {"\xf0\x90\x80\x80", 4, 4},     // U+10000
        {"\xf0\x9f\x98\x80", 4, 4},     // an emoji
        {"\xf0\x9f\x98\x41", 4, 0},     // the fourth is wrong
        {"\xf0\x9f\x98\x80", 3, 0},     // cut
        {"\xf4\x8f\xbf\xbf", 4, 4},     // U+10FFFF
        {"\xf4\x90\x80\x80", 4, 0},     // above Unicode
        {"\xf5\x80\x80\x80", 4, 0},     // above Unicode
        {"\xf8\x88\x80\x80\x80", 5, 0}, // five bytes
        {"\xfe", 1, 0},
        {"\xff", 1, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        cr_expect_eq(toc_utf8_len(rows[i].s, rows[i].n), rows[i].len, "row %zu", i);
}

Test(utf8, code_points_are_counted_and_wrong_bytes_are_one_each) {
    static const struct {
        const char *s;
        size_t count;
    } rows[] = {{"", 0}, {"abc", 3}, {"é€😀", 3}, {"a\xff\xc3z", 4}, {"\xed\xa0\x80", 3}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        cr_expect_eq(toc_utf8_count(rows[i].s, strlen(rows[i].s)), rows[i].count, "row %zu", i);
}
