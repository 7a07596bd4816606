// SPDX-License-Identifier: Apache-2.0
// The values of fields as JSON. Each function writes to `to`, where TOC_JSON_ROOM bytes are free,
// and returns where what it wrote ends.
#pragma once

#include <string.h>

#include "base/text.h"
#include "event/catalogue.h"

/* A key with its comma, and any value but text, sets, objects and lists. */
#define TOC_JSON_ROOM 96

static inline char *put_bool(char *to, bool value) {
    memcpy(to, value ? "true\0" : "false", 5);
    return to + (value ? 4 : 5);
}

static inline char *put_u64(char *to, uint64_t value) {
    if (value >= 10)
        return to + toc_u64_format(to, value);
    *to = (char)('0' + value);
    return to + 1;
}

static inline char *put_i64(char *to, int64_t value) {
    if (value >= 0)
        return put_u64(to, (uint64_t)value);
    *to = '-';
    return put_u64(to + 1, -(uint64_t)value);
}

static inline char *put_pointer(char *to, uint64_t value) {
    memcpy(to, "\"0x", 3);
    to += 3;
    to += toc_hex_format(to, value);
    *to = '"';
    return to + 1;
}

/* Text of n bytes that begins at to + 1 gets its quotes. */
static inline char *put_quotes(char *to, size_t n) {
    to[0] = to[n + 1] = '"';
    return to + n + 2;
}

static inline char *put_time(char *to, int64_t ns) {
    return put_quotes(to, toc_time_format(to + 1, ns));
}

static inline char *put_ip(char *to, const struct toc_ip *ip) {
    return put_quotes(to, toc_ip_format(to + 1, ip));
}

/* The set has the value. */
static inline char *put_name(char *to, const struct toc_names *names, uint16_t value) {
    // Most sets are dense: the place follows from the value.
    const struct toc_name *name = names->items + (size_t)(value - names->items[0].value);

    if (value < names->items[0].value || name >= names->items + names->n || name->value != value)
        for (name = names->items; name->value != value;)
            name++;
    memcpy(to, name->json, sizeof(name->json));
    return to + name->json_n;
}
