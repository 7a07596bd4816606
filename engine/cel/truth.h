// SPDX-License-Identifier: Apache-2.0
// Conditions whose answer is known before any record is seen.
#pragma once

#include "cel/ast.h"
#include "cel/unit.h"

/* Of a condition that checked without errors: an error when it can never be true, a warning when it
 * always is (the literal `true` is meant), and warnings about its parts. Constants of the scope may
 * be set to other values: what depends on them is not judged. */
void cel_check_truth(struct cel_unit *unit, const struct cel_node *condition);

/* ---- Between its two files ---- */

enum cel_truth { CEL_UNDECIDED, CEL_NEVER, CEL_ALWAYS };

/* Two literals compared: == != < <= > >=. */
enum cel_truth cel_truth_of_literals(const struct cel_node *comparison);
/* Whether two comparisons of the same thing with literals cannot both hold. */
bool cel_truth_excludes(const struct cel_unit *unit, const struct cel_node *a,
                        const struct cel_node *b);
