// SPDX-License-Identifier: Apache-2.0
// Character classes and escapes of RE2's syntax.
#include <string.h>

#include "cel/re2.h"
#include "cel/text.h"

static int peek(const struct cel_re2 *re, size_t ahead) {
    return re->at + ahead < re->n ? (unsigned char)re->s[re->at + ahead] : -1;
}

static void atom(struct cel_re2 *re) {
    re->atom_repeat = 1;
    re->repeated = false;
}

/* In a class: what PCRE2 shall have between the brackets. Negated ones end at the last character.
 */
static const struct {
    char letter;
    const char *set, *rest;
} perl[] = {
    {'d', "0-9", "\\x00-\\x2f\\x3a-"},
    {'s', "\\t\\n\\f\\r\\x20", "\\x00-\\x08\\x0b\\x0e-\\x1f\\x21-"},
    {'w', "0-9A-Za-z_", "\\x00-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-"},
};

bool cel_re2_perl_class(struct cel_re2 *re, bool in_class) {
    int c = peek(re, 1);

    for (size_t i = 0; i < sizeof(perl) / sizeof(perl[0]); i++) {
        bool negated = c == (perl[i].letter & ~0x20);

        if (c != perl[i].letter && !negated)
            continue;
        if (!in_class)
            toc_buf_addf(re->out, negated ? "[^%s]" : "[%s]", perl[i].set);
        else if (negated)
            toc_buf_addf(re->out, "%s%s", perl[i].rest, re->bytes ? "\\xff" : "\\x{10ffff}");
        else
            toc_buf_adds(re->out, perl[i].set);
        re->at += 2;
        return true;
    }
    return false;
}

int cel_re2_property(struct cel_re2 *re) {
    size_t start = re->at, name, n;
    bool negated = peek(re, 1) == 'P';

    if (peek(re, 1) != 'p' && !negated)
        return 0;
    name = start + 2;
    n = 1;
    if (peek(re, 2) == '{') {
        const char *end = memchr(re->s + start, '}', re->n - start);

        if (!end)
            return cel_re2_fail(re, start, 3, "a property is never closed") - 1;
        name++;
        n = (size_t)(end - re->s) - name;
        re->at = (size_t)(end - re->s) + 1;
    } else {
        re->at += 3;
    }
    if (n && name < re->n && re->s[name] == '^') {
        negated = !negated;
        name++;
        n--;
    }
    if (name + n > re->n || !cel_re2_is_property(re->s + name, n) || re->bytes)
        return cel_re2_fail(re, start, 3, "there is no such property of characters") - 1;
    toc_buf_addf(re->out, "\\%c{%.*s}", negated ? 'P' : 'p', (int)n, re->s + name);
    return 1;
}

/* \x41, \x{10ffff}, after the x. */
static bool hex_char(struct cel_re2 *re, size_t start, uint32_t *ret) {
    bool braces = peek(re, 0) == '{';
    size_t digits = 0;

    re->at += braces;
    for (*ret = 0; cel_digit((char)peek(re, 0)) >= 0 && cel_digit((char)peek(re, 0)) < 16;
         re->at++) {
        if (digits++ == (braces ? 6 : 2))
            break;
        *ret = *ret << 4 | (uint32_t)cel_digit((char)peek(re, 0));
        if (!braces && digits == 2) {
            re->at++;
            break;
        }
    }
    if (!digits || (!braces && digits != 2) || (braces && peek(re, 0) != '}') || *ret > 0x10ffff)
        return cel_re2_fail(re, start, re->at - start, "a character is \\x41 or \\x{10ffff}");
    re->at += braces;
    return true;
}

bool cel_re2_escaped_char(struct cel_re2 *re, uint32_t *ret) {
    static const char names[] = "aftnrv", values[] = "\a\f\t\n\r\v";
    size_t start = re->at++;
    int c = peek(re, 0);
    const char *named = c > 0 ? strchr(names, c) : NULL;

    if (c < 0)
        return cel_re2_fail(re, start, 1, "a backslash at the end");
    re->at++;
    if (named) {
        *ret = (unsigned char)values[named - names];
        return true;
    }
    if (c == 'x')
        return hex_char(re, start, ret);
    if (c == '0' || (c >= '1' && c <= '7' && peek(re, 0) >= '0' && peek(re, 0) <= '7')) {
        *ret = (uint32_t)(c - '0');
        for (int i = 0; i < 2 && peek(re, 0) >= '0' && peek(re, 0) <= '7'; i++)
            *ret = *ret * 8 + (uint32_t)(re->s[re->at++] - '0');
        return true;
    }
    if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
        return cel_re2_fail(re, start, 2, "RE2 has no such escape");
    *ret = (uint32_t)c;
    return true;
}

/* \Q…\E: the characters between stand for themselves. */
static bool quoted(struct cel_re2 *re) {
    re->at += 2;
    while (re->at < re->n && !(peek(re, 0) == '\\' && peek(re, 1) == 'E')) {
        uint32_t c;

        re->at += cel_utf8_get(re->s + re->at, re->n - re->at, &c);
        cel_re2_put_char(re, c);
        atom(re);
    }
    re->at += re->at < re->n ? 2 : 0;
    return true;
}

