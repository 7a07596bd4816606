// SPDX-License-Identifier: Apache-2.0
// A text that each match of a pattern holds: where it is missing the pattern need not be tried.
#include <string.h>

#include "cel/re2.h"

enum step { GIVE_UP, END_OF_RUN, GO_ON };

/* The pattern, and the characters in a row that each match holds as far as it is read. */
struct reader {
    const char *s;
    size_t n, at;
    char *run;
    size_t run_n;
};

static bool is_alnum(unsigned char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x7f && !strchr("\\^$.|?*+()[]{}", c);
}

/* A backslash before it makes a character of it, whatever it is. */
static bool is_punctuation(unsigned char c) {
    return c > 0x20 && c < 0x7f && !is_alnum(c);
}

/* Past the class that begins here, or the end. A bracket that comes first is a character. */
static void pass_class(struct reader *r) {
    size_t first = ++r->at;

    if (r->at < r->n && r->s[r->at] == '^')
        first = ++r->at;
    while (r->at < r->n && (r->s[r->at] != ']' || r->at == first))
        r->at += r->s[r->at] == '\\' ? 2 : 1;
    r->at++;
}

/* Past the group that begins here. */
static void pass_group(struct reader *r) {
    size_t depth = 0;

    do {
        if (r->s[r->at] == '[') {
            pass_class(r);
            continue;
        }
        depth += r->s[r->at] == '(';
        depth -= r->s[r->at] == ')';
        r->at += r->s[r->at] == '\\' ? 2 : 1;
    } while (depth && r->at < r->n);
}

/* The repetitions of what was read: GO_ON when there are none; *ret_once when what they repeat is
 * there at least once. */
static enum step pass_repetitions(struct reader *r, bool *ret_once) {
    size_t begin = r->at;

    *ret_once = true;
    while (r->at < r->n && strchr("*+?{", r->s[r->at])) {
        *ret_once &= r->s[r->at] == '+';
        if (r->s[r->at] == '{')
            while (r->at < r->n && r->s[r->at] != '}')
                if (++r->at < r->n && !strchr("0123456789,}", r->s[r->at]))
                    return GIVE_UP;
        r->at++;
    }
    return r->at == begin ? GO_ON : END_OF_RUN;
}

static enum step read_char(struct reader *r, char c) {
    bool once;
    enum step step = pass_repetitions(r, &once);

    if (once && step != GIVE_UP)
        r->run[r->run_n++] = c;
    return step;
}

/* One thing at the top of the pattern. */
static enum step read_one(struct reader *r) {
    char c = r->s[r->at], next = r->at + 1 < r->n ? r->s[r->at + 1] : '\0';
    bool once;

    if (is_plain((unsigned char)c)) {
        r->at++;
        return read_char(r, c);
    }
    if (c == '\\' && is_punctuation((unsigned char)next)) {
        r->at += 2;
        return read_char(r, next);
    }
    if (strchr("|)\\{", c) || (c == '(' && next == '?'))
        return GIVE_UP;
    if (c == '[')
        pass_class(r);
    else if (c == '(')
        pass_group(r);
    else
        r->at++;
    return pass_repetitions(r, &once) == GIVE_UP ? GIVE_UP : END_OF_RUN;
}

size_t cel_re2_literal(const char *pattern, size_t n, char literal[CEL_RE2_LITERAL]) {
    char run[CEL_RE2_LITERAL];
    struct reader r = {.s = pattern, .n = n, .run = run};
    size_t best = 0;

    // Quoted parts and named classes have rules of their own.
    if (n > sizeof(run) || memmem(pattern, n, "\\Q", 2) || memmem(pattern, n, "[:", 2))
        return 0;
    while (r.at < n) {
        enum step step = read_one(&r);

        if (step == GIVE_UP)
            return 0;
        if (r.run_n > best) {
            best = r.run_n;
            memcpy(literal, run, best);
        }
        if (step == END_OF_RUN)
            r.run_n = 0;
    }
    return best;
}
