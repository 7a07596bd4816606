// SPDX-License-Identifier: Apache-2.0
// "%s".format([...]): the clauses %s %d %f %e %b %o %x %X, with a precision for %f and %e.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/sort.h"
#include "base/text.h"
#include "cel/function.h"
#include "cel/text.h"
#include "cel/visit.h"

/* More digits than a double has. */
#define MAX_PRECISION 100

static bool add_special(struct toc_buf *buf, double d) {
    if (isnan(d))
        toc_buf_adds(buf, "NaN");
    else if (isinf(d))
        toc_buf_adds(buf, d < 0 ? "-Infinity" : "Infinity");
    return isnan(d) || isinf(d);
}

static void add_string(struct toc_buf *buf, const struct cel_value *value);

struct pair {
    struct toc_buf key, value;
};

struct pairs {
    struct toc_arena *scratch;
    struct pair *items;
    size_t n;
    bool list;
};

static void collect(const struct cel_value *key, const struct cel_value *value, void *ctx) {
    struct pairs *pairs = ctx;
    struct pair *pair = &pairs->items[pairs->n++];

    pair->key.arena = pair->value.arena = pairs->scratch;
    if (key)
        add_string(&pair->key, key);
    add_string(&pair->value, value);
}

static int by_key(const void *a, const void *b) {
    const struct toc_buf *x = &((const struct pair *)a)->key, *y = &((const struct pair *)b)->key;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = n ? memcmp(x->p, y->p, n) : 0;

    return order ? order : (x->n > y->n) - (x->n < y->n);
}

static void count(const struct cel_value *key, const struct cel_value *value, void *ctx) {
    (void)key;
    (void)value;
    ++*(size_t *)ctx;
}

/* Entries of a map come in the order of their keys' texts. */
static void add_entries(struct toc_buf *buf, const struct cel_value *value) {
    struct pairs pairs = {.scratch = buf->arena, .list = value->kind == CEL_LIST};
    size_t n = 0;

    cel_visit(value, count, &n);
    pairs.items = toc_arena_array(buf->arena, n, sizeof(*pairs.items));
    if (!pairs.items) {
        buf->failed = -ENOMEM;
        return;
    }
    cel_visit(value, collect, &pairs);
    if (!pairs.list)
        toc_sort(pairs.items, n, sizeof(*pairs.items), by_key);
    toc_buf_addc(buf, pairs.list ? '[' : '{');
    for (size_t i = 0; i < n; i++) {
        toc_buf_adds(buf, i ? ", " : "");
        toc_buf_add(buf, pairs.items[i].key.p, pairs.items[i].key.n);
        toc_buf_adds(buf, pairs.list ? "" : ": ");
        toc_buf_add(buf, pairs.items[i].value.p, pairs.items[i].value.n);
        if (pairs.items[i].key.failed || pairs.items[i].value.failed)
            buf->failed = -ENOMEM;
    }
    toc_buf_addc(buf, pairs.list ? ']' : '}');
}

static void add_string(struct toc_buf *buf, const struct cel_value *value) {
    char text[CEL_DOUBLE_TEXT];

    switch ((enum cel_kind)value->kind) {
    case CEL_BYTES: toc_buf_add(buf, value->s, value->n); break;
    case CEL_UINT: toc_buf_addu(buf, value->u); break;
    case CEL_DOUBLE:
        if (!add_special(buf, value->d))
            toc_buf_add(buf, text, cel_format_double(text, value->d, CEL_NO_EXPONENT));
        break;
    case CEL_LIST:
    case CEL_MAP:
    case CEL_OBJECT: add_entries(buf, value); break;
    default: cel_value_text(value, buf); break;
    }
}

/* A number in base 2, 8 or 16, with its sign. */
static void add_base(struct toc_buf *buf, const struct cel_value *value, unsigned shift,
                     const char *digits) {
    bool negative = value->kind == CEL_INT && value->i < 0;
    uint64_t u = value->kind == CEL_BOOL ? value->b : negative ? 0 - value->u : value->u;
    char text[65];
    size_t at = sizeof(text);

    do
        text[--at] = digits[u & ((1u << shift) - 1)];
    while (u >>= shift);
    if (negative)
        toc_buf_addc(buf, '-');
    toc_buf_add(buf, text + at, sizeof(text) - at);
}

