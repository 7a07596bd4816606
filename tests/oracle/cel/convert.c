// SPDX-License-Identifier: Apache-2.0
// Conversions from each type to each other that has one.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

/* Digits after an optional sign; anything else, or too many, is an error of the argument. */
static struct ov parse_integer(const struct ov *s, struct ov (*make)(__int128), bool sign) {
    bool negative = sign && s->n && s->s[0] == '-';
    size_t i = sign && s->n && (s->s[0] == '-' || s->s[0] == '+');
    __int128 number = 0;
    struct ov value;

    if (i == s->n)
        return ov_error(CEL_ERR_ARGUMENT);
    for (; i < s->n; i++) {
        if (s->s[i] < '0' || s->s[i] > '9')
            return ov_error(CEL_ERR_ARGUMENT);
        if (number <= UINT64_MAX)
            number = number * 10 + (s->s[i] - '0');
    }
    value = make(negative ? -number : number);
    return value.kind == CEL_ERROR ? ov_error(CEL_ERR_ARGUMENT) : value;
}

/* Only digits, one point, an exponent, signs: no hexadecimal and no blanks, which strtod takes. */
static struct ov parse_double(struct oracle *o, const struct ov *s) {
    static const char *const words[] = {"Infinity", "+Infinity", "-Infinity", "NaN"};
    char *text = ov_text(o, s->n), *end;
    double d;

    for (size_t i = 0; i < s->n; i++)
        text[i] = s->s[i];
    d = strtod(text, &end);
    for (size_t i = 0; i < 4; i++)
        if (ov_is(s, words[i]))
            return ov_double(d);
    if (!s->n || *end || strspn(text, "0123456789+-.eE") != s->n)
        return ov_error(CEL_ERR_ARGUMENT);
    return ov_double(d);
}

static struct ov parse_bool(const struct ov *s) {
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};

    for (size_t i = 0; i < 6; i++)
        if (ov_is(s, yes[i]) || ov_is(s, no[i]))
            return ov_bool(ov_is(s, yes[i]));
    return ov_error(CEL_ERR_ARGUMENT);
}

static struct ov parse_utf8(const struct ov *bytes) {
    for (size_t i = 0; i < bytes->n;) {
        const unsigned char *p = (const unsigned char *)bytes->s + i;
        size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
        uint32_t c = n == 1 ? p[0] : n == 2 ? p[0] & 0x1f : n == 3 ? p[0] & 0xf : p[0] & 7;
        static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

        if (!n || p[0] > 0xf4 || i + n > bytes->n)
            return ov_error(CEL_ERR_ARGUMENT);
        for (size_t j = 1; j < n; j++) {
            if ((p[j] & 0xc0) != 0x80)
                return ov_error(CEL_ERR_ARGUMENT);
            c = c << 6 | (p[j] & 0x3f);
        }
        if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
            return ov_error(CEL_ERR_ARGUMENT);
        i += n;
    }
    return ov_string(bytes->s, bytes->n);
}

static bool to_int(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0];

    if (oracle_is(call, "int", false, "i"))
        *ret = *a;
    else if (oracle_is(call, "int", false, "u"))
        *ret = ov_int_of(a->u);
    else if (oracle_is(call, "int", false, "d"))
        // The smallest int is refused as well: as a double it stands for numbers below it too.
        *ret = a->d > -0x1p63 && a->d < 0x1p63 ? ov_int((int64_t)a->d) : ov_error(CEL_ERR_OVERFLOW);
    else if (oracle_is(call, "int", false, "s"))
        *ret = parse_integer(a, ov_int_of, true);
    else if (oracle_is(call, "int", false, "T"))
        *ret = ov_int((int64_t)(a->ns / 1000000000) - (a->ns % 1000000000 < 0));
    else
        return false;
    return true;
}

static bool to_uint(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0];

    if (oracle_is(call, "uint", false, "u"))
        *ret = *a;
    else if (oracle_is(call, "uint", false, "i"))
        *ret = ov_uint_of(a->i);
    else if (oracle_is(call, "uint", false, "d"))
        *ret = a->d >= 0 && a->d < 0x1p64 ? ov_uint((uint64_t)a->d) : ov_error(CEL_ERR_OVERFLOW);
    else if (oracle_is(call, "uint", false, "s"))
        *ret = parse_integer(a, ov_uint_of, false);
    else
        return false;
    return true;
}

static bool to_double(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0];

    if (oracle_is(call, "double", false, "d"))
        *ret = *a;
    else if (oracle_is(call, "double", false, "i"))
        *ret = ov_double((double)a->i);
    else if (oracle_is(call, "double", false, "u"))
        *ret = ov_double((double)a->u);
    else if (oracle_is(call, "double", false, "s"))
        *ret = parse_double(call->o, a);
    else
        return false;
    return true;
}

static bool to_string(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0];
    struct toc_buf buf = {0};
    char *text;

    if (oracle_is(call, "string", false, "s"))
        *ret = *a;
    else if (oracle_is(call, "string", false, "y"))
        *ret = parse_utf8(a);
    else if (oracle_is(call, "string", false, "d"))
        *ret = oracle_double_text(call->o, a->d);
    else if (oracle_is(call, "string", false, "T") || oracle_is(call, "string", false, "D"))
        *ret = oracle_time_text(call->o, a);
    else if (oracle_is(call, "string", false, "b"))
        *ret = a->b ? ov_string("true", 4) : ov_string("false", 5);
    else if (oracle_is(call, "string", false, "i") || oracle_is(call, "string", false, "u")) {
        ov_print(a, &buf);
        // A uint prints with its suffix.
        buf.n -= a->kind == CEL_UINT;
        text = ov_text(call->o, buf.n);
        memcpy(text, buf.p, buf.n);
        *ret = ov_string(text, buf.n);
        toc_buf_free(&buf);
    } else
        return false;
    return true;
}

bool oracle_convert(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0];

    if (oracle_is(call, "bool", false, "b") || oracle_is(call, "bytes", false, "y") ||
        oracle_is(call, "timestamp", false, "T") || oracle_is(call, "duration", false, "D"))
        *ret = *a;
    else if (oracle_is(call, "bool", false, "s"))
        *ret = parse_bool(a);
    else if (oracle_is(call, "bytes", false, "s"))
        *ret = ov_bytes(a->s, a->n);
    else if (oracle_is(call, "timestamp", false, "s"))
        *ret = oracle_parse_timestamp(a);
    else if (oracle_is(call, "timestamp", false, "i"))
        *ret = ov_timestamp((__int128)a->i * 1000000000);
    else if (oracle_is(call, "duration", false, "s"))
        *ret = oracle_parse_duration(a);
    else
        return to_int(call, ret) || to_uint(call, ret) || to_double(call, ret) ||
               to_string(call, ret);
    return true;
}
