// SPDX-License-Identifier: Apache-2.0
// From a checked tree to the fields that it may look at.
#pragma once

#include "cel/unit.h"
#include "cel/uses.h"

struct cel_node;

/* In the memory of the program; without memory some are missing, and unit->no_memory is set. */
const struct cel_use *cel_uses(struct cel_unit *unit, const struct cel_node *root);
