// SPDX-License-Identifier: Apache-2.0
// The tables of what random expressions are made of.
#include "generate.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ROW(type, weight, text) {type, weight, text},

const struct orow oracle_leaves[] = {
#include "leaves.def"
};
const size_t oracle_n_leaves = COUNT(oracle_leaves);

const struct orow oracle_rows[] = {
#include "rows.def"
};
const size_t oracle_n_rows = COUNT(oracle_rows);

const struct orow oracle_mistakes[] = {
#include "mistakes.def"
};
const size_t oracle_n_mistakes = COUNT(oracle_mistakes);
