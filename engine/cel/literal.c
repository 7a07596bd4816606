// SPDX-License-Identifier: Apache-2.0
// The values of literals: numbers with their ranges, strings and bytes with their escapes.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cel/lex.h"
#include "cel/text.h"

static bool fail(struct cel_unit *unit, const struct cel_token *token, const char *why) {
    cel_unit_error(unit, token->at, token->n, "%s", why);
    return false;
}

static bool unsigned_value(const char *s, size_t n, uint64_t *ret) {
    unsigned base = 10;

    *ret = 0;
    if (n > 2 && s[0] == '0' && s[1] == 'x') {
        base = 16;
        s += 2;
        n -= 2;
    }
    for (size_t i = 0; i < n; i++) {
        if (__builtin_mul_overflow(*ret, base, ret) ||
            __builtin_add_overflow(*ret, (unsigned)cel_digit(s[i]), ret))
            return false;
    }
    return true;
}

static bool int_value(struct cel_unit *unit, const struct cel_token *token, bool negative,
                      struct cel_value *ret) {
    uint64_t u;

    if (!unsigned_value(unit->source->text + token->at, token->n, &u) ||
        u > (uint64_t)INT64_MAX + negative)
        return fail(unit, token, "an int is from -9223372036854775808 to 9223372036854775807");
    *ret = cel_int((int64_t)(negative ? 0 - u : u));
    return true;
}

static bool uint_value(struct cel_unit *unit, const struct cel_token *token,
                       struct cel_value *ret) {
    uint64_t u;

    if (!unsigned_value(unit->source->text + token->at, token->n - 1, &u))
        return fail(unit, token, "a uint is from 0u to 18446744073709551615u");
    *ret = cel_uint(u);
    return true;
}

static bool double_value(struct cel_unit *unit, const struct cel_token *token, bool negative,
                         struct cel_value *ret) {
    double d;

    if (!cel_parse_double(unit->source->text + token->at, token->n, &d))
        return fail(unit, token, "a double literal has at most 300 characters");
    if (isinf(d))
        return fail(unit, token, "a double is at most about 1.8e308");
    *ret = cel_double(negative ? -d : d);
    return true;
}

/* What an escape stands for, and how many characters it takes after the backslash. */
struct escape {
    uint32_t value;
    size_t n;
    bool code_point; /* \u and \U: a character even in bytes, where it may not stand */
};

static bool escape_digits(const char *s, size_t n, unsigned base, size_t want, uint32_t *ret) {
    *ret = 0;
    if (n < want)
        return false;
    for (size_t i = 0; i < want; i++) {
        int digit = cel_digit(s[i]);

        if (digit < 0 || digit >= (int)base)
            return false;
        *ret = *ret * base + (uint32_t)digit;
    }
    return true;
}

static bool read_escape(const char *s, size_t n, struct escape *ret) {
    static const char names[] = "abfnrtv\\?\"'`", values[] = "\a\b\f\n\r\t\v\\?\"'`";
    const char *simple = n && *s ? strchr(names, *s) : NULL;

    *ret = (struct escape){.n = 1};
    if (!n)
        return false;
    if (simple) {
        ret->value = (unsigned char)values[simple - names];
        return true;
    }
    if (*s >= '0' && *s <= '3') {
        ret->n = 3;
        return escape_digits(s, n, 8, 3, &ret->value);
    }
    switch (*s) {
    case 'x':
    case 'X': ret->n = 3; break;
    case 'u': ret->n = 5; break;
    case 'U': ret->n = 9; break;
    default: return false;
    }
    ret->code_point = (*s | 0x20) == 'u';
    return escape_digits(s + 1, n - 1, 16, ret->n - 1, &ret->value);
}

static bool is_code_point(uint32_t c) {
    return c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
}

/* Decodes n bytes between quotes into dst, which has room for them (no escape grows). */
static bool decode(struct cel_unit *unit, const struct cel_token *token, const char *s, size_t n,
                   bool bytes, char *dst, size_t *ret_n) {
    size_t out = 0, i = 0;

    while (i < n) {
        struct escape escape;
        size_t at = (size_t)(s + i - unit->source->text);

        if (s[i] != '\\') {
            dst[out++] = s[i++];
            continue;
        }
        if (!read_escape(s + i + 1, n - i - 1, &escape) || (bytes && escape.code_point)) {
            cel_unit_error(unit, at, 2, "this escape sequence does not exist in a %s literal",
                           bytes ? "bytes" : "string");
            return false;
        }
        if (!bytes && !is_code_point(escape.value)) {
            cel_unit_error(unit, at, escape.n + 1, "this escape sequence is no Unicode character");
            return false;
        }
        if (bytes)
            dst[out++] = (char)escape.value;
        else
            out += cel_utf8_put(dst + out, escape.value);
        i += escape.n + 1;
    }
    *ret_n = out;
    return bytes || cel_utf8_valid(dst, out) ||
           fail(unit, token, "a string literal holds bytes that are no UTF-8");
}

/* Where the text between the quotes begins; *n becomes its length. */
static const char *between_quotes(const char *s, size_t *n, bool *ret_raw) {
    size_t quotes;

    for (*ret_raw = false; *s != '"' && *s != '\''; s++, --*n)
        *ret_raw |= (*s | 0x20) == 'r';
    quotes = *n >= 6 && s[1] == s[0] && s[2] == s[0] ? 3 : 1;
    *n -= 2 * quotes;
    return s + quotes;
}

static bool string_value(struct cel_unit *unit, const struct cel_token *token,
                         struct cel_value *ret) {
    bool bytes = token->kind == CEL_TOK_BYTES, raw;
    size_t n = token->n;
    const char *s = between_quotes(unit->source->text + token->at, &n, &raw);
    char *dst = cel_keep(unit, n + 1);

    if (!dst)
        return false;
    if (raw) {
        memcpy(dst, s, n);
        if (!bytes && !cel_utf8_valid(dst, n))
            return fail(unit, token, "a string literal holds bytes that are no UTF-8");
    } else if (!decode(unit, token, s, n, bytes, dst, &n)) {
        return false;
    }
    *ret = bytes ? cel_bytes(dst, n) : cel_string(dst, n);
    return true;
}

size_t cel_literal_offset(const char *text, size_t n, size_t at) {
    char utf8[4];
    bool raw;
    const char *s = between_quotes(text, &n, &raw);
    size_t i = 0, out = 0;

    while (i < n && out < at) {
        struct escape escape = {.n = 0};

        if (raw || s[i] != '\\' || !read_escape(s + i + 1, n - i - 1, &escape))
            out++;
        else
            out += cel_utf8_put(utf8, escape.value);
        i += 1 + escape.n;
    }
    return (size_t)(s - text) + i;
}

bool cel_literal(struct cel_unit *unit, const struct cel_token *token, bool negative,
                 struct cel_value *ret) {
    switch (token->kind) {
    case CEL_TOK_INT: return int_value(unit, token, negative, ret);
    case CEL_TOK_UINT: return uint_value(unit, token, ret);
    case CEL_TOK_DOUBLE: return double_value(unit, token, negative, ret);
    default: return string_value(unit, token, ret);
    }
}
