// SPDX-License-Identifier: Apache-2.0
// The bytes by which values are grouped and counted: equal values have equal bytes.
#include <math.h>

#include "base/text.h"
#include "cel/text.h"
#include "cel/visit.h"

/* Tag, length, bytes: no two different values run into each other. */
static void add(struct toc_buf *buf, char tag, const void *bytes, size_t n) {
    uint32_t length = (uint32_t)n;

    toc_buf_addc(buf, tag);
    toc_buf_add(buf, &length, sizeof(length));
    toc_buf_add(buf, bytes, n);
}

/* 1, 1u and 1.0 are equal: a whole number is written as an integer, whatever its kind. */
static void add_number(struct toc_buf *buf, const struct cel_value *value) {
    bool negative = value->kind == CEL_INT && value->i < 0;
    uint64_t u = value->u;
    double d = value->kind == CEL_DOUBLE ? value->d : 0;

    if (value->kind == CEL_DOUBLE) {
        if (!(d >= -9223372036854775808.0 && d < 18446744073709551616.0) || d != trunc(d)) {
            d = isnan(d) ? NAN : d;
            add(buf, 'd', &d, sizeof(d));
            return;
        }
        negative = d < 0;
        u = negative ? (uint64_t)(int64_t)d : (uint64_t)d;
    }
    add(buf, negative ? '-' : '+', &u, sizeof(u));
}

static void entry(const struct cel_value *key, const struct cel_value *value, void *ctx) {
    if (key)
        cel_value_key(key, ctx);
    cel_value_key(value, ctx);
}

static void add_time(struct toc_buf *buf, const struct cel_value *value) {
    add(buf, value->kind == CEL_TIMESTAMP ? 't' : 'u', &value->i, sizeof(value->i));
    toc_buf_add(buf, &value->n, sizeof(value->n));
}

static void add_text(struct toc_buf *buf, const struct cel_value *value) {
    toc_buf_addc(buf, (char)('A' + value->kind));
    cel_value_literal(value, buf);
    toc_buf_addc(buf, '\0');
}

void cel_value_key(const struct cel_value *value, struct toc_buf *buf) {
    switch ((enum cel_kind)value->kind) {
    case CEL_ERROR: add(buf, 'e', &value->error, sizeof(value->error)); break;
    case CEL_BOOL: toc_buf_addc(buf, value->b ? '1' : '0'); break;
    case CEL_INT:
    case CEL_UINT:
    case CEL_DOUBLE: add_number(buf, value); break;
    case CEL_STRING: add(buf, 's', value->s, value->n); break;
    case CEL_BYTES: add(buf, 'b', value->s, value->n); break;
    case CEL_LIST:
    case CEL_MAP:
    case CEL_OBJECT:
        toc_buf_addc(buf, value->kind == CEL_LIST ? '[' : '{');
        cel_visit(value, entry, buf);
        toc_buf_addc(buf, ']');
        break;
    case CEL_TIMESTAMP:
    case CEL_DURATION: add_time(buf, value); break;
    default: add_text(buf, value); break;
    }
}