bool cel_re2_escape(struct cel_re2 *re) {
    static const char anchors[] = "AzbB";
    int c = peek(re, 1), property;
    uint32_t code;

    if (c == 'Q')
        return quoted(re);
    if (c > 0 && strchr(anchors, c)) {
        toc_buf_addf(re->out, "(?:\\%c)", c);
        re->at += 2;
        atom(re);
        return true;
    }
    if (cel_re2_perl_class(re, false)) {
        atom(re);
        return true;
    }
    property = cel_re2_property(re);
    if (property < 0 || (!property && !cel_re2_escaped_char(re, &code)))
        return false;
    if (!property)
        cel_re2_put_char(re, code);
    atom(re);
    return true;
}

/* [:alpha:] inside a class: 1 done, 0 none, -1 error. */
static int posix_class(struct cel_re2 *re) {
    static const struct {
        const char *name, *set, *rest;
    } classes[] = {
        {"alnum", "0-9A-Za-z", "\\x00-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-"},
        {"alpha", "A-Za-z", "\\x00-\\x40\\x5b-\\x60\\x7b-"},
        {"ascii", "\\x00-\\x7f", "\\x{80}-"},
        {"blank", "\\t\\x20", "\\x00-\\x08\\x0a-\\x1f\\x21-"},
        {"cntrl", "\\x00-\\x1f\\x7f", "\\x20-\\x7e\\x{80}-"},
        {"digit", "0-9", "\\x00-\\x2f\\x3a-"},
        {"graph", "!-~", "\\x00-\\x20\\x7f-"},
        {"lower", "a-z", "\\x00-\\x60\\x7b-"},
        {"print", "\\x20-~", "\\x00-\\x1f\\x7f-"},
        {"punct", "!-/:-@\\x5b-`{-~", "\\x00-\\x20\\x30-\\x39\\x41-\\x5a\\x61-\\x7a\\x7f-"},
        {"space", "\\t\\n\\v\\f\\r\\x20", "\\x00-\\x08\\x0e-\\x1f\\x21-"},
        {"upper", "A-Z", "\\x00-\\x40\\x5b-"},
        {"word", "0-9A-Za-z_", "\\x00-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-"},
        {"xdigit", "0-9A-Fa-f", "\\x00-\\x2f\\x3a-\\x40\\x47-\\x60\\x67-"},
    };
    size_t start = re->at + 2, n;
    const char *end;
    bool negated;

    if (peek(re, 0) != '[' || peek(re, 1) != ':')
        return 0;
    end = memmem(re->s + start, re->n - start, ":]", 2);
    if (!end)
        return 0;
    negated = peek(re, 2) == '^';
    start += negated;
    n = (size_t)(end - re->s) - start;
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (n != strlen(classes[i].name) || memcmp(re->s + start, classes[i].name, n) != 0)
            continue;
        toc_buf_adds(re->out, negated ? classes[i].rest : classes[i].set);
        if (negated)
            toc_buf_adds(re->out, re->bytes ? "\\xff" : "\\x{10ffff}");
        re->at = start + n + 2;
        return 1;
    }
    return cel_re2_fail(re, re->at, n + 4, "there is no such class of characters") - 1;
}

static bool class_char(struct cel_re2 *re, uint32_t *ret) {
    size_t start = re->at;

    if (re->at >= re->n)
        return cel_re2_fail(re, start, 1, "a class is never closed");
    if (peek(re, 0) == '\\') {
        if (!cel_re2_escaped_char(re, ret))
            return false;
    } else {
        re->at += cel_utf8_get(re->s + re->at, re->n - re->at, ret);
    }
    if (re->bytes && *ret > (re->s[start] == '\\' ? 0xffu : 0x7fu))
        return cel_re2_fail(re, start, re->at - start, "a class of bytes holds no such character");
    return true;
}

static bool class_range(struct cel_re2 *re) {
    size_t start = re->at;
    uint32_t low, high;

    if (!class_char(re, &low))
        return false;
    high = low;
    if (peek(re, 0) == '-' && peek(re, 1) != ']' && peek(re, 1) >= 0) {
        re->at++;
        if (!class_char(re, &high))
            return false;
        if (high < low)
            return cel_re2_fail(re, start, re->at - start, "a range from high to low");
    }
    toc_buf_addf(re->out, "\\x{%x}", low);
    if (high > low)
        toc_buf_addf(re->out, "-\\x{%x}", high);
    return true;
}

bool cel_re2_class(struct cel_re2 *re) {
    size_t start = re->at++;
    bool first = true;

    toc_buf_addc(re->out, '[');
    if (peek(re, 0) == '^') {
        toc_buf_addc(re->out, '^');
        re->at++;
    }
    for (; peek(re, 0) != ']' || first; first = false) {
        int done = posix_class(re);

        if (re->at >= re->n)
            return cel_re2_fail(re, start, 1, "a class is never closed");
        if (!done && peek(re, 0) == '\\')
            done = cel_re2_perl_class(re, true) ? 1 : cel_re2_property(re);
        if (done < 0 || (!done && !class_range(re)))
            return false;
    }
    re->at++;
    toc_buf_addc(re->out, ']');
    atom(re);
    return true;
}
