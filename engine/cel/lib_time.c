// SPDX-License-Identifier: Apache-2.0
// Getters of timestamps, in any time zone, and of durations.
#include "cel/function.h"
#include "cel/text.h"
#include "cel/time.h"

/* The calendar date of args[0], in the zone args[1] when there is one; an error value otherwise. */
static struct cel_value date_of(const struct cel_call *call, const struct cel_value *args,
                                bool zone, struct cel_date *ret) {
    int64_t offset = 0;

    if (zone && !cel_zone_offset(args[1].s, args[1].n, args[0].i, call->scratch, &offset))
        return cel_fail(CEL_ERR_ARGUMENT, "no such time zone");
    cel_date_of(args[0].i + offset, ret);
    return cel_null();
}

/* Two functions a getter: without and with a time zone. */
#define GETTER(name, value)                                                                        \
    static struct cel_value name##_at(const struct cel_call *call, const struct cel_value *args,   \
                                      bool zone) {                                                 \
        struct cel_date date = {0};                                                                \
        struct cel_value error = date_of(call, args, zone, &date);                                 \
                                                                                                   \
        return cel_is_error(&error) ? error : cel_int(value);                                      \
    }                                                                                              \
    static struct cel_value name##_utc(const struct cel_call *call,                                \
                                       const struct cel_value *args) {                             \
        return name##_at(call, args, false);                                                       \
    }                                                                                              \
    static struct cel_value name##_zone(const struct cel_call *call,                               \
                                        const struct cel_value *args) {                            \
        return name##_at(call, args, true);                                                        \
    }

GETTER(year, date.year)
GETTER(month, date.month - 1)
GETTER(day_of_year, date.yearday)
GETTER(day_of_month, date.day - 1)
GETTER(date, date.day)
GETTER(day_of_week, date.weekday)
GETTER(hours, date.hour)
GETTER(minutes, date.minute)
GETTER(seconds, date.second)
GETTER(milliseconds, args[0].n / 1000000)

static struct cel_value duration_hours(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int(args[0].i / 3600);
}

static struct cel_value duration_minutes(const struct cel_call *call,
                                         const struct cel_value *args) {
    (void)call;
    return cel_int(args[0].i / 60);
}

static struct cel_value duration_seconds(const struct cel_call *call,
                                         const struct cel_value *args) {
    (void)call;
    return cel_int(args[0].i);
}

static struct cel_value duration_milliseconds(const struct cel_call *call,
                                              const struct cel_value *args) {
    (void)call;
    return cel_int((int32_t)args[0].n / 1000000);
}

#define ROWS(name, getter)                                                                         \
    CEL_ROW(name, true, 1, cel_type_int, getter##_utc, &cel_type_timestamp),                       \
        CEL_ROW(name, true, 2, cel_type_int, getter##_zone, &cel_type_timestamp, &cel_type_string)
#define DURATION(name, call) CEL_ROW(name, true, 1, cel_type_int, call, &cel_type_duration)

static const struct cel_function functions[] = {
    ROWS("getFullYear", year),
    ROWS("getMonth", month),
    ROWS("getDayOfYear", day_of_year),
    ROWS("getDayOfMonth", day_of_month),
    ROWS("getDate", date),
    ROWS("getDayOfWeek", day_of_week),
    ROWS("getHours", hours),
    ROWS("getMinutes", minutes),
    ROWS("getSeconds", seconds),
    ROWS("getMilliseconds", milliseconds),
    DURATION("getHours", duration_hours),
    DURATION("getMinutes", duration_minutes),
    DURATION("getSeconds", duration_seconds),
    DURATION("getMilliseconds", duration_milliseconds),
};

CEL_LIBRARY(cel_lib_time);
