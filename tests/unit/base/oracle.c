// SPDX-License-Identifier: Apache-2.0
// The text forms against Python's library, on the rows that oracle.py writes.
#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"
#include "oracle.inc"

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

Test(oracle, times) {
    for (size_t i = 0; i < COUNT(times); i++) {
        char text[TOC_TIME_TEXT];
        int64_t ns = 0;

        toc_time_format(text, times[i].ns);
        cr_assert_str_eq(text, times[i].utc);
        cr_assert_eq(toc_time_parse(times[i].there, strlen(times[i].there), &ns), 0, "%s",
                     times[i].there);
        cr_assert_eq(ns, times[i].ns, "%s", times[i].there);
    }
}

Test(oracle, addresses) {
    for (size_t i = 0; i < COUNT(addresses); i++) {
        struct toc_ip ip = {.version = 6}, back;
        const char *exploded = addresses[i].exploded;
        char text[TOC_IP_TEXT];

        memcpy(ip.bytes, addresses[i].bytes, 16);
        toc_ip_format(text, &ip);
        cr_assert_str_eq(text, addresses[i].text);
        cr_assert_eq(toc_ip_parse(text, strlen(text), &back), 0);
        cr_assert_arr_eq(back.bytes, ip.bytes, 16);
        if (!exploded)
            continue;
        cr_assert_eq(toc_ip_parse(exploded, strlen(exploded), &back), 0);
        cr_assert_arr_eq(back.bytes, ip.bytes, 16);
    }
}

Test(oracle, utf8) {
    for (size_t i = 0; i < COUNT(sequences); i++)
        cr_assert_eq(toc_utf8_len(sequences[i].bytes, sequences[i].n), sequences[i].len, "row %zu",
                     i);
}

Test(oracle, base64) {
    for (size_t i = 0; i < COUNT(base64s); i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};

        toc_buf_add_base64(&buf, base64s[i].bytes, base64s[i].n);
        cr_assert_str_eq(toc_buf_cstr(&buf), base64s[i].text);
    }
}

Test(oracle, json) {
    for (size_t i = 0; i < COUNT(jsons); i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};

        toc_buf_add_json_string(&buf, jsons[i].text, jsons[i].n);
        cr_assert_str_eq(toc_buf_cstr(&buf), jsons[i].json);
    }
}

Test(oracle, nearest) {
    for (size_t i = 0; i < COUNT(words); i++) {
        const char *found =
            toc_nearest(words[i].word, strlen(words[i].word), &words[i].candidate, 1);

        cr_assert_eq(found != NULL, words[i].is_near, "%s %s", words[i].word, words[i].candidate);
    }
}
