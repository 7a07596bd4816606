// SPDX-License-Identifier: Apache-2.0
// A string as JSON text.
#include <errno.h>
#include <string.h>

#include "base/text.h"

#define LONGEST_ESCAPE 6 /* \u001f */

/* Signed: bytes from 0x80 on are negative. */
typedef signed char block_t __attribute__((vector_size(16)));
typedef uint64_t halves_t __attribute__((vector_size(16)));
#define BLANKS UINT64_C(0x2020202020202020)

/* Whether sixteen bytes stand for themselves: ASCII from the blank on, no quote, no backslash. */
static inline bool is_plain(block_t bytes) {
    block_t special = (bytes < ' ') | (bytes == '"') | (bytes == '\\');
    uint64_t halves[2];

    memcpy(halves, &special, sizeof(halves));
    return !(halves[0] | halves[1]);
}

/* Below 16 bytes: as two halves that may overlap. */
static inline block_t copy_short(char *to, const char *s, size_t n) {
    uint64_t first = BLANKS, last = BLANKS;
    uint32_t first4, last4;

    if (n >= 8) {
        memcpy(&first, s, 8);
        memcpy(&last, s + n - 8, 8);
        memcpy(to, &first, 8);
        memcpy(to + n - 8, &last, 8);
    } else if (n >= 4) {
        memcpy(&first4, s, 4);
        memcpy(&last4, s + n - 4, 4);
        memcpy(to, &first4, 4);
        memcpy(to + n - 4, &last4, 4);
        first = (uint64_t)first4 << 32 | last4;
    } else {
        for (size_t i = 0; i < n; i++)
            first = first << 8 | (uint8_t)(to[i] = s[i]);
    }
    return (block_t)(halves_t){first, last};
}

/* Copies text that stands for itself. False: it does not. */
static bool copy_plain(char *to, const char *s, size_t n) {
    block_t bytes;

    for (; n >= 16; s += 16, to += 16, n -= 16) {
        memcpy(&bytes, s, 16);
        memcpy(to, &bytes, 16);
        if (!is_plain(bytes))
            return false;
    }
    return !n || is_plain(copy_short(to, s, n));
}

/* Where the escape ends. */
static char *put_escaped(char *to, unsigned char c) {
    static const char digits[] = "0123456789abcdef";
    static const char shorthand[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                     ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    bool is_short = c < sizeof(shorthand) && shorthand[c];

    *to++ = '\\';
    if (is_short) {
        *to++ = shorthand[c];
        return to;
    }
    memcpy(to, c < 0x20 ? "u00" : "\\x", 3);
    to += c < 0x20 ? 3 : 2;
    *to++ = digits[c >> 4];
    *to++ = digits[c & 15];
    return to;
}

/* Text in which something does not stand for itself. */
static char *put_special(char *to, const char *s, size_t n) {
    for (const char *end = s + n; s < end;) {
        unsigned char c = (unsigned char)*s;
        size_t len = c < 0x80 ? 0 : toc_utf8_len(s, (size_t)(end - s));

        if (len > 1) {
            memcpy(to, s, len);
            to += len;
            s += len;
            continue;
        }
        s++;
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\')
            *to++ = (char)c;
        else
            to = put_escaped(to, c);
    }
    return to;
}

void toc_buf_add_json_string(struct toc_buf *buf, const char *s, size_t n) {
    char *to = n > SIZE_MAX / 8 ? NULL : toc_buf_room(buf, n + 2), *end;

    if (!to) {
        buf->failed = -ENOMEM;
        return;
    }
    if (copy_plain(to + 1, s, n)) {
        end = to + 1 + n;
    } else {
        to = toc_buf_room(buf, n * LONGEST_ESCAPE + 2);
        if (!to)
            return;
        end = put_special(to + 1, s, n);
    }
    *to = *end++ = '"';
    buf->n += (size_t)(end - to);
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
