// SPDX-License-Identifier: Apache-2.0
// Timestamps and durations: ranges, the calendar, and their texts.
#include "cel/time.h"

#include <stdio.h>

#include "cel/text.h"

#define NANOS 1000000000
#define FIRST_SECOND INT64_C(-62135596800)
#define LAST_SECOND INT64_C(253402300799)
#define OUT_OF_RANGE(what) cel_fail(CEL_ERR_OVERFLOW, what)

struct cel_value cel_timestamp(int64_t seconds, int64_t nanos) {
    if (__builtin_add_overflow(seconds, nanos / NANOS, &seconds))
        return OUT_OF_RANGE("a timestamp is from year 1 to 9999");
    nanos %= NANOS;
    if (nanos < 0) {
        nanos += NANOS;
        seconds -= seconds > INT64_MIN;
    }
    if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
        return OUT_OF_RANGE("a timestamp is from year 1 to 9999");
    return cel_time(CEL_TIMESTAMP, seconds, (int32_t)nanos);
}

struct cel_value cel_duration(int64_t seconds, int64_t nanos) {
    // Wider than the result: seconds and nanos may differ in sign.
    __int128 total = (__int128)seconds * NANOS + nanos;

    if (total > INT64_MAX || total < INT64_MIN)
        return OUT_OF_RANGE("a duration is at most about 292 years");
    return cel_time(CEL_DURATION, (int64_t)(total / NANOS), (int32_t)(total % NANOS));
}

