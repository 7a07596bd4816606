// SPDX-License-Identifier: Apache-2.0
// From a checked tree to the fields that it may look at.
#pragma once

#include "cel/unit.h"
#include "cel/uses.h"

struct cel_node;

/* All that a result depends on. */
struct cel_reads {
    const struct toc_object *root;
    const struct toc_field *hidden; /* see cel_scope */
    const struct cel_use *uses;
    bool element; /* the first variable … */
    bool vars;    /* … or another, whose values come from the caller */
};

/* In the memory of the program; without memory some are missing, and unit->no_memory is set. */
struct cel_reads cel_uses(struct cel_unit *unit, const struct cel_node *root);
bool cel_reads_field(const struct cel_reads *reads, const struct toc_field *field);
