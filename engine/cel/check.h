// SPDX-License-Identifier: Apache-2.0
// Type-checks a syntax tree against a scope, and resolves every name in it.
#pragma once

#include "cel/ast.h"
#include "cel/type.h"
#include "cel/unit.h"

/* Completes the tree below `node` (see ast.h). Errors are in unit->n_errors. */
void cel_check(struct cel_unit *unit, struct cel_node *node);

/* ---- Within the checker ---- */

struct cel_local {
    struct cel_name name;
    const struct cel_type *type;
    uint16_t slot;
    const struct cel_local *next;
};

struct cel_checker {
    struct cel_unit *unit;
    const struct cel_local *locals;
    uint16_t n_slots;
};

void cel_check_node(struct cel_checker *checker, struct cel_node *node);
void cel_check_kids(struct cel_checker *checker, struct cel_node *node);
void cel_check_ident(struct cel_checker *checker, struct cel_node *node);
void cel_check_select(struct cel_checker *checker, struct cel_node *node);
void cel_check_call(struct cel_checker *checker, struct cel_node *node);
void cel_check_loop(struct cel_checker *checker, struct cel_node *node);
/* == != < <= > >= in: true when the call is one of them, and has been checked. */
bool cel_check_comparison(struct cel_checker *checker, struct cel_node *node);

/* The dotted name that a chain of plain selections spells, and whether it is one whose first name
 * is no local variable. dst holds CEL_MAX_NAME bytes. Returns 0 when it is none. */
#define CEL_MAX_NAME 128
size_t cel_qualified_name(const struct cel_checker *checker, const struct cel_node *node,
                          char *dst);

/* Adds an error about the node unless types are left to run time; the node becomes dyn. */
struct toc_diag *cel_check_error(struct cel_checker *checker, struct cel_node *node,
                                 const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same, but also where types are left to run time warnings have no place. */
struct toc_diag *cel_check_warning(struct cel_checker *checker, struct cel_node *node,
                                   const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds the nearest of some names as a hint; diag: may be NULL. Of the fields, those that one of the
 * variants has; of a name alone, all that it could stand for. */
void cel_suggest(struct toc_diag *diag, const struct cel_name *name, const char *const *candidates,
                 size_t n);
void cel_suggest_field(struct toc_diag *diag, const struct toc_object *object,
                       const struct cel_name *name, uint64_t variants);
void cel_suggest_name(struct cel_checker *checker, struct toc_diag *diag,
                      const struct cel_name *name);

/* From now on messages about the node point at all of it. */
static inline void cel_focus_whole(struct cel_node *node) {
    node->focus = node->at;
    node->focus_n = node->end - node->at;
}

/* How to write the numbers of an operator so that their types agree: no hint where both have one.
 */
void cel_hint_numbers(struct toc_diag *diag, const struct cel_node *node);

/* A type's text in a small buffer. */
struct cel_type_name {
    char s[96];
};
struct cel_type_name cel_type_name(const struct cel_type *type);
