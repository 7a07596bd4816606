// SPDX-License-Identifier: Apache-2.0
// Bytes as hex digits.
#include "base/text.h"

#include <errno.h>

void toc_buf_add_hex(struct toc_buf *buf, const void *bytes, size_t n) {
    static const char digits[] = "0123456789abcdef";
    const uint8_t *b = bytes;
    char *to = n > SIZE_MAX / 4 ? NULL : toc_buf_room(buf, n * 2);

    if (!to) {
        buf->failed = -ENOMEM;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        *to++ = digits[b[i] >> 4];
        *to++ = digits[b[i] & 15];
    }
    buf->n += n * 2;
}

static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

long toc_hex_decode(void *dst, const char *s, size_t n) {
    uint8_t *to = dst;

    if (n % 2)
        return -EINVAL;
    for (size_t i = 0; i < n; i += 2) {
        int high = digit_value(s[i]), low = digit_value(s[i + 1]);

        if (high < 0 || low < 0)
            return -EINVAL;
        *to++ = (uint8_t)(high * 16 + low);
    }
    return (long)(n / 2);
}
