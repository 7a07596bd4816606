// SPDX-License-Identifier: Apache-2.0
// The calendar, by counting days.
#pragma once

/* month and day from 1; weekday 0 is Sunday; yearday from 0. */
struct odate {
    int year, month, day, hour, minute, second, nanos, weekday, yearday;
};

int oracle_month_days(int year, int month);
struct odate oracle_date(__int128 ns);
__int128 oracle_ns(const struct odate *date);
