// SPDX-License-Identifier: Apache-2.0
// The rule at the end of a zone file (POSIX TZ): "CET-1CEST,M3.5.0,M10.5.0/3".
#include <stdlib.h>
#include <string.h>

#include "cel/time.h"

struct cursor {
    const char *s, *end;
};

static bool at(const struct cursor *c, char want) {
    return c->s < c->end && *c->s == want;
}

static bool take(struct cursor *c, char want) {
    bool there = at(c, want);

    c->s += there;
    return there;
}

static bool number(struct cursor *c, int64_t *ret) {
    const char *start = c->s;

    for (*ret = 0; c->s < c->end && *c->s >= '0' && *c->s <= '9' && c->s - start < 5; c->s++)
        *ret = *ret * 10 + (*c->s - '0');
    return c->s > start;
}

static bool skip_name(struct cursor *c) {
    const char *start = c->s;

    if (take(c, '<')) {
        while (c->s < c->end && *c->s != '>')
            c->s++;
        return take(c, '>');
    }
    while (c->s < c->end && ((*c->s | 0x20) >= 'a' && (*c->s | 0x20) <= 'z'))
        c->s++;
    return c->s > start;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool clock_time(struct cursor *c, int64_t *ret) {
    int64_t sign = take(c, '-') ? -1 : 1, part, scale = 3600;

    take(c, '+');
    if (!number(c, &part))
        return false;
    *ret = part * scale;
    while (scale > 1 && take(c, ':')) {
        scale /= 60;
        if (!number(c, &part))
            return false;
        *ret += part * scale;
    }
    *ret *= sign;
    return true;
}

/* When in a year the clock changes, in seconds of local time since 1970. */
static bool change(struct cursor *c, int64_t year, int64_t *ret) {
    int64_t month, week, day, days, time = 7200;

    if (take(c, 'M')) {
        if (!number(c, &month) || !take(c, '.') || !number(c, &week) || !take(c, '.') ||
            !number(c, &day) || month < 1 || month > 12 || week < 1 || week > 5 || day > 6)
            return false;
        days = cel_days_of(year, (int)month, 1);
        days += (day - (days + 4) % 7 + 14) % 7 + (week - 1) * 7;
        if (days >= cel_days_of(month == 12 ? year + 1 : year, month == 12 ? 1 : (int)month + 1, 1))
            days -= 7;
    } else {
        bool julian = take(c, 'J');

        if (!number(c, &day))
            return false;
        days = cel_days_of(year, 1, 1) + day - julian;
        if (julian && day >= 60 && cel_days_of(year, 3, 1) - cel_days_of(year, 1, 1) == 60)
            days++;
    }
    if (take(c, '/') && !clock_time(c, &time))
        return false;
    *ret = days * 86400 + time;
    return true;
}

bool cel_zone_rule(const char *s, size_t n, int64_t seconds, int64_t *ret) {
    struct cursor c = {s, s + n};
    int64_t standard, summer, begin, end;
    struct cel_date date;
    bool in_summer;

    take(&c, '\n');
    if (!skip_name(&c) || !clock_time(&c, &standard))
        return false;
    // POSIX counts west of Greenwich.
    *ret = standard = -standard;
    if (c.s == c.end || at(&c, '\n'))
        return true;
    if (!skip_name(&c))
        return false;
    summer = standard + 3600;
    if (!at(&c, ',')) {
        if (!clock_time(&c, &summer))
            return false;
        summer = -summer;
    }
    cel_date_of(seconds + standard, &date);
    if (!take(&c, ',') || !change(&c, date.year, &begin) || !take(&c, ',') ||
        !change(&c, date.year, &end))
        return false;
    begin -= standard;
    end -= summer;
    in_summer =
        begin < end ? seconds >= begin && seconds < end : !(seconds >= end && seconds < begin);
    *ret = in_summer ? summer : standard;
    return true;
}
