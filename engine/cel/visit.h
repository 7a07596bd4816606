// SPDX-License-Identifier: Apache-2.0
// Walking what a value holds, the same way for lists, maps and objects of a record.
#pragma once

#include "cel/cel.h"

/* Calls entry(key, value, ctx) for each element of a list (key is NULL), entry of a map, and
 * observed field of an object. The values live during the call only. */
void cel_visit(const struct cel_value *value,
               void (*entry)(const struct cel_value *key, const struct cel_value *value, void *ctx),
               void *ctx);
