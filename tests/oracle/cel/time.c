// SPDX-License-Identifier: Apache-2.0
// The calendar, and the getters of timestamps and durations.
#include <string.h>

#include "calendar.h"
#include "oracle.h"

#define SECOND INT64_C(1000000000)

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int year_days(int year) {
    return is_leap(year) ? 366 : 365;
}

int oracle_month_days(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970 to the first of January: counted year by year. */
static int64_t days_before(int year) {
    int64_t days = 0;

    for (int y = 1970; y < year; y++)
        days += year_days(y);
    for (int y = 1970; y > year; y--)
        days -= year_days(y - 1);
    return days;
}

struct odate oracle_date(__int128 ns) {
    struct odate date = {.year = 1970, .month = 1};
    int64_t seconds, days;

    seconds = (int64_t)(ns / SECOND) - (ns % SECOND < 0);
    date.nanos = (int)(ns - (__int128)seconds * SECOND);
    days = seconds / 86400 - (seconds % 86400 < 0);
    seconds -= days * 86400;
    date.hour = (int)(seconds / 3600);
    date.minute = (int)(seconds / 60 % 60);
    date.second = (int)(seconds % 60);
    date.weekday = (int)(((days + 4) % 7 + 7) % 7);
    while (days < 0)
        days += year_days(--date.year);
    while (days >= year_days(date.year))
        days -= year_days(date.year++);
    date.yearday = (int)days;
    while (days >= oracle_month_days(date.year, date.month))
        days -= oracle_month_days(date.year, date.month++);
    date.day = (int)days + 1;
    return date;
}

__int128 oracle_ns(const struct odate *date) {
    int64_t days = days_before(date->year) + date->day - 1;

    for (int month = 1; month < date->month; month++)
        days += oracle_month_days(date->year, month);
    return ((__int128)days * 86400 + date->hour * 3600 + date->minute * 60 + date->second) *
               SECOND +
           date->nanos;
}

/* "UTC", "02:00", "+02:00", "-02:00"; other zones are not for the oracle. */
static bool zone_offset(const struct ov *zone, int64_t *ret) {
    bool sign = zone->n && (zone->s[0] == '-' || zone->s[0] == '+');
    const char *s = zone->s + sign;
    int hours, minutes;

    *ret = 0;
    if (ov_is(zone, "UTC"))
        return true;
    if (zone->n != 5u + sign || s[2] != ':')
        return false;
    for (size_t i = 0; i < 5; i++)
        if (i != 2 && (s[i] < '0' || s[i] > '9'))
            return false;
    hours = (s[0] - '0') * 10 + s[1] - '0';
    minutes = (s[3] - '0') * 10 + s[4] - '0';
    *ret = (hours * 3600 + minutes * 60) * (zone->s[0] == '-' ? -SECOND : SECOND);
    return hours < 24 && minutes < 60;
}

static bool of_date(const struct ocall *call, const struct odate *date, struct ov *ret) {
    const struct {
        const char *name;
        int value;
    } getters[] = {
        {"getFullYear", date->year},     {"getMonth", date->month - 1},
        {"getDayOfYear", date->yearday}, {"getDayOfMonth", date->day - 1},
        {"getDate", date->day},          {"getDayOfWeek", date->weekday},
        {"getHours", date->hour},        {"getMinutes", date->minute},
        {"getSeconds", date->second},    {"getMilliseconds", date->nanos / 1000000},
    };

    for (size_t i = 0; i < sizeof(getters) / sizeof(getters[0]); i++)
        if (oracle_is(call, getters[i].name, true, "T") ||
            oracle_is(call, getters[i].name, true, "Ts")) {
            *ret = ov_int(getters[i].value);
            return true;
        }
    return false;
}

static bool of_duration(const struct ocall *call, struct ov *ret) {
    __int128 ns = call->args[0].ns;

    if (oracle_is(call, "getHours", true, "D"))
        *ret = ov_int_of(ns / (3600 * SECOND));
    else if (oracle_is(call, "getMinutes", true, "D"))
        *ret = ov_int_of(ns / (60 * SECOND));
    else if (oracle_is(call, "getSeconds", true, "D"))
        *ret = ov_int_of(ns / SECOND);
    else if (oracle_is(call, "getMilliseconds", true, "D"))
        *ret = ov_int_of(ns % SECOND / 1000000);
    else
        return false;
    return true;
}

bool oracle_time(const struct ocall *call, struct ov *ret) {
    struct odate date;
    int64_t offset = 0;

    if (!call->member || !call->n || strncmp(call->name, "get", 3))
        return false;
    if (call->args[0].kind == CEL_DURATION)
        return of_duration(call, ret);
    if (call->args[0].kind != CEL_TIMESTAMP)
        return false;
    if (call->n == 2 && call->args[1].kind == CEL_STRING && !zone_offset(&call->args[1], &offset)) {
        date = oracle_date(0);
        if (!of_date(call, &date, ret))
            return false;
        *ret = ov_error(CEL_ERR_ARGUMENT);
        return true;
    }
    date = oracle_date(call->args[0].ns + offset);
    return of_date(call, &date, ret);
}
