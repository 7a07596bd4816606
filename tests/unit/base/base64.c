// SPDX-License-Identifier: Apache-2.0
// Base64: the vectors of RFC 4648, what is refused, round trips.
#include "base/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "random.h"

Test(base64, the_vectors_of_the_rfc) {
    static const struct {
        const char *bytes, *text;
    } rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xfe", "+//+"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};
        char bytes[16];

        toc_buf_add_base64(&buf, rows[i].bytes, strlen(rows[i].bytes));
        cr_expect_str_eq(toc_buf_cstr(&buf), rows[i].text);
        cr_expect_eq(toc_base64_decode(bytes, buf.p, buf.n), (long)strlen(rows[i].bytes));
        cr_expect(!memcmp(bytes, rows[i].bytes, strlen(rows[i].bytes)), "row %zu", i);
    }
}

Test(base64, what_is_refused) {
    static const char *const rows[] =
        {
            "Z",    "Zg",       "Zg=",      "Zg===",  "=",       "====",
            "Z===", "Zm8",      "Zh==", // bits left over
            "Zm9=", "Zg==Zg==", "Zm8=Zm9v", "Zm9v\n", "Zm 9",    "Zm9-",
            "Zm9_", "=Zm9",     "Z=m9",     "Zg=v",   "Zm9\xff",
        };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char bytes[16];

        cr_expect_eq(toc_base64_decode(bytes, rows[i], strlen(rows[i])), -EINVAL, "%s", rows[i]);
    }
}

Test(base64, any_bytes_come_back) {
    uint64_t state = 3;

    for (int i = 0; i < 5000; i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};
        char bytes[80], back[84];
        size_t n = random_bytes(&state, bytes, sizeof(bytes), "\0\xff", 2);

        toc_buf_add_base64(&buf, bytes, n);
        cr_assert_eq(buf.n, (n + 2) / 3 * 4);
        cr_assert_eq(toc_base64_decode(back, buf.p, buf.n), (long)n);
        cr_assert(!memcmp(back, bytes, n));
    }
}

Test(base64, a_failed_buffer_stays_failed) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    buf.failed = -ENOMEM;
    toc_buf_add_base64(&buf, "x", 1);
    toc_buf_add_hex(&buf, "x", 1);
    cr_expect_eq(buf.n, 0);
    cr_expect_eq(buf.failed, -ENOMEM);
}
