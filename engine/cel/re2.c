// SPDX-License-Identifier: Apache-2.0
// RE2's pattern syntax: characters, groups, flags and repetitions.
#include "cel/re2.h"

#include <string.h>

#include "cel/text.h"

bool cel_re2_fail(struct cel_re2 *re, size_t at, size_t n, const char *text) {
    *re->error = (struct cel_re2_error){.at = at, .n = n ? n : 1, .text = text};
    return false;
}

/* A character as it stands for itself anywhere in a PCRE2 pattern. */
void cel_re2_put_char(struct cel_re2 *re, uint32_t c) {
    char utf8[4];
    size_t n;

    if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) {
        toc_buf_addc(re->out, (char)c);
    } else if (!re->bytes || c < 0x80) {
        toc_buf_addf(re->out, "\\x{%x}", c);
    } else {
        n = cel_utf8_put(utf8, c);
        toc_buf_adds(re->out, "(?:");
        for (size_t i = 0; i < n; i++)
            toc_buf_addf(re->out, "\\x%02x", (unsigned char)utf8[i]);
        toc_buf_adds(re->out, ")");
    }
}

static void atom(struct cel_re2 *re, unsigned repeat) {
    re->atom_repeat = repeat;
    re->repeated = false;
}

static int peek(const struct cel_re2 *re, size_t ahead) {
    return re->at + ahead < re->n ? (unsigned char)re->s[re->at + ahead] : -1;
}

static bool decimal(const struct cel_re2 *re, size_t *at, unsigned *ret) {
    size_t start = *at;

    for (*ret = 0; *at < re->n && re->s[*at] >= '0' && re->s[*at] <= '9'; ++*at)
        *ret = *ret > CEL_RE2_REPEAT ? *ret : *ret * 10 + (unsigned)(re->s[*at] - '0');
    return *at > start;
}

/* {n}, {n,} or {n,m}: 0 when the brace is a plain character. */
static size_t repeat_length(const struct cel_re2 *re, unsigned *low, unsigned *high) {
    size_t at = re->at + 1;

    if (!decimal(re, &at, low))
        return 0;
    *high = *low;
    if (at < re->n && re->s[at] == ',') {
        at++;
        if (!decimal(re, &at, high))
            *high = UINT32_MAX;
    }
    return at < re->n && re->s[at] == '}' ? at + 1 - re->at : 0;
}

static bool repeat(struct cel_re2 *re, size_t length, unsigned low, unsigned high) {
    size_t start = re->at;
    unsigned most = high == UINT32_MAX ? low : high;
    bool lazy;

    if (re->repeated)
        return cel_re2_fail(re, start, length, "a repetition of a repetition");
    if (!re->atom_repeat)
        return cel_re2_fail(re, start, length, "nothing to repeat");
    if (low > CEL_RE2_REPEAT || (high != UINT32_MAX && (high > CEL_RE2_REPEAT || high < low)))
        return cel_re2_fail(re, start, length, "a repetition is {n,m} with n <= m <= 1000");
    if (re->s[start] == '{' && most > 1)
        re->atom_repeat *= most;
    if (re->atom_repeat > CEL_RE2_REPEAT)
        return cel_re2_fail(re, start, length, "nested repetitions come to more than 1000");
    toc_buf_add(re->out, re->s + start, length);
    re->at += length;
    lazy = peek(re, 0) == '?';
    re->at += lazy;
    if (lazy != !!(re->flags & RE2_UNGREEDY))
        toc_buf_addc(re->out, '?');
    re->repeated = true;
    return true;
}

