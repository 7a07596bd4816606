// SPDX-License-Identifier: Apache-2.0
// Random expressions over the world's records, well typed or with one mistake.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "random.h"

/* One way to write a value of a type. A type is written b i j (a small int) u d s y (bytes) n
 * (null) T (timestamp) D (duration) t (type) I P A (an item, a part, a peer of the world) a (an
 * address) c (a network) F (a condition on a field), L of an element, O of what an optional holds,
 * M of a key and a value; X Y stand for any type, K for one that can be a map's key, C for one that
 * has an order, N for a number, Z for another, the same all over the row. In the text `X` is a
 * value of that type in turn, `=X` a literal, @X a new variable, which counts from the next ~ on.
 */
struct orow {
    const char *type;
    unsigned weight;
    const char *text;
};

extern const struct orow oracle_rows[], oracle_leaves[], oracle_mistakes[];
extern const size_t oracle_n_rows, oracle_n_leaves, oracle_n_mistakes;

/* Appends an expression of any type; `mistake`: with one part that must not pass the checker. */
void oracle_generate(struct orandom *random, bool mistake, struct toc_buf *buf);
