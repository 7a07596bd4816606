// SPDX-License-Identifier: Apache-2.0
// What may differ between records of the same layout.
#pragma once

#include "cel/cel.h"
#include "random.h"

/* Changes some values of a record of n bytes, none that leads to others: the words that may differ
 * go to `words`, which has room for all, as in struct toc_changes. Returns how many. From the same
 * state of `places` they are the same ones, of a record of the same layout. */
uint32_t oracle_change(struct orandom *places, struct orandom *values,
                       const struct toc_object *root, void *record, size_t n, uint32_t *words);
