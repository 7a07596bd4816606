// SPDX-License-Identifier: Apache-2.0
// Strings as JSON.
#include "base/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "random.h"

#define LITERAL(s) (s), sizeof(s) - 1

Test(json_text, strings) {
    static const struct {
        const char *s;
        size_t n;
        const char *json;
    } rows[] = {
        {LITERAL(""), "\"\""},
        {LITERAL("plain"), "\"plain\""},
        {LITERAL("a\"b\\c/d"), "\"a\\\"b\\\\c/d\""},
        {LITERAL("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\""},
        {LITERAL("\0\x01\x0b\x1f"), "\"\\u0000\\u0001\\u000b\\u001f\""},
        {LITERAL("é€😀"), "\"é€😀\""},
        {LITERAL("x\xffy"), "\"x\\\\xffy\""},
        {LITERAL("\xed\xa0\x80"), "\"\\\\xed\\\\xa0\\\\x80\""},
        {LITERAL("\\xff"), "\"\\\\xff\""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};

        toc_buf_add_json_string(&buf, rows[i].s, rows[i].n);
        cr_expect_str_eq(toc_buf_cstr(&buf), rows[i].json);
    }
}

/* The same, a byte at a time and with printf. */
static size_t plainly(char *dst, const char *s, size_t n) {
    static const char special[] = "\"\\\b\t\n\f\r", shown[] = "\"\\btnfr";
    char *to = dst;

    *to++ = '"';
    for (size_t at = 0, len; at < n; at += len) {
        unsigned char c = (unsigned char)s[at];
        const char *found = c ? strchr(special, c) : NULL;

        len = toc_utf8_len(s + at, n - at);
        if (found)
            to += sprintf(to, "\\%c", shown[found - special]);
        else if (c < 0x20)
            to += sprintf(to, "\\u%04x", c);
        else if (!len)
            to += sprintf(to, "\\\\x%02x", c);
        else
            to += sprintf(to, "%.*s", (int)len, s + at);
        len += !len;
    }
    *to++ = '"';
    return (size_t)(to - dst);
}

Test(json_text, any_bytes_as_written_plainly) {
    enum { LONGEST = 100 };
    static const char from[] =
        "aaaaaaaaaaaaaaaa ~\x7f\"\\\n\x01\x1f\x80\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xff";
    uint64_t state = 7;

    for (int i = 0; i < 100000; i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};
        size_t n, expected_n, from_n = i % 3 ? sizeof(from) : 17;
        char bytes[LONGEST], expected[LONGEST * 6 + 2], *exact;

        // Every fourth byte is any; none of a third of the texts, which are plain but for one.
        n = random_bytes(&state, bytes, LONGEST, from, from_n);
        for (size_t at = 0; from_n == 17 && at < n; at++)
            bytes[at] = 'a';
        if (from_n == 17 && n && i % 2)
            bytes[random_next(&state) % n] = (char)random_next(&state);
        // Bytes read beyond the end are found by the sanitizer.
        exact = malloc(n ? n : 1);
        cr_assert(exact);
        memcpy(exact, bytes, n);
        toc_buf_adds(&buf, "before");
        toc_buf_add_json_string(&buf, exact, n);
        free(exact);
        expected_n = plainly(expected, bytes, n);
        cr_assert(buf.n == expected_n + 6 && !memcmp(buf.p + 6, expected, expected_n), "%.*s",
                  (int)expected_n, expected);
    }
}
