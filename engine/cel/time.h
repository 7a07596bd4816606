// SPDX-License-Identifier: Apache-2.0
// Timestamps and durations: ranges, calendar, text, time zones.
#pragma once

#include "cel/cel.h"

/* Timestamps are from year 1 to 9999, durations fit into nanoseconds of 64 bits. */
struct cel_value cel_timestamp(int64_t seconds, int64_t nanos);
struct cel_value cel_duration(int64_t seconds, int64_t nanos);

/* a + b, or a - b, of the given kind. */
struct cel_value cel_time_sum(enum cel_kind kind, const struct cel_value *a,
                              const struct cel_value *b, bool subtract);

/* RFC 3339; "1h30m", "1.5s". An error value when it is none. */
struct cel_value cel_parse_timestamp(const char *s, size_t n);
struct cel_value cel_parse_duration(const char *s, size_t n);

struct cel_date {
    int64_t year;
    int month, day; /* from 1 */
    int hour, minute, second;
    int weekday; /* 0: Sunday */
    int yearday; /* from 0 */
};

void cel_date_of(int64_t seconds, struct cel_date *ret);
int64_t cel_days_of(int64_t year, int month, int day);

/* Seconds east of Greenwich at that time, for "UTC", "+02:00" or a name of the system's time zone
 * data. False when there is no such zone. */
bool cel_zone_offset(const char *zone, size_t n, int64_t seconds, struct toc_arena *scratch,
                     int64_t *ret);
/* The same by a POSIX rule, as at the end of a zone file. */
bool cel_zone_rule(const char *s, size_t n, int64_t seconds, int64_t *ret);
