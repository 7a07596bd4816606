// SPDX-License-Identifier: Apache-2.0
// Numbers as text: what printf does, at a tenth of the cost.
#include <string.h>

#include "base/digits.h"
#include "base/text.h"

#define TEN(d) d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9"
#define SIXTEEN(d) TEN(d) d "a" d "b" d "c" d "d" d "e" d "f"

/* Two digits at a time. */
const char toc_two_digits[] =
    TEN("0") TEN("1") TEN("2") TEN("3") TEN("4") TEN("5") TEN("6") TEN("7") TEN("8") TEN("9");
static const char hex[] = SIXTEEN("0") SIXTEEN("1") SIXTEEN("2") SIXTEEN("3") SIXTEEN("4")
    SIXTEEN("5") SIXTEEN("6") SIXTEEN("7") SIXTEEN("8") SIXTEEN("9") SIXTEEN("a") SIXTEEN("b")
        SIXTEEN("c") SIXTEEN("d") SIXTEEN("e") SIXTEEN("f");

static const uint64_t tens[] = {
    0,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
    10000000000000000000u,
};

static size_t decimal_digits(uint64_t value) {
    // 1233 / 4096 is a little below the logarithm of 2.
    size_t n = (size_t)(64 - __builtin_clzll(value | 1)) * 1233 >> 12;

    return n + (value >= tens[n]);
}

size_t toc_u64_format(char *dst, uint64_t value) {
    size_t n, at;

    if (value < 10) {
        dst[0] = (char)('0' + value);
        return 1;
    }
    n = at = decimal_digits(value);
    for (; value >= 100; value /= 100)
        memcpy(&dst[at -= 2], &toc_two_digits[value % 100 * 2], 2);
    if (value >= 10)
        memcpy(dst, &toc_two_digits[value * 2], 2);
    else
        dst[0] = (char)('0' + value);
    return n;
}

size_t toc_hex_format(char *dst, uint64_t value) {
    size_t n = value ? (67 - (size_t)__builtin_clzll(value)) / 4 : 1, at = n;

    for (; value >= 16; value >>= 8)
        memcpy(&dst[at -= 2], &hex[(value & 255) * 2], 2);
    if (at)
        dst[0] = hex[value * 2 + 1];
    return n;
}