static bool is_word(int c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

/* The name of a group, after (?P< or (?<. */
static bool group_name(struct cel_re2 *re) {
    size_t start = re->at, n;

    while (is_word(peek(re, 0)))
        re->at++;
    n = re->at - start;
    if (!n || peek(re, 0) != '>')
        return cel_re2_fail(re, start, n, "a group's name is letters, digits and _");
    for (unsigned i = 0; i < re->n_names; i++)
        if (re->names_n[i] == n && !memcmp(re->s + re->names[i], re->s + start, n))
            return cel_re2_fail(re, start, n, "two groups have the same name");
    if (re->n_names == CEL_RE2_DEPTH)
        return cel_re2_fail(re, start, n, "too many named groups");
    re->names[re->n_names] = start;
    re->names_n[re->n_names++] = n;
    re->at++;
    return true;
}

static bool enter(struct cel_re2 *re, unsigned outer_flags, const char *opening) {
    if (re->depth == CEL_RE2_DEPTH)
        return cel_re2_fail(re, re->at - 1, 1, "groups are nested too deep");
    re->depth++;
    re->groups[re->depth].flags = outer_flags;
    re->groups[re->depth].repeat = 1;
    toc_buf_adds(re->out, opening);
    atom(re, 0);
    return true;
}

/* (?flags) or (?flags:re), after the question mark. */
static bool group_flags(struct cel_re2 *re, size_t start) {
    static const char letters[] = "imsU";
    unsigned flags = re->flags;
    bool negative = false, any = false;

    for (;; re->at++) {
        int c = peek(re, 0);
        const char *letter = c > 0 ? strchr(letters, c) : NULL;

        if (letter) {
            unsigned bit = 1u << (letter - letters);

            flags = negative ? flags & ~bit : flags | bit;
            any = true;
        } else if (c == '-' && !negative) {
            negative = true;
            any = false;
        } else if ((c == ':' || c == ')') && (any || (!negative && c == ':'))) {
            break;
        } else {
            return cel_re2_fail(re, start, re->at - start + 1, "RE2 has no such group");
        }
    }
    unsigned outer = re->flags;
    bool group = re->s[re->at++] == ':';
    re->flags = flags;
    if (group)
        return enter(re, outer, flags & RE2_FOLD ? "(?i:" : "(?-i:");
    toc_buf_adds(re->out, flags & RE2_FOLD ? "(?i)" : "(?-i)");
    atom(re, 0);
    return true;
}

static bool open_group(struct cel_re2 *re) {
    size_t start = re->at++;
    bool named;

    if (peek(re, 0) != '?')
        return enter(re, re->flags, "(");
    re->at++;
    named = peek(re, 0) == 'P' && peek(re, 1) == '<';
    if (named || (peek(re, 0) == '<' && peek(re, 1) != '=' && peek(re, 1) != '!')) {
        re->at += named ? 2 : 1;
        return group_name(re) && enter(re, re->flags, "(");
    }
    return group_flags(re, start);
}

static bool close_group(struct cel_re2 *re) {
    unsigned inside = re->groups[re->depth].repeat;

    if (!re->depth)
        return cel_re2_fail(re, re->at, 1, "a parenthesis closes nothing");
    re->flags = re->groups[re->depth--].flags;
    re->at++;
    toc_buf_addc(re->out, ')');
    atom(re, inside);
    return true;
}

static bool plain(struct cel_re2 *re, const char *pcre) {
    re->at++;
    toc_buf_adds(re->out, pcre);
    atom(re, 1);
    return true;
}

static bool character(struct cel_re2 *re) {
    uint32_t c;

    re->at += cel_utf8_get(re->s + re->at, re->n - re->at, &c);
    cel_re2_put_char(re, c);
    atom(re, 1);
    return true;
}

static bool brace(struct cel_re2 *re) {
    unsigned low, high;
    size_t length = repeat_length(re, &low, &high);

    return length ? repeat(re, length, low, high) : character(re);
}

/* The repetitions inside a group count for what is repeated around it. */
static void note_repeat(struct cel_re2 *re) {
    if (re->atom_repeat > re->groups[re->depth].repeat)
        re->groups[re->depth].repeat = re->atom_repeat;
}

static bool item(struct cel_re2 *re) {
    switch (re->s[re->at]) {
    case '*': return repeat(re, 1, 0, UINT32_MAX);
    case '+': return repeat(re, 1, 1, UINT32_MAX);
    case '?': return repeat(re, 1, 0, 1);
    case '{': return brace(re);
    case '(': return open_group(re);
    case ')': return close_group(re);
    case '[': return cel_re2_class(re);
    case '\\': return cel_re2_escape(re);
    case '.': return plain(re, re->flags & RE2_DOT_ALL ? "(?s:.)" : "\\N");
    case '^': return plain(re, re->flags & RE2_MULTILINE ? "(?m:^)" : "(?:\\A)");
    case '$': return plain(re, re->flags & RE2_MULTILINE ? "(?m:$)" : "(?:\\z)");
    case '|':
        re->at++;
        toc_buf_addc(re->out, '|');
        atom(re, 0);
        return true;
    default: return character(re);
    }
}

bool cel_re2_translate(const char *pattern, size_t n, bool bytes, struct toc_buf *out,
                       struct cel_re2_error *error) {
    struct cel_re2 re = {.s = pattern, .n = n, .bytes = bytes, .out = out, .error = error};

    re.groups[0].repeat = 1;
    if (!cel_utf8_valid(pattern, n))
        return cel_re2_fail(&re, 0, n, "the pattern is no UTF-8");
    while (re.at < n) {
        if (!item(&re))
            return false;
        note_repeat(&re);
    }
    return re.depth ? cel_re2_fail(&re, n, 1, "a parenthesis is never closed") : true;
}
