// SPDX-License-Identifier: Apache-2.0
// Which fields a program looks at.
#pragma once

#include "cel/ast.h"

/* Conditions name a dozen fields at most; a program of more is one that looks at all. */
#define CEL_MAX_READS 48

/* The fields of whatever objects whose values decide the result, beside what leads from one object
 * to another: which are there, of which variant, and how many. */
struct cel_reads {
    const struct toc_object *root;
    const struct toc_field *hidden; /* see cel_scope */
    const struct toc_field **fields;
    uint16_t n;   /* at most CEL_MAX_READS */
    bool all;     /* it may look at any */
    bool element; /* it looks at the first variable … */
    bool vars;    /* … or another, whose values come from the caller */
};

/* Of a checked tree; what the caller then looks at in the result does not count. The fields live in
 * the arena. -ENOMEM. */
int cel_reads_of(const struct cel_node *node, const struct cel_scope *scope,
                 struct toc_arena *arena, struct cel_reads *ret);
bool cel_reads_field(const struct cel_reads *reads, const struct toc_field *field);