struct cel_value cel_time_sum(enum cel_kind kind, const struct cel_value *a,
                              const struct cel_value *b, bool subtract) {
    int64_t sign = subtract ? -1 : 1;
    // Both are far from the ends of 64 bits.
    int64_t seconds = a->i + sign * b->i;
    int64_t nanos = (int64_t)(int32_t)a->n + sign * (int32_t)b->n;

    return kind == CEL_TIMESTAMP ? cel_timestamp(seconds, nanos) : cel_duration(seconds, nanos);
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar: years begin in March here, so that the
 * leap day comes last. */
int64_t cel_days_of(int64_t year, int month, int day) {
    int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, in_era = y - era * 400;
    int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

void cel_date_of(int64_t seconds, struct cel_date *ret) {
    int64_t days = seconds / 86400, rest = seconds % 86400, era, in_era, year, in_year, month;

    if (rest < 0) {
        rest += 86400;
        days--;
    }
    ret->hour = (int)(rest / 3600);
    ret->minute = (int)(rest / 60 % 60);
    ret->second = (int)(rest % 60);
    ret->weekday = (int)(((days + 4) % 7 + 7) % 7);
    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    in_era = days - era * 146097;
    year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    in_year = in_era - (365 * year + year / 4 - year / 100);
    month = (5 * in_year + 2) / 153;
    ret->day = (int)(in_year - (153 * month + 2) / 5 + 1);
    ret->month = (int)(month < 10 ? month + 3 : month - 9);
    ret->year = year + era * 400 + (ret->month <= 2);
    ret->yearday = (int)(days - 719468 - cel_days_of(ret->year, 1, 1));
}

/* ---- Text ---- */

struct cursor {
    const char *s;
    size_t n;
};

static bool take(struct cursor *c, char want) {
    if (!c->n || *c->s != want)
        return false;
    c->s++;
    c->n--;
    return true;
}

static bool take_number(struct cursor *c, size_t digits, int64_t *ret) {
    *ret = 0;
    if (c->n < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (c->s[i] < '0' || c->s[i] > '9')
            return false;
        *ret = *ret * 10 + (c->s[i] - '0');
    }
    c->s += digits;
    c->n -= digits;
    return true;
}

/* Digits after a point, as nanoseconds; further digits are dropped. */
static bool take_fraction(struct cursor *c, int64_t *ret) {
    int64_t scale = NANOS / 10;
    const char *start = c->s;

    *ret = 0;
    for (; c->n && *c->s >= '0' && *c->s <= '9'; c->s++, c->n--, scale /= 10)
        *ret += scale * (*c->s - '0');
    return c->s > start;
}

static bool take_offset(struct cursor *c, int64_t *ret) {
    int64_t hours, minutes, sign = 1;

    *ret = 0;
    if (take(c, 'Z'))
        return true;
    if (take(c, '-'))
        sign = -1;
    else if (!take(c, '+'))
        return false;
    if (!take_number(c, 2, &hours) || !take(c, ':') || !take_number(c, 2, &minutes) || hours > 23 ||
        minutes > 59)
        return false;
    *ret = sign * (hours * 3600 + minutes * 60);
    return true;
}

static int days_in(int64_t year, int64_t month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        return 29;
    return days[month - 1];
}

struct cel_value cel_parse_timestamp(const char *s, size_t n) {
    struct cursor c = {s, n};
    int64_t year, month, day, hour, minute, second, nanos = 0, offset;

    if (!take_number(&c, 4, &year) || !take(&c, '-') || !take_number(&c, 2, &month) ||
        !take(&c, '-') || !take_number(&c, 2, &day) || !take(&c, 'T') ||
        !take_number(&c, 2, &hour) || !take(&c, ':') || !take_number(&c, 2, &minute) ||
        !take(&c, ':') || !take_number(&c, 2, &second) ||
        (take(&c, '.') && !take_fraction(&c, &nanos)) || !take_offset(&c, &offset) || c.n ||
        month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 ||
        minute > 59 || second > 59)
        return cel_fail(CEL_ERR_ARGUMENT, "no timestamp: expected 2006-01-02T15:04:05Z");
    return cel_timestamp(cel_days_of(year, (int)month, (int)day) * 86400 + hour * 3600 +
                             minute * 60 + second - offset,
                         nanos);
}

static int64_t unit_nanos(struct cursor *c) {
    static const struct {
        const char *name;
        int64_t nanos;
    } units[] = {
        {"ns", 1},       {"us", 1000}, {"\xc2\xb5s", 1000},        {"\xce\xbcs", 1000},
        {"ms", 1000000}, {"s", NANOS}, {"m", INT64_C(60) * NANOS}, {"h", INT64_C(3600) * NANOS}};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t n = __builtin_strlen(units[i].name);

        if (c->n >= n && !__builtin_memcmp(c->s, units[i].name, n)) {
            c->s += n;
            c->n -= n;
            return units[i].nanos;
        }
    }
    return 0;
}

/* One "1.5h" of a duration, added to total. */
static bool take_part(struct cursor *c, __int128 *total) {
    int64_t whole = 0, fraction = 0, unit;
    const char *start = c->s;

    for (; c->n && *c->s >= '0' && *c->s <= '9'; c->s++, c->n--)
        if (__builtin_mul_overflow(whole, 10, &whole) ||
            __builtin_add_overflow(whole, *c->s - '0', &whole))
            return false;
    bool digits = c->s > start;
    if (take(c, '.'))
        digits |= take_fraction(c, &fraction);
    unit = digits ? unit_nanos(c) : 0;
    *total += (__int128)whole * unit + (__int128)fraction * unit / NANOS;
    // A text of 64 KiB cannot bring the total near the end of 128 bits.
    return unit;
}

struct cel_value cel_parse_duration(const char *s, size_t n) {
    struct cursor c = {s, n};
    bool negative = take(&c, '-');
    __int128 total = 0;

    if (!negative)
        take(&c, '+');
    if (c.n == 1 && *c.s == '0')
        return cel_duration(0, 0);
    if (!c.n)
        return cel_fail(CEL_ERR_ARGUMENT, "no duration: expected 1h30m or 1.5s");
    while (c.n)
        if (!take_part(&c, &total))
            return cel_fail(CEL_ERR_ARGUMENT, "no duration: expected 1h30m or 1.5s");
    total = negative ? -total : total;
    if (total > INT64_MAX || total < INT64_MIN)
        return OUT_OF_RANGE("a duration is at most about 292 years");
    return cel_duration(0, (int64_t)total);
}

static size_t put_fraction(char *dst, uint32_t nanos) {
    size_t n = 0;

    if (!nanos)
        return 0;
    n = (size_t)sprintf(dst, ".%09u", nanos);
    while (dst[n - 1] == '0')
        n--;
    return n;
}

size_t cel_format_timestamp(char *dst, const struct cel_value *time) {
    struct cel_date date;
    size_t n;

    cel_date_of(time->i, &date);
    n = (size_t)sprintf(dst, "%04d-%02d-%02dT%02d:%02d:%02d", (int)date.year, date.month, date.day,
                        date.hour, date.minute, date.second);
    n += put_fraction(dst + n, time->n);
    dst[n++] = 'Z';
    dst[n] = '\0';
    return n;
}

size_t cel_format_duration(char *dst, const struct cel_value *duration) {
    int64_t seconds = duration->i;
    int32_t nanos = (int32_t)duration->n;
    bool negative = seconds < 0 || nanos < 0;
    size_t n;

    n = (size_t)sprintf(dst, "%s%lld", negative ? "-" : "",
                        (long long)(negative ? -seconds : seconds));
    n += put_fraction(dst + n, (uint32_t)(negative ? -nanos : nanos));
    dst[n++] = 's';
    dst[n] = '\0';
    return n;
}
