// SPDX-License-Identifier: Apache-2.0
// Order of values across the kinds of numbers.
#pragma once

#include "cel/cel.h"

/* Neither less, equal nor greater: NaN. */
#define CEL_UNORDERED 2
/* Values of these kinds have no order. */
#define CEL_NO_ORDER 3

/* -1, 0, 1 or one of the above. */
int cel_compare(const struct cel_value *a, const struct cel_value *b);

/* The value of a key, or NULL. */
const struct cel_value *cel_map_find(const struct cel_map *map, const struct cel_value *key);
