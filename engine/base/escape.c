// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as printable UTF-8 and back: \xHH for what cannot be shown.
#include "base/text.h"

#include <string.h>

#define ESCAPE_LEN 4 /* \xHH */

static bool is_plain(unsigned char c) {
    return c >= 0x20 && c != 0x7f && c != '\\';
}

static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte an escape at s stands for, or -1 when none begins there. */
static int escaped_byte(const char *s, size_t n) {
    int high, low;

    if (n < ESCAPE_LEN || s[0] != '\\' || s[1] != 'x')
        return -1;
    high = digit_value(s[2]);
    low = digit_value(s[3]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* How many bytes from the start of s stand for themselves: of ASCII alone, as most text is. */
static size_t plain_run(const char *s, size_t n) {
    size_t run = 0;

    while (run < n && (unsigned char)s[run] < 0x80 && is_plain((unsigned char)s[run]))
        run++;
    return run;
}

size_t toc_escape(char *dst, const void *src, size_t n) {
    static const char digits[] = "0123456789abcdef";
    const char *s = src;
    char *to = dst;

    for (size_t at = 0; at < n;) {
        size_t len = plain_run(s + at, n - at);
        unsigned char c = (unsigned char)s[at];

        if (!len && c >= 0x80)
            len = toc_utf8_len(s + at, n - at);
        if (len) {
            memcpy(to, s + at, len);
            to += len;
            at += len;
            continue;
        }
        *to++ = '\\';
        *to++ = 'x';
        *to++ = digits[c >> 4];
        *to++ = digits[c & 15];
        at++;
    }
    return (size_t)(to - dst);
}

/* True when the escape at s had to be one: its byte begins neither plain text nor, together with
 * the escapes that follow, a valid sequence. Unescaped text never continues a sequence, since it
 * begins with a byte that is no continuation. */
static bool escape_is_needed(const char *s, size_t n) {
    char bytes[4];
    size_t count = 0, len;

    while (count < sizeof(bytes)) {
        int byte = escaped_byte(s + count * ESCAPE_LEN, n - count * ESCAPE_LEN);

        if (byte < 0)
            break;
        bytes[count++] = (char)byte;
    }
    if (!count)
        return false;
    len = toc_utf8_len(bytes, count);
    return !len || (len == 1 && !is_plain((unsigned char)bytes[0]));
}

bool toc_is_escaped(const char *s, size_t n) {
    for (size_t at = 0; at < n;) {
        unsigned char c = (unsigned char)s[at];
        size_t len = ESCAPE_LEN;

        if (c != '\\')
            len = c < 0x80 ? is_plain(c) : toc_utf8_len(s + at, n - at);
        else if (!escape_is_needed(s + at, n - at))
            return false;
        if (!len)
            return false;
        at += len;
    }
    return true;
}

size_t toc_unescape(char *dst, const char *src, size_t n) {
    char *to = dst;

    for (size_t at = 0; at < n;) {
        int byte = escaped_byte(src + at, n - at);

        *to++ = byte < 0 ? src[at] : (char)byte;
        at += byte < 0 ? 1 : ESCAPE_LEN;
    }
    return (size_t)(to - dst);
}
