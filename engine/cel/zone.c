// SPDX-License-Identifier: Apache-2.0
// Time zones: fixed offsets, and the system's compiled zone files (RFC 8536).
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cel/time.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"
/* The largest zone files are below 4 KiB. */
#define MAX_ZONE (64 << 10)
#define HEADER 44

static bool fixed_offset(const char *s, size_t n, int64_t *ret) {
    bool sign = n == 6 && (*s == '+' || *s == '-');
    int hours, minutes;

    if (!n || (n == 3 && !memcmp(s, "UTC", 3))) {
        *ret = 0;
        return true;
    }
    if (n - sign != 5 || s[sign + 2] != ':')
        return false;
    for (size_t i = sign; i < n; i++)
        if (i != sign + 2u && (s[i] < '0' || s[i] > '9'))
            return false;
    hours = (s[sign] - '0') * 10 + s[sign + 1] - '0';
    minutes = (s[sign + 3] - '0') * 10 + s[sign + 4] - '0';
    *ret = (hours * 3600 + minutes * 60) * (sign && *s == '-' ? -1 : 1);
    return hours < 24 && minutes < 60;
}

/* A zone's name is letters, digits and a few signs: nothing that leaves the folder. */
static bool is_zone_name(const char *s, size_t n) {
    if (!n || n > 64 || *s == '/' || *s == '.')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/+-", s[i]) ||
            !s[i])
            return false;
    return true;
}

static uint8_t *read_zone(const char *name, size_t n, struct toc_arena *scratch, size_t *ret_n) {
    char path[128];
    _cleanup_close_ int fd = -1;
    struct stat st;
    uint8_t *data;
    ssize_t got;

    snprintf(path, sizeof(path), ZONE_FOLDER "%.*s", (int)n, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > MAX_ZONE)
        return NULL;
    data = toc_arena_alloc(scratch, (size_t)st.st_size);
    got = data ? read(fd, data, (size_t)st.st_size) : -1;
    *ret_n = got > 0 ? (size_t)got : 0;
    return got > 0 ? data : NULL;
}

static uint32_t be32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const uint8_t *p) {
    return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

struct tables {
    const uint8_t *times, *kinds, *types;
    uint32_t n_times, n_types;
    const char *rule; /* what holds after the last transition */
    size_t rule_n;
};

static size_t body_size(const uint8_t *h, size_t time_size) {
    return (size_t)be32(h + 32) * (time_size + 1) + (size_t)be32(h + 36) * 6 + be32(h + 40) +
           (size_t)be32(h + 28) * (time_size + 4) + be32(h + 24) + be32(h + 20);
}

/* The second part of a version 2 file, with 64-bit times. */
static bool find_tables(const uint8_t *data, size_t n, struct tables *ret) {
    size_t skip, size;
    const uint8_t *h;

    if (n < HEADER || memcmp(data, "TZif", 4) != 0 || data[4] < '2')
        return false;
    skip = HEADER + body_size(data, 4);
    if (skip > n || n - skip < HEADER || memcmp(data + skip, "TZif", 4) != 0)
        return false;
    h = data + skip;
    size = body_size(h, 8);
    if (size > n - skip - HEADER || !be32(h + 36))
        return false;
    ret->n_times = be32(h + 32);
    ret->n_types = be32(h + 36);
    ret->times = h + HEADER;
    ret->kinds = ret->times + (size_t)ret->n_times * 8;
    ret->types = ret->kinds + ret->n_times;
    ret->rule = (const char *)h + HEADER + size;
    ret->rule_n = n - skip - HEADER - size;
    return true;
}

static bool offset_at(const struct tables *t, int64_t seconds, int64_t *ret) {
    uint32_t low = 0, high = t->n_times, kind;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (be64(t->times + (size_t)middle * 8) <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == t->n_times && cel_zone_rule(t->rule, t->rule_n, seconds, ret))
        return true;
    kind = low ? t->kinds[low - 1] : 0;
    if (kind >= t->n_types)
        return false;
    *ret = (int32_t)be32(t->types + (size_t)kind * 6);
    return true;
}

bool cel_zone_offset(const char *zone, size_t n, int64_t seconds, struct toc_arena *scratch,
                     int64_t *ret) {
    struct tables tables;
    uint8_t *data;
    size_t size;

    if (fixed_offset(zone, n, ret))
        return true;
    if (!is_zone_name(zone, n))
        return false;
    data = read_zone(zone, n, scratch, &size);
    return data && find_tables(data, size, &tables) && offset_at(&tables, seconds, ret);
}
