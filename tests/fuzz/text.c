// SPDX-License-Identifier: Apache-2.0
// Fuzzes the text forms: what is parsed prints to a text that parses to the same.
#undef NDEBUG // the assertions are the test
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_escape(const char *s, size_t n) {
    _cleanup_free_ char *text = malloc(4 * n + 1), *back = malloc(4 * n + 1);
    size_t text_n = toc_escape(text, s, n);
    bool same = text_n == n && !memcmp(text, s, n);

    assert(text_n <= 4 * n && toc_is_escaped(text, text_n));
    assert(toc_unescape(back, text, text_n) == n && !memcmp(back, s, n));
    assert(!same || toc_is_escaped(s, n));
    text_n = toc_escape(text, back, toc_unescape(back, s, n));
    assert(toc_is_escaped(s, n) == (text_n == n && !memcmp(text, s, n)));
}

static void fuzz_time(const char *s, size_t n) {
    char text[TOC_TIME_TEXT];
    int64_t ns, back;

    if (toc_time_parse(s, n, &ns))
        return;
    assert(!toc_time_parse(text, toc_time_format(text, ns), &back) && back == ns);
}

static void fuzz_ip(const char *s, size_t n) {
    char text[TOC_IP_TEXT];
    struct toc_ip ip, back;

    if (toc_ip_parse(s, n, &ip))
        return;
    assert(!toc_ip_parse(text, toc_ip_format(text, &ip), &back));
    assert(back.version == ip.version && !memcmp(back.bytes, ip.bytes, 16));
    toc_ip_unmap(&ip);
    assert(!toc_ip_unmap(&ip));
}

static void fuzz_base64(const char *s, size_t n) {
    _cleanup_free_ char *bytes = malloc(n / 4 * 3 + 1);
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    long bytes_n = toc_base64_decode(bytes, s, n);

    if (bytes_n < 0)
        return;
    toc_buf_add_base64(&buf, bytes, (size_t)bytes_n);
    assert(buf.n == n && (!n || !memcmp(buf.p, s, n)));
}

static void fuzz_hex(const char *s, size_t n) {
    _cleanup_free_ char *bytes = malloc(n / 2 + 1);
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    long bytes_n = toc_hex_decode(bytes, s, n);

    if (bytes_n < 0)
        return;
    toc_buf_add_hex(&buf, bytes, (size_t)bytes_n);
    assert(buf.n == n && (!n || !strncasecmp(buf.p, s, n)));
}

static void fuzz_diag(const char *s, size_t n) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_place place = {.line = 1, .col = n ? (uint8_t)s[0] * 3u : 1};
    struct toc_diag *diag = toc_diag_add(&diags, TOC_ERROR, place, "%.*s", (int)n, s);
    _cleanup_free_ char *text = NULL;

    toc_diag_set_source(diag, s, n, n ? (uint8_t)s[n - 1] : 1);
    text = toc_diag_format(diag);
    for (size_t at = 0, text_n = strlen(text), len; at < text_n; at += len) {
        len = toc_utf8_len(text + at, text_n - at);
        assert(len && text[at] != '\x1b');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"kernel", "signature", "recvmmsg_time32", ""};
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const char *s = (const char *)data;
    int64_t ns;

    fuzz_escape(s, size);
    fuzz_time(s, size);
    fuzz_ip(s, size);
    fuzz_base64(s, size);
    fuzz_hex(s, size);
    fuzz_diag(s, size);
    assert(toc_duration_parse(s, size, &ns) || ns >= 0);
    toc_nearest(s, size, names, sizeof(names) / sizeof(*names));
    toc_buf_add_json_string(&buf, s, size);
    assert(buf.n >= size + 2);
    return 0;
}
