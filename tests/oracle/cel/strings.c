// SPDX-License-Identifier: Apache-2.0
// String functions that look into a string, taken apart into code points first.
#include <string.h>

#include "chars.h"

struct ochars oracle_chars(struct oracle *o, const struct ov *s) {
    struct ochars chars = {.at = ov_array(o, s->n)};

    for (size_t i = 0; i < s->n; i++) {
        if ((s->s[i] & 0xc0) != 0x80)
            chars.at[chars.n++] = ov_string(s->s + i, 0);
        chars.at[chars.n - 1].n++;
    }
    return chars;
}

struct ov oracle_text_of(struct oracle *o, const struct ov *chars, int64_t n) {
    char *text;
    size_t size = 0, at = 0;

    for (int64_t i = 0; i < n; i++)
        size += chars[i].n;
    text = ov_text(o, size);
    for (int64_t i = 0; i < n; i++)
        for (size_t j = 0; j < chars[i].n; j++)
            text[at++] = chars[i].s[j];
    return ov_string(text, size);
}

bool oracle_stands_at(const struct ochars *s, int64_t at, const struct ochars *part) {
    for (int64_t i = 0; i < part->n; i++)
        if (at + i >= s->n || s->at[at + i].n != part->at[i].n ||
            memcmp(s->at[at + i].s, part->at[i].s, part->at[i].n))
            return false;
    return true;
}

/* The first, or the last, place in [from, to] where part stands. */
static struct ov search(const struct ochars *s, const struct ochars *part, int64_t from, int64_t to,
                        bool last) {
    int64_t found = -1;

    for (int64_t i = from; i <= to; i++)
        if (oracle_stands_at(s, i, part) && (last || found < 0))
            found = i;
    return ov_int(found);
}

static bool index_of(const struct ocall *call, struct ov *ret) {
    bool last = !strcmp(call->name, "lastIndexOf");
    const char *name = last ? "lastIndexOf" : "indexOf";
    struct ochars s, part;
    int64_t i;

    if (!oracle_is(call, name, true, "ss") && !oracle_is(call, name, true, "ssi"))
        return false;
    s = oracle_chars(call->o, &call->args[0]);
    part = oracle_chars(call->o, &call->args[1]);
    if (call->n == 2) {
        *ret = search(&s, &part, 0, s.n, last);
        return true;
    }
    i = call->args[2].i;
    if (!part.n)
        *ret = ov_int(i);
    else if (i < 0 || i >= s.n)
        *ret = ov_error(CEL_ERR_INDEX);
    else
        *ret = last ? search(&s, &part, 0, i, true) : search(&s, &part, i, s.n, false);
    return true;
}

static bool slice(const struct ocall *call, struct ov *ret) {
    bool char_at = oracle_is(call, "charAt", true, "si");
    struct ochars s;
    int64_t from, to;

    if (!char_at && !oracle_is(call, "substring", true, "si") &&
        !oracle_is(call, "substring", true, "sii"))
        return false;
    s = oracle_chars(call->o, &call->args[0]);
    from = call->args[1].i;
    to = call->n == 3 ? call->args[2].i : char_at && from < s.n ? from + 1 : s.n;
    if (from < 0 || from > to || to > s.n)
        *ret = ov_error(CEL_ERR_INDEX);
    else
        *ret = oracle_text_of(call->o, s.at + from, to - from);
    return true;
}

static bool is_blank(const struct ov *c) {
    static const char *const blanks[] = {"\t",     "\n",       "\v",       "\f",     "\r",
                                         " ",      "\xc2\x85", "\xc2\xa0", "\u1680", "\u2000",
                                         "\u2001", "\u2002",   "\u2003",   "\u2004", "\u2005",
                                         "\u2006", "\u2007",   "\u2008",   "\u2009", "\u200a",
                                         "\u2028", "\u2029",   "\u202f",   "\u205f", "\u3000"};

    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
        if (ov_is(c, blanks[i]))
            return true;
    return false;
}

static struct ov trim(struct oracle *o, const struct ov *text) {
    struct ochars s = oracle_chars(o, text);

    while (s.n && is_blank(&s.at[s.n - 1]))
        s.n--;
    for (; s.n && is_blank(&s.at[0]); s.n--)
        s.at++;
    return oracle_text_of(o, s.at, s.n);
}

bool oracle_strings(const struct ocall *call, struct ov *ret) {
    if (oracle_is(call, "trim", true, "s")) {
        *ret = trim(call->o, &call->args[0]);
        return true;
    }
    return index_of(call, ret) || slice(call, ret);
}
