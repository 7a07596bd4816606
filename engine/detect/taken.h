// SPDX-License-Identifier: Apache-2.0
// The expressions of a signature taken apart into those parts whose truth decides.
#pragma once

#include "cel/outline.h"
#include "detect/signature.h"

struct toc_taken_item {
    const struct toc_expression *expression;
    struct cel_part text;              /* of the expression's */
    const struct cel_program *program; /* NULL: it does not stand alone */
    struct cel_program *owned; /* the same where it was compiled for this; NULL: the signature's */
    uint16_t depth;            /* 0: the whole expression */
    bool value;                /* its value is wanted, not its truth: a field, a key */
};

/* In the order of the expressions, then of their texts. */
struct toc_taken {
    struct toc_taken_item *items;
    size_t n;
};

/* Under the parameters that `compiled` has; lives in `arena`, but for the programs, which
 * toc_taken_clear frees also after -ENOMEM. Two of one signature have the same items. */
int toc_take_apart(const struct toc_compiled *compiled, struct toc_arena *arena,
                   struct toc_taken *ret);
void toc_taken_clear(struct toc_taken *taken);