static bool is_integer(const struct cel_value *value) {
    return value->kind == CEL_INT || value->kind == CEL_UINT;
}

static bool add_hex(struct toc_buf *buf, const struct cel_value *value, const char *digits) {
    if (is_integer(value)) {
        add_base(buf, value, 4, digits);
        return true;
    }
    if (value->kind != CEL_STRING && value->kind != CEL_BYTES)
        return false;
    for (size_t i = 0; i < value->n; i++) {
        unsigned char c = (unsigned char)value->s[i];

        toc_buf_addc(buf, digits[c >> 4]);
        toc_buf_addc(buf, digits[c & 15]);
    }
    return true;
}

static bool add_fixed(struct toc_buf *buf, const struct cel_value *value, int precision,
                      bool exponent) {
    double d = value->kind == CEL_DOUBLE ? value->d
               : value->kind == CEL_INT  ? (double)value->i
                                         : (double)value->u;

    if (value->kind != CEL_DOUBLE && !is_integer(value))
        return false;
    if (!add_special(buf, d))
        toc_buf_addf(buf, exponent ? "%.*e" : "%.*f", precision, d);
    return true;
}

static bool add_decimal(struct toc_buf *buf, const struct cel_value *value) {
    if (value->kind == CEL_INT)
        toc_buf_addi(buf, value->i);
    else if (value->kind == CEL_UINT)
        toc_buf_addu(buf, value->u);
    else
        return value->kind == CEL_DOUBLE && add_special(buf, value->d);
    return true;
}

static bool add_clause(struct toc_buf *buf, char clause, int precision,
                       const struct cel_value *value) {
    switch (clause) {
    case 's': add_string(buf, value); return true;
    case 'd': return add_decimal(buf, value);
    case 'f': return add_fixed(buf, value, precision, false);
    case 'e': return add_fixed(buf, value, precision, true);
    case 'x': return add_hex(buf, value, "0123456789abcdef");
    case 'X': return add_hex(buf, value, "0123456789ABCDEF");
    case 'o':
    case 'b':
        if (!is_integer(value) && !(clause == 'b' && value->kind == CEL_BOOL))
            return false;
        add_base(buf, value, clause == 'o' ? 3 : 1, "01234567");
        return true;
    default: return false;
    }
}

/* .N: false when the number is missing or too large. */
static bool take_precision(const struct cel_value *format, size_t *at, int *ret) {
    *ret = 6;
    if (*at >= format->n || format->s[*at] != '.')
        return true;
    size_t start = ++*at;
    for (*ret = 0; *at < format->n && format->s[*at] >= '0' && format->s[*at] <= '9'; ++*at)
        if ((*ret = *ret * 10 + (format->s[*at] - '0')) > MAX_PRECISION)
            return false;
    return *at > start;
}

static struct cel_value format(const struct cel_call *call, const struct cel_value *args) {
    struct toc_buf buf = {.arena = call->scratch};
    const struct cel_value *text = &args[0];
    size_t next = 0, n = cel_list_size(&args[1]);
    int precision;

    for (size_t at = 0; at < text->n; at++) {
        struct cel_value value;

        if (text->s[at] != '%') {
            toc_buf_addc(&buf, text->s[at]);
            continue;
        }
        at++;
        if (at < text->n && text->s[at] == '%') {
            toc_buf_addc(&buf, '%');
            continue;
        }
        if (!take_precision(text, &at, &precision) || at == text->n)
            return cel_fail(CEL_ERR_ARGUMENT, "format: a clause is not complete");
        if (next == n)
            return cel_fail(CEL_ERR_INDEX, "format: more clauses than values");
        value = cel_list_at(&args[1], next++, call->scratch);
        if (!add_clause(&buf, text->s[at], precision, &value))
            return cel_fail(CEL_ERR_ARGUMENT, "format: the clause does not take this value");
    }
    if (buf.failed)
        return cel_fail(CEL_ERR_RESOURCE, "out of memory");
    return cel_string(buf.n ? buf.p : "", buf.n);
}

static const struct cel_function functions[] = {
    CEL_ROW("format", true, 2, cel_type_string, format, &cel_type_string, &cel_type_list_dyn),
};

CEL_LIBRARY(cel_lib_format);
