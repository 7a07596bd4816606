// SPDX-License-Identifier: Apache-2.0
// What text of unknown origin looks like on a terminal.
#include <criterion/criterion.h>
#include <string.h>

#include "sink/text.h"

Test(sink, text_is_safe) {
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"a\\x1b", "a\\x1b"}, /* escaped where it entered: stays */
        {"na\xc3\xafve \xe2\x86\x92 \xf0\x9f\x98\x80",
         "na\xc3\xafve \xe2\x86\x92 \xf0\x9f\x98\x80"},
        {"\x1b[2J", "\\x1b[2J"},
        {"a\nb\tc\x7f", "a\\x0ab\\x09c\\x7f"},
        {"\xc2\x9b", "\\xc2\\x9b"},          /* CSI as one C1 control */
        {"\xc2\xa0", "\xc2\xa0"},            /* the first that is none */
        {"\xe2\x80\xae", "\\xe2\\x80\\xae"}, /* right-to-left override */
        {"\xe2\x81\xa9", "\\xe2\\x81\\xa9"},
        {"\xe2\x80\x8b", "\\xe2\\x80\\x8b"}, /* zero width */
        {"\xe2\x80\xa6", "\xe2\x80\xa6"},    /* an ellipsis */
        {"\xff\xc3", "\\xff\\xc3"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_buf_ struct toc_buf out = {0};

        toc_text_safe(rows[i].in, strlen(rows[i].in), &out);
        cr_expect_str_eq(toc_buf_cstr(&out), rows[i].out, "row %zu", i);
    }
}
