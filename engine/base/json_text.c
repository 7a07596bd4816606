// SPDX-License-Identifier: Apache-2.0
// A string as JSON text.
#include <string.h>

#include "base/text.h"

static void add_escaped(struct toc_buf *buf, unsigned char c) {
    static const char shorthand[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

    if (c == '"' || c == '\\')
        toc_buf_add(buf, (const char[]){'\\', (char)c}, 2);
    else if (c < sizeof(shorthand) && shorthand[c])
        toc_buf_add(buf, (const char[]){'\\', shorthand[c]}, 2);
    else if (c < 0x20)
        toc_buf_addf(buf, "\\u%04x", c);
    else
        toc_buf_addf(buf, "\\\\x%02x", c);
}

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define HIGH_BITS (EACH_BYTE * 0x80)

/* A high bit set, or any below the first one: some of the eight bytes is zero. */
static uint64_t has_zero(uint64_t bytes) {
    return (bytes - EACH_BYTE) & ~bytes & HIGH_BITS;
}

/* Whether eight bytes stand for themselves: ASCII from the blank on, no quote, no backslash. */
static bool are_plain(const char *s) {
    uint64_t bytes;

    memcpy(&bytes, s, sizeof(bytes));
    return !((bytes | (bytes - EACH_BYTE * 0x20)) & HIGH_BITS) &&
           !has_zero(bytes ^ EACH_BYTE * '"') && !has_zero(bytes ^ EACH_BYTE * '\\');
}

/* Most text needs no escape: as much of it as is seen so at once, copied as it stands. */
static size_t add_plain(struct toc_buf *buf, const char *s, size_t n) {
    size_t at = 0;

    while (n - at >= 8 && are_plain(s + at))
        at += 8;
    while (at < n && (unsigned char)s[at] >= 0x20 && (unsigned char)s[at] < 0x80 && s[at] != '"' &&
           s[at] != '\\')
        at++;
    toc_buf_add(buf, s, at);
    return at;
}

void toc_buf_add_json_string(struct toc_buf *buf, const char *s, size_t n) {
    size_t start, at;

    toc_buf_addc(buf, '"');
    start = at = add_plain(buf, s, n);
    while (at < n) {
        unsigned char c = (unsigned char)s[at];
        size_t len = c < 0x80 ? c >= 0x20 && c != '"' && c != '\\' : toc_utf8_len(s + at, n - at);

        if (len) {
            at += len;
            continue;
        }
        toc_buf_add(buf, s + start, at - start);
        add_escaped(buf, c);
        start = ++at;
    }
    toc_buf_add(buf, s + start, at - start);
    toc_buf_addc(buf, '"');
}

void toc_buf_add_json_pair(struct toc_buf *buf, const char *key, const char *text) {
    toc_buf_addf(buf, "\"%s\":", key);
    toc_buf_add_json_string(buf, text, strlen(text));
}

void toc_buf_add_one_line(struct toc_buf *buf, const char *s, size_t n) {
    bool blank = false;

    for (size_t i = 0; i < n; i++) {
        bool is_blank = strchr(" \t\r\n", s[i]) != NULL;

        if (!is_blank || !blank)
            toc_buf_addc(buf, is_blank ? ' ' : s[i]);
        blank = is_blank;
    }
}
