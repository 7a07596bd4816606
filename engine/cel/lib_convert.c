// SPDX-License-Identifier: Apache-2.0
// Conversions between types, each with the range it can hold.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cel/function.h"
#include "cel/text.h"
#include "cel/time.h"

#define OUT_OF_RANGE cel_fail(CEL_ERR_OVERFLOW, "the number is out of range")
#define NO_NUMBER cel_fail(CEL_ERR_ARGUMENT, "the string is no such number")

static struct cel_value same(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[0];
}

static struct cel_value int_from_uint(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[0].u > INT64_MAX ? OUT_OF_RANGE : cel_int((int64_t)args[0].u);
}

static struct cel_value int_from_double(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    // Both ends are refused: as doubles they stand for integers beyond them too.
    if (!(args[0].d > -9223372036854775808.0 && args[0].d < 9223372036854775808.0))
        return OUT_OF_RANGE;
    return cel_int((int64_t)args[0].d);
}

static struct cel_value int_from_string(const struct cel_call *call, const struct cel_value *args) {
    int64_t i;

    (void)call;
    return cel_parse_int(args[0].s, args[0].n, &i) ? cel_int(i) : NO_NUMBER;
}

static struct cel_value int_from_time(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int(args[0].i);
}

static struct cel_value uint_from_int(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return args[0].i < 0 ? OUT_OF_RANGE : cel_uint((uint64_t)args[0].i);
}

static struct cel_value uint_from_double(const struct cel_call *call,
                                         const struct cel_value *args) {
    (void)call;
    if (!(args[0].d >= 0 && args[0].d < 18446744073709551616.0))
        return OUT_OF_RANGE;
    return cel_uint((uint64_t)args[0].d);
}

static struct cel_value uint_from_string(const struct cel_call *call,
                                         const struct cel_value *args) {
    uint64_t u;

    (void)call;
    return cel_parse_uint(args[0].s, args[0].n, &u) ? cel_uint(u) : NO_NUMBER;
}

static struct cel_value double_from_int(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_double((double)args[0].i);
}

static struct cel_value double_from_uint(const struct cel_call *call,
                                         const struct cel_value *args) {
    (void)call;
    return cel_double((double)args[0].u);
}

static struct cel_value double_from_string(const struct cel_call *call,
                                           const struct cel_value *args) {
    static const struct {
        const char *name;
        double value;
    } special[] = {{"NaN", NAN},
                   {"Infinity", INFINITY},
                   {"+Infinity", INFINITY},
                   {"-Infinity", -INFINITY},
                   {"Inf", INFINITY},
                   {"+Inf", INFINITY},
                   {"-Inf", -INFINITY},
                   {"inf", INFINITY},
                   {"+inf", INFINITY},
                   {"-inf", -INFINITY},
                   {"nan", NAN},
                   {"infinity", INFINITY},
                   {"-infinity", -INFINITY}};
    double d;

    (void)call;
    for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
        if (args[0].n == strlen(special[i].name) && !memcmp(args[0].s, special[i].name, args[0].n))
            return cel_double(special[i].value);
    return cel_parse_double(args[0].s, args[0].n, &d) && isfinite(d) ? cel_double(d) : NO_NUMBER;
}

static struct cel_value bool_from_string(const struct cel_call *call,
                                         const struct cel_value *args) {
    static const char *const words[] = {"0",     "1",    "f",     "t",    "F",     "T",
                                        "false", "true", "FALSE", "TRUE", "False", "True"};

    (void)call;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (args[0].n == strlen(words[i]) && !memcmp(args[0].s, words[i], args[0].n))
            return cel_bool(i % 2);
    return cel_fail(CEL_ERR_ARGUMENT, "the string is no bool");
}

static struct cel_value bytes_from_string(const struct cel_call *call,
                                          const struct cel_value *args) {
    (void)call;
    return cel_bytes(args[0].s, args[0].n);
}

static struct cel_value string_from_bytes(const struct cel_call *call,
                                          const struct cel_value *args) {
    (void)call;
    if (!cel_utf8_valid(args[0].s, args[0].n))
        return cel_fail(CEL_ERR_ARGUMENT, "the bytes are no UTF-8");
    return cel_string(args[0].s, args[0].n);
}

/* As Go prints the shortest form: from a million on with an exponent, and infinity with its sign.
 */
static size_t double_text(char *dst, double d) {
    if (isinf(d))
        return (size_t)sprintf(dst, "%cInf", d < 0 ? '-' : '+');
    return cel_format_double(dst, d, 6);
}

