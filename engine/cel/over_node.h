// SPDX-License-Identifier: Apache-2.0
// The inside of over-approximations: sums of terms, and what a tree's names stand for.
#pragma once

#include "cel/ast.h"
#include "cel/over.h"
#include "cel/unit.h"

/* A variable of a macro: the path of the list it runs over, or of the set of names. */
struct over_local {
    uint16_t slot;
    const char *path;
    const struct toc_names *names; /* of the set */
    const struct over_local *outer;
};

struct over {
    struct cel_unit *unit;
    const struct cel_over_options *options;
};

/* Sums of terms lie in the unit's work arena. NULL: anything; so a lack of memory loses nothing but
 * precision. */
const struct cel_over *over_nothing(const struct over *over);
const struct cel_over *over_one(const struct over *over, const struct cel_over_atom *atom);
const struct cel_over *over_either(const struct over *over, const struct cel_over *a,
                                   const struct cel_over *b);
const struct cel_over *over_both(const struct over *over, const struct cel_over *a,
                                 const struct cel_over *b);

#define OVER_PATH 128
/* The path of a field, as known values are named. False when it has none. */
bool over_path(const struct over *over, const struct cel_node *node,
               const struct over_local *locals, char dst[OVER_PATH]);
/* CEL_OVER_NO_VALUE: not known. */
uint16_t over_find(const struct over *over, const char *path);

/* Of a comparison or another call: where it gives `want`. */
const struct cel_over *over_call(const struct over *over, const struct cel_node *node,
                                 const struct over_local *locals, bool want);
/* Of any expression. */
const struct cel_over *over_tree(const struct over *over, const struct cel_node *node,
                                 const struct over_local *locals, bool want);

/* ---- Comparisons ---- */

enum over_relation {
    OVER_EQUAL,
    OVER_NOT_EQUAL,
    OVER_LESS,
    OVER_LESS_EQUAL,
    OVER_GREATER,
    OVER_GREATER_EQUAL,
    OVER_NO_RELATION
};

/* The left side of a comparison, which is known. */
struct over_side {
    const struct over *over;
    const struct over_local *locals;
    enum cel_over_form form;
    uint16_t value;
    const struct toc_names *names; /* of the value; NULL: it is a number */
    uint64_t bits;                 /* of math.bitAnd(value, bits); 0: the value itself */
    bool is_truth;
};

const struct cel_over *over_test(const struct over_side *side, enum cel_over_op op, int64_t low,
                                 int64_t high);
const struct cel_over *over_any_of(const struct over_side *side, uint64_t bits);
/* Of value - less, or with CEL_OVER_NO_VALUE of the value, against a number. */
const struct cel_over *over_range(const struct over_side *side, uint16_t less,
                                  enum over_relation relation, int64_t number);
const struct cel_over *over_against(const struct over_side *side, enum over_relation relation,
                                    const struct cel_value *value);
/* Whether it is one of the names whose bits are set, or (without `in`) none of them. */
const struct cel_over *over_in(const struct over_side *side, uint64_t bits, bool in);
