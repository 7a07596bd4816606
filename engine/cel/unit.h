// SPDX-License-Identifier: Apache-2.0
// One expression on its way from text to program: what every stage of the compiler shares.
#pragma once

#include "cel/cel.h"

/* Why these limits: a condition written by a person stays far below them, and they bound the
 * recursion of parser, checker, compiler and program (each level costs under 1 KiB of stack). */
#define CEL_MAX_TEXT (64u << 10)
#define CEL_MAX_NODES 10000
#define CEL_MAX_DEPTH 200

/* Variables of nested macros alive at once. */
#define CEL_MAX_SLOTS 24

/* Elements of a list of which nothing is known: as many as one call has messages. */
#define CEL_LIST_LIMIT 1024

/* Steps that an expression may be estimated to take (cost.h): a condition of sixty steps for each
 * pair of the 1024 messages of the largest batch fits, one for each three of them never does. It
 * bounds one evaluation to about half a second, whatever an attacker sends. */
#define CEL_MAX_COST (64u << 20)

/* Memory of one compilation, and of one program. */
#define CEL_MAX_ARENA (16u << 20)

/* Constants computed beforehand: what needs more is computed at each evaluation. */
#define CEL_MAX_FOLDED (256u << 10)

/* Runs when the program is freed. */
struct cel_cleanup {
    void (*free)(void *ptr);
    void *ptr;
    struct cel_cleanup *next;
};

struct cel_unit {
    const struct cel_source *source;
    const struct cel_scope *scope;
    struct toc_diags *diags;
    struct toc_arena *work;   /* dies with the compilation: the tree */
    struct toc_arena *keep;   /* lives as long as the program: code, constants, types */
    struct toc_arena *folded; /* lives as long too: what was computed beforehand */
    struct cel_cleanup *cleanups;
    size_t n_nodes;
    bool too_big, no_memory;
    size_t n_errors;
};

/* The place of byte `at` of the text, and the line it is on. */
void cel_unit_locate(const struct cel_unit *unit, size_t at, struct toc_place *ret_place,
                     const char **ret_line, size_t *ret_line_n);

/* Adds a diagnostic about n bytes of the text from `at`; the result takes a hint. */
struct toc_diag *cel_unit_error(struct cel_unit *unit, size_t at, size_t n, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
struct toc_diag *cel_unit_warning(struct cel_unit *unit, size_t at, size_t n, const char *format,
                                  ...) __attribute__((format(printf, 4, 5)));
/* Adds an error that ends the compilation with -E2BIG. */
void cel_unit_limit(struct cel_unit *unit, size_t at, size_t n, const char *what);

/* Zeroed memory for the program or the tree; NULL sets no_memory. */
void *cel_keep(struct cel_unit *unit, size_t n);
void *cel_work(struct cel_unit *unit, size_t n);
