// SPDX-License-Identifier: Apache-2.0
// Patterns: compiled once when they are constant, matched within limits.
#pragma once

#include "cel/re2.h"

struct cel_regex;

/* With an arena everything lives in it and nothing is compiled to machine code; without, the caller
 * frees it. False with an error; error->text is NULL when memory is out. */
bool cel_regex_new(const char *pattern, size_t n, bool bytes, struct toc_arena *arena,
                   struct cel_regex **ret, struct cel_re2_error *error);
void cel_regex_free(void *regex);

/* The first match at or after `from`: 1 with its bounds, 0 for none, or -1 with an error value. */
int cel_regex_match(const struct cel_regex *regex, const struct cel_value *subject, size_t from,
                    struct toc_arena *scratch, size_t bounds[2], struct cel_value *error);

/* Whether it matches a text of which the subject is only the beginning: 1, 0 when nobody knows, or
 * -1 with an error value. */
int cel_regex_match_cut(const struct cel_regex *regex, const struct cel_value *subject,
                        struct toc_arena *scratch, struct cel_value *error);

/* A text that each match holds; n 0: none is known. */
const char *cel_regex_literal(const struct cel_regex *regex, size_t *ret_n);

/* What a function does with a pattern; args[0] is the subject, args[1] the pattern. */
typedef struct cel_value (*cel_regex_fn)(const struct cel_regex *regex,
                                         const struct cel_value *args, struct toc_arena *scratch);

/* The function behind a row of the regex library, or NULL. */
cel_regex_fn cel_regex_function(const struct cel_function *function);
