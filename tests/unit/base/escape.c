// SPDX-License-Identifier: Apache-2.0
// Escaping: what it writes, and that it is injective.
#include "base/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "random.h"

#define LITERAL(s) (s), sizeof(s) - 1

Test(escape, bytes_and_their_text) {
    static const struct {
        const char *bytes;
        size_t n;
        const char *text;
    } rows[] = {
        {LITERAL(""), ""},
        {LITERAL("plain text ~"), "plain text ~"},
        {LITERAL("é€😀"), "é€😀"},
        {LITERAL("\0"), "\\x00"},
        {LITERAL("a\nb\x1f\x20\x7f"), "a\\x0ab\\x1f \\x7f"},
        {LITERAL("C:\\x"), "C:\\x5cx"},
        {LITERAL("\\x41"), "\\x5cx41"},
        {LITERAL("\xff\xfe"), "\\xff\\xfe"},
        {LITERAL("\xc3"), "\\xc3"},
        {LITERAL("\xc3\xc3\xa9\xa9"), "\\xc3é\\xa9"},
        {LITERAL("\xc0\xaf"), "\\xc0\\xaf"},
        {LITERAL("\xed\xa0\x80"), "\\xed\\xa0\\x80"},
        {LITERAL("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"},
        {LITERAL("\xe2\x82z"), "\\xe2\\x82z"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char text[256], bytes[256];
        size_t n = toc_escape(text, rows[i].bytes, rows[i].n), back;

        cr_assert_eq(n, strlen(rows[i].text), "row %zu", i);
        cr_expect(!memcmp(text, rows[i].text, n), "row %zu", i);
        cr_expect(toc_is_escaped(text, n), "row %zu", i);
        back = toc_unescape(bytes, text, n);
        cr_assert_eq(back, rows[i].n, "row %zu", i);
        cr_expect(!memcmp(bytes, rows[i].bytes, back), "row %zu", i);
    }
}

Test(escape, what_it_could_not_have_written_is_seen) {
    static const struct {
        const char *text;
        bool is_escaped;
    } rows[] = {
        {"", true},
        {"\\x5c", true},
        {"\\x5", false},
        {"\\", false},
        {"\\\\", false},
        {"\\n", false},
        {"\\xFF", false}, // upper case
        {"\\xfg", false},
        {"\\x41", false},      // an A needs none
        {"\\xc3\\xa9", false}, // nor does an é
        {"\\xc3", true},
        {"\\xc3é", true},
        {"\\xe2\\x82", true}, // no € yet
        {"\\xe2\\x82\\xac", false},
        {"\\xe2\\x82\\x41", false},
        {"\\xff\\xf0\\x9f\\x98\\x80", false},
        {"\\xf0\\x9f\\x98\\xc3", true},
        {"\n", false},
        {"\x7f", false},
        {"\xff", false},
        {"\xc3", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        cr_expect_eq(toc_is_escaped(rows[i].text, strlen(rows[i].text)), rows[i].is_escaped,
                     "row %zu: %s", i, rows[i].text);
}

Test(escape, no_escape_is_copied_as_it_stands) {
    static const struct {
        const char *text, *bytes;
    } rows[] = {
        {"\\", "\\"},
        {"\\x", "\\x"},
        {"\\x4", "\\x4"},
        {"\\n", "\\n"},
        {"\\xGG", "\\xGG"},
        {"\\xFF", "\\xFF"},
        {"\\\\x41", "\\A"},
        {"\\x41", "A"},
        {"a\\xe9b", "a\xe9"
                    "b"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char bytes[64];
        size_t n = toc_unescape(bytes, rows[i].text, strlen(rows[i].text));

        cr_assert_eq(n, strlen(rows[i].bytes), "row %zu", i);
        cr_expect(!memcmp(bytes, rows[i].bytes, n), "row %zu", i);
    }
}

static const char telling[] = "\\x0\x80\xbf\xc3\xa9\xe0\xa0\xed\xf0\x90\xf4\x8f\x7f"
                              "acf5\n";

Test(escape, any_bytes_come_back) {
    uint64_t state = 42;

    for (int round = 0; round < 50000; round++) {
        char bytes[24], text[4 * sizeof(bytes)], back[sizeof(text)];
        size_t n = random_bytes(&state, bytes, sizeof(bytes), telling, sizeof(telling) - 1);
        size_t text_n = toc_escape(text, bytes, n);

        cr_assert_leq(text_n, 4 * n);
        cr_assert(toc_is_escaped(text, text_n));
        cr_assert_eq(toc_unescape(back, text, text_n), n);
        cr_assert(!memcmp(back, bytes, n));
        for (size_t at = 0; at < text_n;) {
            size_t len = toc_utf8_len(text + at, text_n - at);

            cr_assert_neq(len, 0);
            at += len;
        }
    }
}

/* is_escaped holds exactly for the texts that escape(unescape(text)) reproduces. */
Test(escape, is_escaped_agrees_with_escaping_again) {
    static const char *const pieces[] = {"\\x80", "\\xbf", "\\xc3", "\\xa9", "\\xe2", "\\x82",
                                         "\\xac", "\\xf0", "\\x9f", "\\x5c", "\\x41", "\\x0a",
                                         "é",     "a",     "\\",    "x",     "\n",    "\xe2"};
    uint64_t state = 7;
    int yes = 0, no = 0;

    for (int round = 0; round < 50000; round++) {
        char text[64], bytes[sizeof(text)], again[4 * sizeof(text)];
        size_t n = 0, again_n;
        bool same;

        for (uint64_t left = random_next(&state) % 6; left; left--) {
            const char *piece = pieces[random_next(&state) % (sizeof(pieces) / sizeof(*pieces))];

            n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", piece);
        }
        again_n = toc_escape(again, bytes, toc_unescape(bytes, text, n));
        same = again_n == n && !memcmp(again, text, n);
        cr_assert_eq(toc_is_escaped(text, n), same, "%.*s", (int)n, text);
        *(same ? &yes : &no) += 1;
    }
    cr_expect_gt(yes, 1000);
    cr_expect_gt(no, 1000);
}
