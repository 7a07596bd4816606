// SPDX-License-Identifier: Apache-2.0
// Text and numbers as the language reads and writes them.
#include "cel/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int cel_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

size_t cel_utf8_put(char *dst, uint32_t c) {
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = n; i-- > 1; c >>= 6)
        dst[i] = (char)(0x80 | (c & 0x3f));
    dst[0] = (char)(lead[n] | c);
    return n;
}

size_t cel_utf8_get(const char *s, size_t n, uint32_t *ret) {
    static const uint8_t mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t len = toc_utf8_len(s, n);

    // Text that is no UTF-8 cannot get here; if it does, a byte is a character.
    if (!len) {
        *ret = (unsigned char)*s;
        return 1;
    }
    *ret = (unsigned char)s[0] & mask[len];
    for (size_t i = 1; i < len; i++)
        *ret = *ret << 6 | ((unsigned char)s[i] & 0x3f);
    return len;
}

bool cel_utf8_valid(const char *s, size_t n) {
    for (size_t i = 0; i < n;) {
        size_t len = (unsigned char)s[i] < 0x80 ? 1 : toc_utf8_len(s + i, n - i);

        if (!len)
            return false;
        i += len;
    }
    return true;
}

size_t cel_utf8_offset(const char *s, size_t n, size_t index) {
    size_t at = 0;

    while (index-- && at < n) {
        size_t len = toc_utf8_len(s + at, n - at);

        at += len ? len : 1;
    }
    return at;
}

static bool is_decimal(const char *s, size_t n) {
    size_t i = n && (*s == '-' || *s == '+'), digits = 0;

    for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
        digits++;
    if (i < n && s[i] == '.')
        for (i++; i < n && s[i] >= '0' && s[i] <= '9'; i++)
            digits++;
    if (!digits)
        return false;
    if (i < n && (s[i] | 0x20) == 'e') {
        i += 1 + (i + 1 < n && (s[i + 1] == '-' || s[i + 1] == '+'));
        if (i >= n)
            return false;
        while (i < n && s[i] >= '0' && s[i] <= '9')
            i++;
    }
    return i == n;
}

bool cel_parse_double(const char *s, size_t n, double *ret) {
    char text[301];
    // The program never calls setlocale, so that a point is a point.
    if (n >= sizeof(text) || !is_decimal(s, n))
        return false;
    memcpy(text, s, n);
    text[n] = '\0';
    *ret = strtod(text, NULL);
    return true;
}

bool cel_parse_uint(const char *s, size_t n, uint64_t *ret) {
    *ret = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9' || __builtin_mul_overflow(*ret, 10u, ret) ||
            __builtin_add_overflow(*ret, (unsigned)(s[i] - '0'), ret))
            return false;
    }
    return n;
}

bool cel_parse_int(const char *s, size_t n, int64_t *ret) {
    bool negative = n && *s == '-', sign = n && (*s == '-' || *s == '+');
    uint64_t u;

    if (!cel_parse_uint(s + sign, n - sign, &u) || u > (uint64_t)INT64_MAX + negative)
        return false;
    *ret = (int64_t)(negative ? 0 - u : u);
    return true;
}

/* d as digits and the power of ten of the first one: 1.25e3 is "125", 3. */
static int shortest(double d, char *digits, size_t size) {
    char text[40];
    int precision = 1;

    do
        snprintf(text, sizeof(text), "%.*e", precision - 1, d);
    while (strtod(text, NULL) != d && precision++ < 17);
    size_t n = 0;
    for (const char *p = text; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9' && n + 1 < size)
            digits[n++] = *p;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
    return atoi(strchr(text, 'e') + 1);
}

static size_t put_zeros(char *dst, int n) {
    memset(dst, '0', (size_t)n);
    return (size_t)n;
}

/* The digits with the point where it belongs, without an exponent. */
static size_t put_plain(char *dst, const char *digits, int exponent) {
    int n = (int)strlen(digits), whole = exponent + 1;
    size_t at = 0;

    if (whole <= 0) {
        at = (size_t)sprintf(dst, "0.");
        at += put_zeros(dst + at, -whole);
        return at + (size_t)sprintf(dst + at, "%s", digits);
    }
    if (n > whole)
        return (size_t)sprintf(dst, "%.*s.%s", whole, digits, digits + whole);
    at = (size_t)sprintf(dst, "%s", digits);
    at += put_zeros(dst + at, whole - n);
    dst[at] = '\0';
    return at;
}

size_t cel_format_double(char *dst, double d, int exponent_from) {
    char digits[24];
    size_t at = 0;
    int exponent;

    if (isnan(d))
        return (size_t)sprintf(dst, "NaN");
    if (signbit(d))
        dst[at++] = '-';
    if (isinf(d))
        return at + (size_t)sprintf(dst + at, "Infinity");
    exponent = shortest(fabs(d), digits, sizeof(digits));
    if (exponent_from == CEL_NO_EXPONENT || (exponent >= -4 && exponent < exponent_from))
        return at + put_plain(dst + at, digits, exponent);
    return at + (size_t)sprintf(dst + at, "%c%s%se%c%02d", digits[0], digits[1] ? "." : "",
                                digits + 1, exponent < 0 ? '-' : '+', abs(exponent));
}
