// SPDX-License-Identifier: Apache-2.0
// cel-go's string functions that look into a string; positions count code points.
#include <string.h>

#include "base/text.h"
#include "cel/function.h"
#include "cel/text.h"

#define OUT_OF_RANGE cel_fail(CEL_ERR_INDEX, "the position is not in the string")

static int64_t length(const struct cel_value *s) {
    return (int64_t)toc_utf8_count(s->s, s->n);
}

static struct cel_value slice(const struct cel_value *s, int64_t from, int64_t to) {
    size_t start = cel_utf8_offset(s->s, s->n, (size_t)from);
    size_t end = start + cel_utf8_offset(s->s + start, s->n - start, (size_t)(to - from));

    return cel_string(s->s + start, end - start);
}

static struct cel_value char_at(const struct cel_call *call, const struct cel_value *args) {
    int64_t n = length(&args[0]), i = args[1].i;

    (void)call;
    if (i < 0 || i > n)
        return OUT_OF_RANGE;
    return slice(&args[0], i, i < n ? i + 1 : n);
}

static struct cel_value substring_from(const struct cel_call *call, const struct cel_value *args) {
    int64_t n = length(&args[0]);

    (void)call;
    return args[1].i < 0 || args[1].i > n ? OUT_OF_RANGE : slice(&args[0], args[1].i, n);
}

static struct cel_value substring(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    if (args[1].i < 0 || args[1].i > args[2].i || args[2].i > length(&args[0]))
        return OUT_OF_RANGE;
    return slice(&args[0], args[1].i, args[2].i);
}

/* The first place of needle at or after code point `from`, as a code point; -1 for none. */
static int64_t search(const struct cel_value *s, const struct cel_value *needle, int64_t from) {
    size_t start = cel_utf8_offset(s->s, s->n, (size_t)from);
    const char *found =
        s->n > start ? memmem(s->s + start, s->n - start, needle->s, needle->n) : NULL;

    if (!found)
        return -1;
    return from + (int64_t)toc_utf8_count(s->s + start, (size_t)(found - s->s) - start);
}

static struct cel_value index_of(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int(args[1].n ? search(&args[0], &args[1], 0) : 0);
}

static struct cel_value index_of_from(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    if (!args[1].n)
        return cel_int(args[2].i);
    if (args[2].i < 0 || args[2].i >= length(&args[0]))
        return OUT_OF_RANGE;
    return cel_int(search(&args[0], &args[1], args[2].i));
}

/* The last place that begins at or before code point `from`. */
static int64_t search_back(const struct cel_value *s, const struct cel_value *needle,
                           int64_t from) {
    size_t at = cel_utf8_offset(s->s, s->n, (size_t)from);

    for (;; at--) {
        if (at + needle->n <= s->n && !memcmp(s->s + at, needle->s, needle->n))
            return (int64_t)toc_utf8_count(s->s, at);
        if (!at)
            return -1;
    }
}

static struct cel_value last_index_of(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    if (!args[1].n)
        return cel_int(length(&args[0]));
    return cel_int(args[0].n ? search_back(&args[0], &args[1], length(&args[0])) : -1);
}

static struct cel_value last_index_of_from(const struct cel_call *call,
                                           const struct cel_value *args) {
    (void)call;
    if (!args[1].n)
        return cel_int(args[2].i);
    if (args[2].i < 0 || args[2].i >= length(&args[0]))
        return OUT_OF_RANGE;
    return cel_int(search_back(&args[0], &args[1], args[2].i));
}

/* What Unicode calls white space. */
static bool is_space(uint32_t c) {
    return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

static struct cel_value trim(const struct cel_call *call, const struct cel_value *args) {
    size_t start = SIZE_MAX, end = 0, n;
    uint32_t c;

    (void)call;
    for (size_t at = 0; at < args[0].n; at += n) {
        n = cel_utf8_get(args[0].s + at, args[0].n - at, &c);
        if (is_space(c))
            continue;
        if (start == SIZE_MAX)
            start = at;
        end = at + n;
    }
    return start == SIZE_MAX ? cel_string("", 0) : cel_string(args[0].s + start, end - start);
}

#define S &cel_type_string
#define I &cel_type_int

static const struct cel_function functions[] = {
    CEL_ROW("charAt", true, 2, cel_type_string, char_at, S, I),
    CEL_ROW("substring", true, 2, cel_type_string, substring_from, S, I),
    CEL_ROW("substring", true, 3, cel_type_string, substring, S, I, I),
    CEL_ROW("indexOf", true, 2, cel_type_int, index_of, S, S),
    CEL_ROW("indexOf", true, 3, cel_type_int, index_of_from, S, S, I),
    CEL_ROW("lastIndexOf", true, 2, cel_type_int, last_index_of, S, S),
    CEL_ROW("lastIndexOf", true, 3, cel_type_int, last_index_of_from, S, S, I),
    CEL_ROW("trim", true, 1, cel_type_string, trim, S),
};

CEL_LIBRARY(cel_lib_strings);
