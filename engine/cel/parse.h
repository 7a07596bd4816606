// SPDX-License-Identifier: Apache-2.0
// From text to syntax tree.
#pragma once

#include "cel/ast.h"
#include "cel/lex.h"

struct cel_parser {
    struct cel_unit *unit;
    struct cel_token tok; /* the next one */
    size_t prev_end;      /* where the one before it ended */
    unsigned depth;
};

/* The tree of the whole text, in the work arena. NULL when it does not parse: a diagnostic has been
 * added, or the unit says what it ran out of. */
struct cel_node *cel_parse(struct cel_unit *unit);

/* ---- Within the parser ---- */

void cel_advance(struct cel_parser *parser);
bool cel_at_op(const struct cel_parser *parser, uint16_t op);
bool cel_take_op(struct cel_parser *parser, uint16_t op);
bool cel_expect_op(struct cel_parser *parser, uint16_t op, const char *what);
/* Adds "expected …, found …" and returns NULL. */
struct cel_node *cel_unexpected(struct cel_parser *parser, const char *expected);

struct cel_node *cel_parse_expr(struct cel_parser *parser);
struct cel_node *cel_parse_primary(struct cel_parser *parser);
/* What follows a primary: .name, .name(…), […], over and over; NULL stays NULL. */
struct cel_node *cel_parse_members(struct cel_parser *parser, struct cel_node *node);
struct cel_node *cel_parse_literal(struct cel_parser *parser, bool negative);
/* Everything up to and with the closing bracket; `call` gets the kids after those it has. */
bool cel_parse_args(struct cel_parser *parser, struct cel_node *call);

/* A node that covers the text from `at` to the last token taken; kids are filled in by the caller,
 * who then calls cel_node_done. NULL beyond a limit. */
struct cel_node *cel_node_new(struct cel_parser *parser, enum cel_node_kind kind, size_t at,
                              size_t n_kids);
/* One more kid of a node made without any. */
bool cel_add_kid(struct cel_parser *parser, struct cel_node *node, struct cel_node *kid,
                 bool optional);
/* Sets end and depth. NULL beyond the depth limit. */
struct cel_node *cel_node_done(struct cel_parser *parser, struct cel_node *node);

/* Turns a call that is a macro into its node; others are returned as they are. NULL on error. */
struct cel_node *cel_expand_macro(struct cel_parser *parser, struct cel_node *call);

struct cel_member;
/* The member that a SELECT selects (cel/parts.h). */
struct cel_member cel_member_of(const struct cel_node *select);

bool cel_name_is(const struct cel_name *name, const char *s);

/* The names of macros, has() included, one by one; NULL after the last. Forms of one repeat it. */
const char *cel_macro_name(size_t index);

/* Parses an expression that belongs to no scope, and shows the tree to fn, which returns 0 or
 * -errno. -EBADMSG when it does not parse (nothing is said), -ENOMEM. */
int cel_parse_alone(const struct cel_source *source,
                    int (*fn)(struct cel_unit *unit, const struct cel_node *root, void *ctx),
                    void *ctx);
