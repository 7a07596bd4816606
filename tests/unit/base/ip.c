// SPDX-License-Identifier: Apache-2.0
// Addresses from and to text.
#include "base/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

Test(ip, text_is_read_and_written_in_canonical_form) {
    static const struct {
        const char *text, *canonical;
    } rows[] = {
        {"0.0.0.0", "0.0.0.0"},
        {"127.0.0.1", "127.0.0.1"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"2001:DB8::1", "2001:db8::1"},
        {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, // one group is not shortened
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},          // the longest run
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    // the first of two
        {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
        {"::ffff:102:304", "::ffff:1.2.3.4"},
        {"::1.2.3.4", "::102:304"},
        {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
        {"::2:3", "::2:3"},
        {"::ffff:0:0", "::ffff:0.0.0.0"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char text[TOC_IP_TEXT];
        struct toc_ip ip;

        cr_assert_eq(toc_ip_parse(rows[i].text, strlen(rows[i].text), &ip), 0, "row %zu", i);
        cr_expect_eq(toc_ip_format(text, &ip), strlen(rows[i].canonical), "row %zu", i);
        cr_expect_str_eq(text, rows[i].canonical);
    }
}

Test(ip, what_is_no_address_is_refused_and_the_result_untouched) {
    static const struct {
        const char *text;
        size_t n;
    } rows[] = {
#define ROW(s) {s, sizeof(s) - 1}
        ROW(""),
        ROW(" "),
        ROW("1"),
        ROW("1.2.3"),
        ROW("1.2.3.4.5"),
        ROW("1.2.3.256"),
        ROW("01.2.3.4"),
        ROW("0x1.2.3.4"),
        ROW("1.2.3.4 "),
        ROW(" 1.2.3.4"),
        ROW("1.2.3.4\0"),
        ROW("1.2.3.-4"),
        ROW(":"),
        ROW(":::"),
        ROW("1::2::3"),
        ROW("12345::"),
        ROW("g::"),
        ROW("::1%lo"),
        ROW("[::1]"),
        ROW("1:2:3:4:5:6:7"),
        ROW("1:2:3:4:5:6:7:8:9"),
        ROW("::1.2.3"),
        ROW("1.2.3.4::"),
        ROW("::1/128"),
        ROW("1.2.3.4/32"),
        ROW("::\0001"),
        ROW("0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"),
#undef ROW
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct toc_ip ip = {.version = 99};

        cr_expect_eq(toc_ip_parse(rows[i].text, rows[i].n, &ip), -EINVAL, "row %zu: %s", i,
                     rows[i].text);
        cr_expect_eq(ip.version, 99);
    }
}

Test(ip, n_bounds_the_text) {
    struct toc_ip ip;
    char text[TOC_IP_TEXT];

    cr_assert_eq(toc_ip_parse("10.0.0.123", 8, &ip), 0);
    toc_ip_format(text, &ip);
    cr_expect_str_eq(text, "10.0.0.1");
}

Test(ip, bytes_beyond_ipv4_are_zero) {
    static const uint8_t bytes[16] = {1, 2, 3, 4};
    struct toc_ip ip;

    memset(&ip, 0xff, sizeof(ip));
    cr_assert_eq(toc_ip_parse("1.2.3.4", 7, &ip), 0);
    cr_expect_eq(ip.version, 4);
    cr_expect_arr_eq(ip.bytes, bytes, 16);
}

Test(ip, another_version_has_no_text) {
    char text[TOC_IP_TEXT] = "x";
    struct toc_ip ip = {.version = 0};

    cr_expect_eq(toc_ip_format(text, &ip), 0);
    cr_expect_str_eq(text, "");
}

Test(ip, a_mapped_address_becomes_ipv4) {
    static const struct {
        const char *before, *after;
        bool changed;
    } rows[] = {
        {"::ffff:198.51.100.9", "198.51.100.9", true},
        {"::ffff:0.0.0.0", "0.0.0.0", true},
        {"198.51.100.9", "198.51.100.9", false},
        {"::fffe:1.2.3.4", "::fffe:102:304", false},
        {"::1:ffff:102:304", "::1:ffff:102:304", false},
        {"::1", "::1", false},
    };
    static const uint8_t zeros[12];

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char text[TOC_IP_TEXT];
        struct toc_ip ip;

        cr_assert_eq(toc_ip_parse(rows[i].before, strlen(rows[i].before), &ip), 0);
        cr_expect_eq(toc_ip_unmap(&ip), rows[i].changed, "row %zu", i);
        toc_ip_format(text, &ip);
        cr_expect_str_eq(text, rows[i].after);
        if (rows[i].changed)
            cr_expect_arr_eq(ip.bytes + 4, zeros, 12);
    }
}
