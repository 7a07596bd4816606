// SPDX-License-Identifier: Apache-2.0
// Numbers and times as text, and times from text.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "oracle.h"

static struct ov keep(struct oracle *o, const char *s) {
    size_t n = strlen(s);
    char *text = ov_text(o, n);

    memcpy(text, s, n);
    return ov_string(text, n);
}

/* The fewest digits that read back as d, plain below 10^6 and down to 10^-4, as cel-go has them. */
struct ov oracle_double_text(struct oracle *o, double d) {
    char digits[64], text[64];
    int precision = 1, exponent;

    if (isnan(d) || isinf(d))
        return keep(o, isnan(d) ? "NaN" : d > 0 ? "+Inf" : "-Inf");
    do
        snprintf(digits, sizeof(digits), "%.*e", precision - 1, d);
    while (strtod(digits, NULL) != d && precision++ < 17);
    exponent = atoi(strchr(digits, 'e') + 1);
    if (exponent < -4 || exponent >= 6)
        return keep(o, digits);
    precision -= 1 + exponent;
    snprintf(text, sizeof(text), "%.*f", precision > 0 ? precision : 0, d);
    return keep(o, text);
}

/* ".5" of nanoseconds: as few digits as they need. */
static void fraction(char *dst, int nanos) {
    size_t n;

    dst[0] = '\0';
    if (!nanos)
        return;
    n = (size_t)sprintf(dst, ".%09d", nanos);
    while (dst[n - 1] == '0')
        dst[--n] = '\0';
}

struct ov oracle_time_text(struct oracle *o, const struct ov *time) {
    char text[120], part[24];
    struct odate date;
    __int128 ns = time->ns < 0 ? -time->ns : time->ns;

    if (time->kind == CEL_DURATION) {
        fraction(part, (int)(ns % 1000000000));
        snprintf(text, sizeof(text), "%s%lld%ss", time->ns < 0 ? "-" : "",
                 (long long)(ns / 1000000000), part);
        return keep(o, text);
    }
    date = oracle_date(time->ns);
    fraction(part, date.nanos);
    snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d%sZ", date.year, date.month,
             date.day, date.hour, date.minute, date.second, part);
    return keep(o, text);
}

/* A number of exactly n digits; -1 for anything else. */
static int digits(const char *s, int n) {
    int number = 0;

    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        number = number * 10 + (s[i] - '0');
    }
    return number;
}

/* "Z" or "+hh:mm" at the end: seconds east of Greenwich. */
static bool parse_offset(const char *s, int *ret) {
    int hours, minutes;

    *ret = 0;
    if (!strcmp(s, "Z") || !strcmp(s, "z"))
        return true;
    if (strlen(s) != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':')
        return false;
    hours = digits(s + 1, 2);
    minutes = digits(s + 4, 2);
    *ret = (hours * 3600 + minutes * 60) * (s[0] == '-' ? -1 : 1);
    return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
}

static bool parse_nanos(const char **s, int *ret) {
    int scale = 100000000;

    *ret = 0;
    if (**s != '.')
        return true;
    if (digits(++*s, 1) < 0)
        return false;
    for (; digits(*s, 1) >= 0; ++*s, scale /= 10)
        *ret += digits(*s, 1) * scale;
    return true;
}

struct ov oracle_parse_timestamp(const struct ov *value) {
    char text[80];
    const char *s = text + 19;
    struct odate date = {0};
    int offset;

    snprintf(text, sizeof(text), "%.*s", (int)(value->n < 70 ? value->n : 70), value->s);
    if (strlen(text) != value->n || value->n < 20 || text[4] != '-' || text[7] != '-' ||
        (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':')
        return ov_error(CEL_ERR_ARGUMENT);
    date.year = digits(text, 4);
    date.month = digits(text + 5, 2);
    date.day = digits(text + 8, 2);
    date.hour = digits(text + 11, 2);
    date.minute = digits(text + 14, 2);
    date.second = digits(text + 17, 2);
    if (date.year < 0 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > oracle_month_days(date.year, date.month) || date.hour < 0 || date.hour > 23 ||
        date.minute < 0 || date.minute > 59 || date.second < 0 || date.second > 59 ||
        !parse_nanos(&s, &date.nanos) || !parse_offset(s, &offset))
        return ov_error(CEL_ERR_ARGUMENT);
    return ov_timestamp(oracle_ns(&date) - (__int128)offset * 1000000000);
}

struct ov oracle_parse_duration(const struct ov *value) {
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1},  {"us", 1e3}, {"µs", 1e3},  {"ms", 1e6},
                 {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
    char text[80];
    const char *s = text;
    __int128 sum = 0;

    snprintf(text, sizeof(text), "%.*s", (int)(value->n < 70 ? value->n : 70), value->s);
    s += text[0] == '-' || text[0] == '+';
    if (!strcmp(s, "0"))
        return ov_duration(0);
    while (*s) {
        size_t number = strspn(s, "0123456789."), unit = strcspn(s + number, "0123456789.");
        const char *name = s + number;
        bool found = false;

        for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
            if (strlen(units[i].name) != unit || strncmp(name, units[i].name, unit))
                continue;
            found = true;
            sum += (__int128)(strtold(s, NULL) * (long double)units[i].ns);
        }
        if (!found || number == strspn(s, "."))
            return ov_error(CEL_ERR_ARGUMENT);
        s = name + unit;
    }
    if (s == text || strlen(text) != value->n || text[value->n - 1] < 'a')
        return ov_error(CEL_ERR_ARGUMENT);
    return ov_duration(text[0] == '-' ? -sum : sum);
}
