// SPDX-License-Identifier: Apache-2.0
// Reads strings and words of strace's output.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/constants.h"
#include "source/import_strace.h"

static char peek(const struct strace_text *t) {
    return t->at < t->n ? t->s[t->at] : '\0';
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind a backslash. */
static char escaped(struct strace_text *t) {
    static const char letters[] = "nrtvfabe", bytes[] = "\n\r\t\v\f\a\b\033";
    char c = t->s[t->at++];
    const char *letter = strchr(letters, c);
    int value = 0;

    if (c == 'x') {
        for (int i = 0; i < 2 && hex_digit(peek(t)) >= 0; i++)
            value = value * 16 + hex_digit(t->s[t->at++]);
        return (char)value;
    }
    if (c < '0' || c > '7')
        return letter && c ? bytes[letter - letters] : c;
    value = c - '0';
    for (int i = 0; i < 2 && peek(t) >= '0' && peek(t) <= '7'; i++)
        value = value * 8 + (t->s[t->at++] - '0');
    return (char)value;
}

int strace_string(struct strace_text *t, struct strace_value *value) {
    const char *end;
    char *to;

    value->abstract = peek(t) == '@';
    end = t->s + t->at + value->abstract;
    if (end >= t->s + t->n || *end++ != '"')
        return -EBADMSG;
    while (end < t->s + t->n && *end != '"')
        end += *end == '\\' ? 2 : 1;
    if (end >= t->s + t->n)
        return -EBADMSG;
    t->at += value->abstract + 1u;
    // What is decoded is no longer.
    to = toc_arena_alloc(t->import->arena, (size_t)(end - t->s) - t->at + 1);
    if (!to)
        return -EBADMSG;
    value->text = to;
    while (t->s + t->at < end) {
        char c = t->s[t->at++];

        to[value->n++] = c == '\\' ? escaped(t) : c;
    }
    t->at++;
    value->cut = t->n - t->at >= 3 && !memcmp(t->s + t->at, "...", 3);
    t->at += value->cut ? 3 : 0;
    return 0;
}

static const struct toc_constant words[] = {
#define WORD(name, value) {#name, value},
#include "source/import_strace_words.def"
};

static bool word_value(const char *s, size_t n, uint64_t *ret) {
    int64_t value;

    if (toc_constant_value(s, n, &value)) {
        *ret = (uint64_t)value;
        return true;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (!strncmp(words[i].name, s, n) && !words[i].name[n]) {
            *ret = (uint64_t)words[i].value;
            return true;
        }
    return false;
}

/* Decimal, 0x…, octal with a zero before it; a sign. */
static bool number_value(const char *s, size_t n, uint64_t *ret) {
    char digits[32], *end;

    if (!n || n >= sizeof(digits) || (s[0] != '-' && (s[0] < '0' || s[0] > '9')) ||
        (s[0] == '-' && n == 1))
        return false;
    memcpy(digits, s, n);
    digits[n] = '\0';
    errno = 0;
    *ret = strtoull(digits, &end, 0);
    return !errno && !*end;
}

static bool sum_of_words(const char *s, size_t n, uint64_t *ret) {
    *ret = 0;
    for (size_t at = 0; at < n;) {
        const char *bar = memchr(s + at, '|', n - at);
        size_t part = bar ? (size_t)(bar - s) - at : n - at;
        uint64_t value;

        if (!number_value(s + at, part, &value) && !word_value(s + at, part, &value))
            return false;
        *ret |= value;
        at += part + 1;
    }
    return true;
}

/* What stands behind a descriptor or pid in <>, which may hold more of them and ->; of a deleted
 * file (deleted) behind that. */
static int note(struct strace_text *t, struct strace_value *value) {
    static const char deleted[] = "(deleted)";
    unsigned depth = 0;
    size_t start = t->at + 1;
    bool quoted = false;

    for (; t->at < t->n; t->at++) {
        char c = t->s[t->at];

        if (c == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        depth += c == '<';
        if (c != '>' || t->s[t->at - 1] == '-' || --depth)
            continue;
        value->text = t->s + start;
        value->n = t->at - start;
        t->at++;
        if (t->n - t->at >= strlen(deleted) && !memcmp(t->s + t->at, deleted, strlen(deleted)))
            t->at += strlen(deleted);
        return 0;
    }
    return -EBADMSG;
}

int strace_word(struct strace_text *t, struct strace_value *value) {
    size_t start = t->at;

    while (t->at < t->n && !strchr(" ,()[]{}<>=\"", t->s[t->at]))
        t->at++;
    if (t->at == start)
        return -EBADMSG;
    value->kind = STRACE_NUMBER;
    value->known = number_value(t->s + start, t->at - start, &value->u);
    value->negative = value->known && t->s[start] == '-';
    if (value->known)
        return peek(t) == '<' ? note(t, value) : 0;
    value->kind = STRACE_WORD;
    // 1<<5 and the like: what they come to is of no interest to any call of ours.
    while (peek(t) == '<' || (t->at > start && t->s[t->at - 1] == '<'))
        t->at++;
    value->text = t->s + start;
    value->n = t->at - start;
    value->known = sum_of_words(value->text, value->n, &value->u);
    return 0;
}
