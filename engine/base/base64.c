// SPDX-License-Identifier: Apache-2.0
// Base64 of RFC 4648, section 4.
#include "base/text.h"

#include <errno.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void toc_buf_add_base64(struct toc_buf *buf, const void *bytes, size_t n) {
    const uint8_t *b = bytes;
    size_t groups = n / 3 + (n % 3 != 0);
    char *to = groups > SIZE_MAX / 8 ? NULL : toc_buf_room(buf, groups * 4);

    if (!to) {
        buf->failed = -ENOMEM;
        return;
    }
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t bits = (uint32_t)b[i] << 16;

        bits |= left > 1 ? (uint32_t)b[i + 1] << 8 : 0;
        bits |= left > 2 ? b[i + 2] : 0;
        *to++ = alphabet[bits >> 18];
        *to++ = alphabet[bits >> 12 & 63];
        *to++ = left > 1 ? alphabet[bits >> 6 & 63] : '=';
        *to++ = left > 2 ? alphabet[bits & 63] : '=';
    }
    buf->n += groups * 4;
}

static int digit_value(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The 24 bits of one group, or -1. The bits beyond the last byte must be zero, so that bytes have
 * one text only. */
static long group_bits(const char *s, int padding) {
    uint32_t bits = 0;

    for (int i = 0; i < 4 - padding; i++) {
        int digit = digit_value(s[i]);

        if (digit < 0)
            return -1;
        bits |= (uint32_t)digit << (18 - 6 * i);
    }
    if (bits & ((1u << 8 * padding) - 1))
        return -1;
    return bits;
}

long toc_base64_decode(void *dst, const char *s, size_t n) {
    uint8_t *to = dst;

    if (n % 4)
        return -EINVAL;
    for (size_t i = 0; i < n; i += 4) {
        bool last = i + 4 == n;
        int padding = last && s[i + 3] == '=' ? 1 + (s[i + 2] == '=') : 0;
        long bits = group_bits(s + i, padding);

        if (bits < 0)
            return -EINVAL;
        for (int k = 0; k < 3 - padding; k++)
            *to++ = (uint8_t)(bits >> (16 - 8 * k));
    }
    return (long)(to - (uint8_t *)dst);
}
