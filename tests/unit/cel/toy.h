// SPDX-License-Identifier: Apache-2.0
// A small world of records for the tests of the language, and trying an expression in it.
#pragma once

#include "cel/cel.h"

enum { TOY_SEND, TOY_RECV, TOY_WAIT };

/* The scope over the toy's records, for the given variants of the root. */
struct cel_scope toy_scope(uint64_t variants);
/* A record of a send with three messages: see toy.c. `toy_empty`: nothing observed. */
const void *toy_record(void);
const void *toy_empty(void);
extern const struct toc_object toy_event, toy_msg;

/* What an expression gives, as text: a CEL literal; "error: kind"; or, when it does not compile,
 * "line:col: message (hint)". Lives until the next call. */
const char *toy_eval(const char *expr);
const char *toy_eval_dyn(const char *expr); /* types left to run time */
const char *toy_eval_in(const char *expr, const struct cel_scope *scope, const void *record);

struct toy_row {
    const char *expr, *want;
};

/* Compares every row, in typed and in dyn mode when `both`. */
#define TOY_CHECK(rows) toy_check(rows, sizeof(rows) / sizeof((rows)[0]), toy_eval)
#define TOY_CHECK_DYN(rows) toy_check(rows, sizeof(rows) / sizeof((rows)[0]), toy_eval_dyn)
void toy_check(const struct toy_row *rows, size_t n, const char *(*eval)(const char *));
