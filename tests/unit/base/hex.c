// SPDX-License-Identifier: Apache-2.0
// Hex digits.
#include "base/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

Test(hex, all_bytes_come_back) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    uint8_t bytes[256], back[256];

    for (int i = 0; i < 256; i++)
        bytes[i] = (uint8_t)i;
    toc_buf_add_hex(&buf, bytes, 256);
    cr_assert_eq(buf.n, 512);
    cr_expect(!memcmp(buf.p, "00010203", 8));
    cr_expect(!memcmp(buf.p + 504, "fcfdfeff", 8));
    cr_assert_eq(toc_hex_decode(back, buf.p, buf.n), 256);
    cr_expect_arr_eq(back, bytes, 256);
}

Test(hex, either_case_is_read_and_the_rest_refused) {
    static const struct {
        const char *text;
        long n;
    } rows[] = {
        {"", 0},         {"aB", 1},       {"AbCd", 2},     {"a", -EINVAL},  {"abc", -EINVAL},
        {"0g", -EINVAL}, {"g0", -EINVAL}, {"0x", -EINVAL}, {" 0", -EINVAL}, {"0:", -EINVAL},
        {"0@", -EINVAL}, {"0`", -EINVAL}, {"0G", -EINVAL}, {"0/", -EINVAL}, {"\xff\xff", -EINVAL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint8_t bytes[8];

        cr_expect_eq(toc_hex_decode(bytes, rows[i].text, strlen(rows[i].text)), rows[i].n, "%s",
                     rows[i].text);
    }
}
