// SPDX-License-Identifier: Apache-2.0
// Strings as JSON.
#include "base/text.h"

#include <criterion/criterion.h>

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