/* Everything whose text is also what a message shows. */
static struct cel_value string_from_value(const struct cel_call *call,
                                          const struct cel_value *args) {
    char text[CEL_DOUBLE_TEXT + TOC_IP_TEXT];
    size_t n;

    switch (args[0].kind) {
    case CEL_BOOL: return cel_static_string(args[0].b ? "true" : "false");
    case CEL_INT: n = (size_t)sprintf(text, "%lld", (long long)args[0].i); break;
    case CEL_UINT: n = (size_t)sprintf(text, "%llu", (unsigned long long)args[0].u); break;
    case CEL_DOUBLE: n = double_text(text, args[0].d); break;
    case CEL_TIMESTAMP: n = cel_format_timestamp(text, &args[0]); break;
    case CEL_DURATION: n = cel_format_duration(text, &args[0]); break;
    default:
        n = toc_ip_format(text, args[0].ip);
        if (args[0].kind == CEL_CIDR)
            n += (size_t)sprintf(text + n, "/%u", args[0].n);
        break;
    }
    return cel_copy_string(call->scratch, text, n);
}

static struct cel_value timestamp_from_string(const struct cel_call *call,
                                              const struct cel_value *args) {
    (void)call;
    return cel_parse_timestamp(args[0].s, args[0].n);
}

static struct cel_value timestamp_from_int(const struct cel_call *call,
                                           const struct cel_value *args) {
    (void)call;
    return cel_timestamp(args[0].i, 0);
}

static struct cel_value duration_from_string(const struct cel_call *call,
                                             const struct cel_value *args) {
    (void)call;
    return cel_parse_duration(args[0].s, args[0].n);
}

#define CONVERT(name, to, from, call) CEL_ROW(name, false, 1, to, call, &from)

static const struct cel_function functions[] = {
    CONVERT("int", cel_type_int, cel_type_int, same),
    CONVERT("int", cel_type_int, cel_type_uint, int_from_uint),
    CONVERT("int", cel_type_int, cel_type_double, int_from_double),
    CONVERT("int", cel_type_int, cel_type_string, int_from_string),
    CONVERT("int", cel_type_int, cel_type_timestamp, int_from_time),
    CONVERT("uint", cel_type_uint, cel_type_uint, same),
    CONVERT("uint", cel_type_uint, cel_type_int, uint_from_int),
    CONVERT("uint", cel_type_uint, cel_type_double, uint_from_double),
    CONVERT("uint", cel_type_uint, cel_type_string, uint_from_string),
    CONVERT("double", cel_type_double, cel_type_double, same),
    CONVERT("double", cel_type_double, cel_type_int, double_from_int),
    CONVERT("double", cel_type_double, cel_type_uint, double_from_uint),
    CONVERT("double", cel_type_double, cel_type_string, double_from_string),
    CONVERT("bool", cel_type_bool, cel_type_bool, same),
    CONVERT("bool", cel_type_bool, cel_type_string, bool_from_string),
    CONVERT("bytes", cel_type_bytes, cel_type_bytes, same),
    CONVERT("bytes", cel_type_bytes, cel_type_string, bytes_from_string),
    CONVERT("string", cel_type_string, cel_type_string, same),
    CONVERT("string", cel_type_string, cel_type_bytes, string_from_bytes),
    CONVERT("string", cel_type_string, cel_type_bool, string_from_value),
    CONVERT("string", cel_type_string, cel_type_int, string_from_value),
    CONVERT("string", cel_type_string, cel_type_uint, string_from_value),
    CONVERT("string", cel_type_string, cel_type_double, string_from_value),
    CONVERT("string", cel_type_string, cel_type_timestamp, string_from_value),
    CONVERT("string", cel_type_string, cel_type_duration, string_from_value),
    CONVERT("string", cel_type_string, cel_type_ip, string_from_value),
    CONVERT("string", cel_type_string, cel_type_cidr, string_from_value),
    CONVERT("timestamp", cel_type_timestamp, cel_type_timestamp, same),
    CONVERT("timestamp", cel_type_timestamp, cel_type_string, timestamp_from_string),
    CONVERT("timestamp", cel_type_timestamp, cel_type_int, timestamp_from_int),
    CONVERT("duration", cel_type_duration, cel_type_duration, same),
    CONVERT("duration", cel_type_duration, cel_type_string, duration_from_string),
};

CEL_LIBRARY(cel_lib_convert);
