// SPDX-License-Identifier: Apache-2.0
// Text of unknown origin made safe for a terminal and for the reader before it.
//
// Strings in records hold no byte below 0x20 (they are escaped where they enter), but valid UTF-8
// can still name C1 controls, which some terminals obey, and marks that turn the order of what is
// read around.
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sink/text.h"

static bool misleading(const unsigned char *s, size_t n) {
    if (n == 2)
        return s[0] == 0xc2 && s[1] < 0xa0;
    if (n != 3 || s[0] != 0xe2)
        return false;
    // U+200B to U+200F, U+2028 to U+202E, U+2066 to U+2069.
    return (s[1] == 0x80 && ((s[2] >= 0x8b && s[2] <= 0x8f) || (s[2] >= 0xa8 && s[2] <= 0xae))) ||
           (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9);
}

static bool plain(const char *s, size_t n) {
    return n > 1 || ((unsigned char)*s >= 0x20 && *s != 0x7f);
}

void toc_text_safe(const char *s, size_t n, struct toc_buf *out) {
    size_t len;

    for (size_t i = 0; i < n; i += len) {
        size_t valid = toc_utf8_len(s + i, n - i);

        len = valid ? valid : 1;
        if (valid && plain(s + i, len) && !misleading((const unsigned char *)s + i, len)) {
            toc_buf_add(out, s + i, len);
            continue;
        }
        for (size_t k = 0; k < len; k++)
            toc_buf_addf(out, "\\x%02x", (unsigned char)s[i + k]);
    }
}
