// SPDX-License-Identifier: Apache-2.0
// RFC 3339 text as a point in time.
#include "base/text.h"

#include <errno.h>
#include <time.h>

#define NS_PER_S 1000000000

/* What is left to read. */
struct input {
    const char *s, *end;
};

static bool take(struct input *in, char c) {
    if (in->s == in->end || *in->s != c)
        return false;
    in->s++;
    return true;
}

/* Exactly `width` digits, at most `max`. */
static bool take_number(struct input *in, int width, int max, int *ret) {
    int v = 0;

    for (int i = 0; i < width; i++, in->s++) {
        if (in->s == in->end || *in->s < '0' || *in->s > '9')
            return false;
        v = v * 10 + (*in->s - '0');
    }
    *ret = v;
    return v <= max;
}

static bool take_fraction(struct input *in, int64_t *ret_ns) {
    int64_t unit = NS_PER_S;

    *ret_ns = 0;
    if (!take(in, '.'))
        return true;
    for (; in->s < in->end && *in->s >= '0' && *in->s <= '9'; in->s++) {
        unit /= 10;
        if (!unit)
            return false;
        *ret_ns += (*in->s - '0') * unit;
    }
    return unit < NS_PER_S;
}

static bool take_offset(struct input *in, int64_t *ret_seconds) {
    bool west;
    int hours, minutes;

    *ret_seconds = 0;
    if (take(in, 'Z') || take(in, 'z'))
        return true;
    west = take(in, '-');
    if (!west && !take(in, '+'))
        return false;
    if (!take_number(in, 2, 23, &hours) || !take(in, ':') || !take_number(in, 2, 59, &minutes))
        return false;
    *ret_seconds = (hours * 60 + minutes) * (west ? -60 : 60);
    return true;
}

static bool take_date(struct input *in, struct tm *tm) {
    return take_number(in, 4, 9999, &tm->tm_year) && take(in, '-') &&
           take_number(in, 2, 12, &tm->tm_mon) && take(in, '-') &&
           take_number(in, 2, 31, &tm->tm_mday) && tm->tm_mon >= 1 && tm->tm_mday >= 1;
}

/* A leap second has no number in Unix time: 59 is the last. */
static bool take_clock(struct input *in, struct tm *tm) {
    return take_number(in, 2, 23, &tm->tm_hour) && take(in, ':') &&
           take_number(in, 2, 59, &tm->tm_min) && take(in, ':') &&
           take_number(in, 2, 59, &tm->tm_sec);
}

int toc_time_parse(const char *s, size_t n, int64_t *ret_ns) {
    struct input in = {s, s + n};
    struct tm tm = {0};
    int64_t fraction, offset, seconds;
    int day, year;
    __int128 ns;

    if (!take_date(&in, &tm) || !(take(&in, 'T') || take(&in, 't')) || !take_clock(&in, &tm) ||
        !take_fraction(&in, &fraction) || !take_offset(&in, &offset) || in.s != in.end)
        return -EINVAL;
    day = tm.tm_mday;
    year = tm.tm_year;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    seconds = timegm(&tm);
    // timegm turns 30 February into 2 March.
    if (tm.tm_mday != day)
        return -EINVAL;
    ns = ((__int128)seconds - offset) * NS_PER_S + fraction;
    if (year < 1 || ns < INT64_MIN || ns > INT64_MAX)
        return -ERANGE;
    *ret_ns = (int64_t)ns;
    return 0;
}
