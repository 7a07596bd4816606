// SPDX-License-Identifier: Apache-2.0
// A point in time as RFC 3339 text.
#include "base/digits.h"
#include "base/text.h"

#define NS_PER_S 1000000000
#define S_PER_DAY 86400

static char *put_four(char *to, uint32_t v) {
    return toc_put_two(toc_put_two(to, v / 100), v % 100);
}

static char *put_nine(char *to, uint32_t v) {
    *to++ = (char)('0' + v / 100000000);
    return put_four(put_four(to, v / 10000 % 10000), v % 10000);
}

/* Every event printed passes here: gmtime_r would take the C library's time zone lock. Days are
 * counted in eras of 400 years that begin on 1 March, so that a leap day ends its year. */
static char *put_date(char *to, int64_t days_since_1970) {
    uint32_t days = (uint32_t)(days_since_1970 + 719468); /* since 0000-03-01 */
    uint32_t era = days / 146097, day = days % 146097;
    uint32_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    uint32_t day_of_year = day - (365 * year + year / 4 - year / 100);
    uint32_t shifted = (5 * day_of_year + 2) / 153; /* 0 is March */
    uint32_t month = shifted < 10 ? shifted + 3 : shifted - 9;

    to = put_four(to, year + era * 400 + (month <= 2));
    *to++ = '-';
    to = toc_put_two(to, month);
    *to++ = '-';
    return toc_put_two(to, day_of_year - (153 * shifted + 2) / 5 + 1);
}

size_t toc_time_format(char *dst, int64_t ns) {
    int64_t seconds = ns / NS_PER_S - (ns % NS_PER_S < 0);
    int64_t days = seconds / S_PER_DAY - (seconds % S_PER_DAY < 0);
    uint32_t of_second = (uint32_t)(ns % NS_PER_S + (ns % NS_PER_S < 0 ? NS_PER_S : 0));
    uint32_t of_day = (uint32_t)(seconds - days * S_PER_DAY);
    char *to = put_date(dst, days);

    *to++ = 'T';
    to = toc_put_two(to, of_day / 3600);
    *to++ = ':';
    to = toc_put_two(to, of_day / 60 % 60);
    *to++ = ':';
    to = toc_put_two(to, of_day % 60);
    *to++ = '.';
    to = put_nine(to, of_second);
    *to++ = 'Z';
    *to = '\0';
    return (size_t)(to - dst);
}
