// SPDX-License-Identifier: Apache-2.0
// From checked syntax tree to code.
#pragma once

#include "cel/ast.h"
#include "cel/code.h"
#include "cel/uses_node.h"

/* NULL when the unit ran out of something. */
cel_code_ptr cel_compile_node(struct cel_unit *unit, const struct cel_node *node);

cel_code_ptr cel_program_code(const struct cel_program *program);
const struct cel_reads *cel_program_reads(const struct cel_program *program);

/* What is left of a condition where all variables are numbers inside of their ranges. */
cel_code_ptr cel_code_in_range(struct cel_unit *unit, cel_code_ptr code);

/* ---- Within the compiler ---- */

/* The path of a FIELD node; false without memory. */
bool cel_compile_path(struct cel_unit *unit, const struct cel_node *node, struct cel_path *ret);

/* A comparison of a field with a constant that needs no values: NULL when this is none. */
cel_code_ptr cel_compile_test(struct cel_unit *unit, const struct cel_node *node);

/* Other comparisons and macros likewise. */
cel_code_ptr cel_compile_class(struct cel_unit *unit, const struct cel_node *node);
cel_code_ptr cel_compile_names(struct cel_unit *unit, const struct cel_node *loop);
/* Comparisons of a text or an address, and the tests among the calls; of kids that are compiled. */
cel_code_ptr cel_compile_text(struct cel_unit *unit, const struct cel_node *node,
                              const cel_code_ptr *kids);
cel_code_ptr cel_compile_call_test(struct cel_unit *unit, const struct cel_node *node,
                                   const cel_code_ptr *kids);
/* Intervals of one field that are to hold together become one: how many operands are left. */
size_t cel_merge_ranges(struct cel_unit *unit, cel_code_ptr *operands, size_t n);
/* The item of a constant list, or of a list of constants: NULL beyond its end, or for another. */
const struct cel_value *cel_constant_item(const struct cel_node *list, size_t i);
size_t cel_constant_items(const struct cel_node *list);
/* The bits of the names that a list, or one constant, consists of; false when there are others. */
bool cel_names_of(const struct cel_node *node, const struct toc_names *names, uint64_t *ret);
/* Whether a FIELD node is one field, whatever the variant. */
bool cel_one_field(const struct cel_node *node);

/* A call of a regex function with a constant pattern: true when it is one, with its code in ret, or
 * NULL there when the pattern is wrong (reported). */
bool cel_compile_regex(struct cel_unit *unit, const struct cel_node *node, const cel_code_ptr *kids,
                       cel_code_ptr *ret);
