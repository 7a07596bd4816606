// SPDX-License-Identifier: Apache-2.0
// String functions that make a new string, or a list of them, from code points.
#include <string.h>

#include "chars.h"

static struct ov change_case(struct oracle *o, const struct ov *s, char first, char last) {
    char *text = ov_text(o, s->n);

    for (size_t i = 0; i < s->n; i++)
        text[i] = s->s[i] >= first && s->s[i] <= last ? (char)(s->s[i] ^ 0x20) : s->s[i];
    return ov_string(text, s->n);
}

static struct ov reverse(struct oracle *o, const struct ov *text) {
    struct ochars s = oracle_chars(o, text);
    struct ov *turned = ov_array(o, (size_t)s.n);

    for (int64_t i = 0; i < s.n; i++)
        turned[i] = s.at[s.n - 1 - i];
    return oracle_text_of(o, turned, s.n);
}

static struct ov join(struct oracle *o, const struct ov *list, const struct ov *separator) {
    struct ov *parts = ov_array(o, 2 * list->n);
    int64_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i].kind != CEL_STRING)
            return ov_error(CEL_ERR_NO_OVERLOAD);
        if (i)
            parts[n++] = *separator;
        parts[n++] = list->items[i];
    }
    return oracle_text_of(o, parts, n);
}

/* Cuts at each separator, an empty one between all code points, into at most `limit` pieces;
 * below zero: as many as there are. */
static struct ov split(struct oracle *o, const struct ov *text, const struct ov *separator,
                       int64_t limit) {
    struct ochars s = oracle_chars(o, text), by = oracle_chars(o, separator);
    struct ov *items = ov_array(o, (size_t)s.n + 1);
    int64_t start = 0, at = 0;
    size_t n = 0;

    if (!limit || (!s.n && !by.n))
        return ov_items(CEL_LIST, items, 0);
    while (at + (by.n ? by.n : 1) <= s.n) {
        if (limit > 0 && n + 1 >= (size_t)limit)
            break;
        if (!by.n && at + 1 == s.n)
            break;
        if (!oracle_stands_at(&s, at, &by)) {
            at++;
            continue;
        }
        if (!by.n)
            at++;
        items[n++] = oracle_text_of(o, s.at + start, at - start);
        start = at += by.n;
    }
    items[n++] = oracle_text_of(o, s.at + start, s.n - start);
    return ov_items(CEL_LIST, items, n);
}

/* The first `limit` places of old from the left; an empty one stands before every code point and
 * at the end. */
static struct ov replace(struct oracle *o, const struct ov *args, int64_t limit) {
    struct ochars s = oracle_chars(o, &args[0]), old = oracle_chars(o, &args[1]);
    struct ov *parts = ov_array(o, 2 * (size_t)s.n + 2);
    int64_t n = 0, at = 0;

    while (at < s.n || (at == s.n && !old.n)) {
        if (limit && oracle_stands_at(&s, at, &old)) {
            limit -= limit > 0;
            parts[n++] = args[2];
            at += old.n;
            if (old.n)
                continue;
        }
        if (at < s.n)
            parts[n++] = s.at[at];
        at++;
    }
    return oracle_text_of(o, parts, n);
}

static struct ov quote(struct oracle *o, const struct ov *s) {
    static const char *const pairs[] = {"\a\\a", "\b\\b", "\f\\f",  "\n\\n", "\r\\r",
                                        "\t\\t", "\v\\v", "\"\\\"", "\\\\\\"};
    struct ov *parts = ov_array(o, s->n + 2);

    parts[0] = parts[s->n + 1] = ov_string("\"", 1);
    for (size_t i = 0; i < s->n; i++) {
        parts[i + 1] = ov_string(s->s + i, 1);
        for (size_t j = 0; j < sizeof(pairs) / sizeof(pairs[0]); j++)
            if (pairs[j][0] == s->s[i])
                parts[i + 1] = ov_string(pairs[j] + 1, 2);
    }
    return oracle_text_of(o, parts, (int64_t)s->n + 2);
}

bool oracle_strings_make(const struct ocall *call, struct ov *ret) {
    const struct ov *args = call->args, nothing = ov_string("", 0);

    if (oracle_is(call, "lowerAscii", true, "s"))
        *ret = change_case(call->o, &args[0], 'A', 'Z');
    else if (oracle_is(call, "upperAscii", true, "s"))
        *ret = change_case(call->o, &args[0], 'a', 'z');
    else if (oracle_is(call, "reverse", true, "s"))
        *ret = reverse(call->o, &args[0]);
    else if (oracle_is(call, "join", true, "l"))
        *ret = join(call->o, &args[0], &nothing);
    else if (oracle_is(call, "join", true, "ls"))
        *ret = join(call->o, &args[0], &args[1]);
    else if (oracle_is(call, "split", true, "ss"))
        *ret = split(call->o, &args[0], &args[1], -1);
    else if (oracle_is(call, "split", true, "ssi"))
        *ret = split(call->o, &args[0], &args[1], args[2].i);
    else if (oracle_is(call, "replace", true, "sss"))
        *ret = replace(call->o, args, -1);
    else if (oracle_is(call, "replace", true, "sssi"))
        *ret = replace(call->o, args, args[3].i);
    else if (oracle_is(call, "strings.quote", false, "s"))
        *ret = quote(call->o, &args[0]);
    else
        return false;
    return true;
}
