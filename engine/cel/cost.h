// SPDX-License-Identifier: Apache-2.0
// What an expression may cost at most, estimated before it ever runs.
#pragma once

#include "cel/ast.h"
#include "cel/unit.h"

/* An upper bound of the steps of one evaluation of a checked tree: one a node and element, more for
 * functions that look at many. Saturates. Beyond CEL_MAX_COST the unit is too big, and a diagnostic
 * names the macro that runs most often. */
uint64_t cel_cost(struct cel_unit *unit, const struct cel_node *node);
