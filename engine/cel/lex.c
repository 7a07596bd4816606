// SPDX-License-Identifier: Apache-2.0
// Cuts the text of an expression into tokens.
#include "cel/lex.h"

#include <string.h>

#include "base/text.h"

struct cursor {
    struct cel_unit *unit;
    const char *s;
    size_t n, at;
};

static int peek(const struct cursor *c, size_t ahead) {
    return c->at + ahead < c->n ? (unsigned char)c->s[c->at + ahead] : -1;
}

static bool is_digit(int ch) {
    return ch >= '0' && ch <= '9';
}

static bool is_hex(int ch) {
    return is_digit(ch) || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F');
}

static bool is_letter(int ch) {
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
}

static void skip_space(struct cursor *c) {
    for (;;) {
        int ch = peek(c, 0);

        if (ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r' || ch == '\f') {
            c->at++;
        } else if (ch == '/' && peek(c, 1) == '/') {
            while (c->at < c->n && c->s[c->at] != '\n')
                c->at++;
        } else {
            return;
        }
    }
}

static struct cel_token token(const struct cursor *c, size_t start, enum cel_token_kind kind) {
    return (struct cel_token){.kind = kind, .at = (uint32_t)start, .n = (uint32_t)(c->at - start)};
}

static struct cel_token bad(struct cursor *c, size_t start, const char *why) {
    size_t n = c->at > start ? c->at - start : 1;

    cel_unit_error(c->unit, start, n, "%s", why);
    return token(c, start, CEL_TOK_BAD);
}

static void skip_digits(struct cursor *c) {
    while (is_digit(peek(c, 0)))
        c->at++;
}

static bool skip_exponent(struct cursor *c) {
    size_t sign = peek(c, 1) == '+' || peek(c, 1) == '-';

    if ((peek(c, 0) | 0x20) != 'e' || !is_digit(peek(c, 1 + sign)))
        return false;
    c->at += 1 + sign;
    skip_digits(c);
    return true;
}

static struct cel_token lex_number(struct cursor *c) {
    size_t start = c->at;
    enum cel_token_kind kind = CEL_TOK_INT;

    if (peek(c, 0) == '0' && peek(c, 1) == 'x' && is_hex(peek(c, 2))) {
        c->at += 2;
        while (is_hex(peek(c, 0)))
            c->at++;
    } else {
        skip_digits(c);
        if (peek(c, 0) == '.' && is_digit(peek(c, 1))) {
            c->at++;
            skip_digits(c);
            kind = CEL_TOK_DOUBLE;
        }
        if (skip_exponent(c))
            kind = CEL_TOK_DOUBLE;
    }
    if (kind == CEL_TOK_INT && (peek(c, 0) | 0x20) == 'u') {
        c->at++;
        kind = CEL_TOK_UINT;
    }
    if (is_letter(peek(c, 0)) || is_digit(peek(c, 0)))
        return bad(c, start, "a number is followed by letters");
    return token(c, start, kind);
}

/* After the opening quote, which may be tripled. */
static struct cel_token lex_string(struct cursor *c, size_t start, bool raw, bool bytes) {
    int quote = peek(c, 0);
    bool triple = peek(c, 1) == quote && peek(c, 2) == quote;

    c->at += triple ? 3 : 1;
    for (; c->at < c->n; c->at++) {
        int ch = peek(c, 0);

        if (ch == '\\' && !raw) {
            c->at++;
        } else if (ch == quote && (!triple || (peek(c, 1) == quote && peek(c, 2) == quote))) {
            c->at += triple ? 3 : 1;
            return token(c, start, bytes ? CEL_TOK_BYTES : CEL_TOK_STRING);
        } else if (!triple && (ch == '\n' || ch == '\r')) {
            break;
        }
    }
    if (c->at > c->n)
        c->at = c->n;
    return bad(c, start, "a string has no closing quote");
}

/* r"", b'', bR"", but not rb"": the length of the prefix, or 0 when the letters are a name. */
static size_t string_prefix(const struct cursor *c, bool *ret_raw, bool *ret_bytes) {
    size_t n = 0;

    *ret_bytes = (peek(c, 0) | 0x20) == 'b';
    n += *ret_bytes;
    *ret_raw = (peek(c, n) | 0x20) == 'r';
    n += *ret_raw;
    return peek(c, n) == '"' || peek(c, n) == '\'' ? n : 0;
}

static struct cel_token lex_word(struct cursor *c) {
    size_t start = c->at, prefix;
    bool raw, bytes;

    prefix = string_prefix(c, &raw, &bytes);
    if (prefix) {
        c->at += prefix;
        return lex_string(c, start, raw, bytes);
    }
    while (is_letter(peek(c, 0)) || is_digit(peek(c, 0)))
        c->at++;
    return token(c, start, CEL_TOK_IDENT);
}

static struct cel_token lex_quoted(struct cursor *c) {
    size_t start = c->at++;

    while (is_letter(peek(c, 0)) || is_digit(peek(c, 0)) || peek(c, 0) == '.' ||
           peek(c, 0) == '-' || peek(c, 0) == '/' || peek(c, 0) == ' ')
        c->at++;
    if (peek(c, 0) != '`' || c->at == start + 1)
        return bad(c, start, "a quoted field name holds letters, digits, _ . - / and spaces");
    c->at++;
    return token(c, start, CEL_TOK_QUOTED);
}

static struct cel_token lex_operator(struct cursor *c) {
    static const char pairs[][3] = {"||", "&&", "==", "!=", "<=", ">="};
    size_t start = c->at;
    struct cel_token tok;
    int ch = peek(c, 0);

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (ch == pairs[i][0] && peek(c, 1) == pairs[i][1]) {
            c->at += 2;
            tok = token(c, start, CEL_TOK_OP);
            tok.op = CEL_OP(pairs[i][0], pairs[i][1]);
            return tok;
        }
    }
    if (strchr("?:<>+-*/%!.[](){},", ch)) {
        c->at++;
        tok = token(c, start, CEL_TOK_OP);
        tok.op = CEL_OP((uint16_t)ch, 0);
        return tok;
    }
    c->at += toc_utf8_len(c->s + c->at, c->n - c->at);
    if (ch == '=')
        return bad(c, start, "`=` is no operator: equality is written `==`");
    if (ch == '&' || ch == '|')
        return bad(c, start, "bit operators are functions: math.bitAnd(a, b), math.bitOr(a, b)");
    return bad(c, start, "this character has no meaning here");
}

struct cel_token cel_lex(struct cel_unit *unit, size_t at) {
    struct cursor c = {.unit = unit, .s = unit->source->text, .n = unit->source->n, .at = at};
    int ch;

    skip_space(&c);
    ch = peek(&c, 0);
    if (ch < 0)
        return token(&c, c.at, CEL_TOK_END);
    if (is_digit(ch) || (ch == '.' && is_digit(peek(&c, 1))))
        return lex_number(&c);
    if (is_letter(ch))
        return lex_word(&c);
    if (ch == '"' || ch == '\'')
        return lex_string(&c, c.at, false, false);
    if (ch == '`')
        return lex_quoted(&c);
    if (!ch)
        return bad(&c, c.at, "a NUL byte in the expression");
    return lex_operator(&c);
}
