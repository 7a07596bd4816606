// SPDX-License-Identifier: Apache-2.0
// Which bytes are a UTF-8 sequence: no overlong form, no surrogate, nothing above U+10FFFF.
#include "base/text.h"

size_t toc_utf8_len(const char *s, size_t n) {
    const unsigned char *b = (const unsigned char *)s;
    unsigned char low = 0x80, high = 0xbf;
    size_t len;

    if (!n)
        return 0;
    if (b[0] < 0x80)
        return 1;
    if (b[0] < 0xc2 || b[0] > 0xf4)
        return 0;
    len = b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
    if (n < len)
        return 0;
    // Four lead bytes narrow the second one: against overlong forms, surrogates, the end of
    // Unicode.
    if (b[0] == 0xe0)
        low = 0xa0;
    else if (b[0] == 0xed)
        high = 0x9f;
    else if (b[0] == 0xf0)
        low = 0x90;
    else if (b[0] == 0xf4)
        high = 0x8f;
    if (b[1] < low || b[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((b[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

size_t toc_utf8_count(const char *s, size_t n) {
    size_t count = 0;

    for (size_t at = 0; at < n; count++) {
        size_t len = toc_utf8_len(s + at, n - at);

        at += len ? len : 1;
    }
    return count;
}
