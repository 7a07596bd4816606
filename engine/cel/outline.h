// SPDX-License-Identifier: Apache-2.0
// The sub-expressions of an expression, for those who show the value of each.
#pragma once

#include "cel/parts.h"

struct cel_outline_item {
    struct cel_part part;
    uint16_t depth; /* 0: the whole */
    bool condition; /* its truth decides: the whole, operands of && || !, what ?: asks and gives */
};

/* Outer ones first, in order of the text. Literals are left out, names are not taken apart, nor is
 * what refers to a macro's variable. */
struct cel_outline {
    struct cel_outline_item *items;
    size_t n;
};

/* Takes an expression apart without checking it; the result lives in `arena`. -EBADMSG when it does
 * not parse (nothing is said), -ENOMEM. */
int cel_outline(const struct cel_source *source, struct toc_arena *arena, struct cel_outline *ret);
