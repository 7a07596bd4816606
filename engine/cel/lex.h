// SPDX-License-Identifier: Apache-2.0
// Cuts the text of an expression into tokens.
#pragma once

#include "cel/unit.h"

enum cel_token_kind {
    CEL_TOK_END,
    CEL_TOK_BAD, /* a diagnostic has been added */
    CEL_TOK_IDENT,
    CEL_TOK_QUOTED, /* `name`: a field name with any characters */
    CEL_TOK_INT,
    CEL_TOK_UINT,
    CEL_TOK_DOUBLE,
    CEL_TOK_STRING,
    CEL_TOK_BYTES,
    CEL_TOK_OP, /* `op`: its characters, as a number made by CEL_OP */
};

#define CEL_OP(a, b) ((uint16_t)((a) | (b) << 8))

struct cel_token {
    uint8_t kind; /* enum cel_token_kind */
    uint16_t op;
    uint32_t at, n; /* bytes of the text */
};

/* The token at or after offset `at`. */
struct cel_token cel_lex(struct cel_unit *unit, size_t at);

/* The value of a token of one of the literal kinds; `negative` when a minus stands before a number.
 * False when it is out of range or malformed: a diagnostic has been added. */
bool cel_literal(struct cel_unit *unit, const struct cel_token *token, bool negative,
                 struct cel_value *ret);

/* Where in the n bytes of a string literal that was read without errors (parentheses may stand
 * before it) the byte `at` of its value comes from. */
size_t cel_literal_offset(const char *text, size_t n, size_t at);
