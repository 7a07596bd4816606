// SPDX-License-Identifier: Apache-2.0
// RE2's pattern syntax, read by a parser of our own and written as a PCRE2 pattern.
#pragma once

#include "base/buf.h"
#include "cel/cel.h"

struct cel_re2_error {
    size_t at, n;     /* bytes of the pattern */
    const char *text; /* static */
};

/* Writes the PCRE2 pattern that matches what RE2 would. `bytes`: for bytes instead of text, where a
 * character beyond ASCII stands for its UTF-8. False, with an error, for what RE2 refuses. */
bool cel_re2_translate(const char *pattern, size_t n, bool bytes, struct toc_buf *out,
                       struct cel_re2_error *error);

/* The longest text that is found to be part of each match of a pattern that RE2 accepts: its
 * length, 0 when none is known. Longer patterns are not looked at. */
#define CEL_RE2_LITERAL 1024
size_t cel_re2_literal(const char *pattern, size_t n, char literal[CEL_RE2_LITERAL]);

/* ---- Within the translation ---- */

/* PCRE2 nests no deeper, and RE2 repeats no more. */
#define CEL_RE2_DEPTH 200
#define CEL_RE2_REPEAT 1000

enum { RE2_FOLD = 1, RE2_MULTILINE = 2, RE2_DOT_ALL = 4, RE2_UNGREEDY = 8 };

struct cel_re2 {
    const char *s;
    size_t n, at;
    bool bytes;
    struct toc_buf *out;
    struct cel_re2_error *error;
    unsigned flags;
    unsigned depth;
    struct {
        unsigned flags;  /* of the text around the group */
        unsigned repeat; /* the largest product of repetitions inside */
    } groups[CEL_RE2_DEPTH + 1];
    unsigned atom_repeat; /* product of repetitions inside the last atom; 0: nothing to repeat */
    bool repeated;        /* the last thing was a repetition */
    size_t names[CEL_RE2_DEPTH], names_n[CEL_RE2_DEPTH]; /* of groups, in the pattern */
    unsigned n_names;
};

/* Each reads from `at`; false with an error. */
bool cel_re2_class(struct cel_re2 *re);
/* After a backslash: \d, \pL, \Q…\E and the like; characters too. */
bool cel_re2_escape(struct cel_re2 *re);
/* \n, \x41, \* as a code point, inside or outside of a class. */
bool cel_re2_escaped_char(struct cel_re2 *re, uint32_t *ret);
/* \d \s \w and their negations, for a class or as one: false when the escape is none of them. */
bool cel_re2_perl_class(struct cel_re2 *re, bool in_class);
/* \pL \p{Greek} \P…: 1 done, 0 none, -1 error. */
int cel_re2_property(struct cel_re2 *re);

bool cel_re2_fail(struct cel_re2 *re, size_t at, size_t n, const char *text);
void cel_re2_put_char(struct cel_re2 *re, uint32_t c);
bool cel_re2_is_property(const char *name, size_t n);
