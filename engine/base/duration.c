// SPDX-License-Identifier: Apache-2.0
// Spans of time as people write them: "1.5s", "5m".
#include "base/text.h"

#include <errno.h>
#include <string.h>

/* No span that is a whole number of ns needs more digits of fraction, whatever its unit. */
#define MAX_FRACTION_DIGITS 18

static const struct unit {
    const char *name;
    int64_t ns;
} units[] = {
    {"ns", 1},
    {"us", 1000},
    {"ms", 1000000},
    {"s", 1000000000},
    {"m", 60 * 1000000000LL},
    {"h", 3600 * 1000000000LL},
    {"d", 86400 * 1000000000LL},
};

static int64_t unit_ns(const char *s, size_t n) {
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (strlen(units[i].name) == n && !memcmp(units[i].name, s, n))
            return units[i].ns;
    return 0;
}

static size_t count_digits(const char *s, size_t n) {
    size_t i = 0;

    while (i < n && s[i] >= '0' && s[i] <= '9')
        i++;
    return i;
}

static int whole_ns(const char *digits, size_t n, int64_t unit, int64_t *ret) {
    int64_t v = 0;

    for (size_t i = 0; i < n; i++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digits[i] - '0', &v))
            return -ERANGE;
    return __builtin_mul_overflow(v, unit, ret) ? -ERANGE : 0;
}

static int fraction_ns(const char *digits, size_t n, int64_t unit, int64_t *ret) {
    unsigned __int128 v = 0, scale = 1;

    while (n && digits[n - 1] == '0')
        n--;
    if (n > MAX_FRACTION_DIGITS)
        return -EINVAL;
    for (size_t i = 0; i < n; i++, scale *= 10)
        v = v * 10 + (unsigned)(digits[i] - '0');
    v *= (unsigned __int128)unit;
    if (v % scale)
        return -EINVAL;
    *ret = (int64_t)(v / scale);
    return 0;
}

int toc_duration_parse(const char *s, size_t n, int64_t *ret_ns) {
    size_t whole_n = count_digits(s, n), fraction_n = 0, at = whole_n;
    int64_t unit, whole, fraction;
    int err;

    if (!whole_n)
        return -EINVAL;
    if (at < n && s[at] == '.') {
        fraction_n = count_digits(s + at + 1, n - at - 1);
        if (!fraction_n)
            return -EINVAL;
        at += 1 + fraction_n;
    }
    unit = unit_ns(s + at, n - at);
    if (!unit)
        return -EINVAL;
    err = fraction_ns(s + at - fraction_n, fraction_n, unit, &fraction);
    if (!err)
        err = whole_ns(s, whole_n, unit, &whole);
    if (err)
        return err;
    return __builtin_add_overflow(whole, fraction, ret_ns) ? -ERANGE : 0;
}
