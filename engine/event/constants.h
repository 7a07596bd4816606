// SPDX-License-Identifier: Apache-2.0
// MSG_*, AF_*, errno names and their like: identifiers that stand for integers in expressions.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct toc_constant {
    const char *name;
    int64_t value;
};

/* In the order of constants.def: by kind, not by name. Names are unique. */
extern const struct toc_constant toc_constants[];
extern const size_t toc_constants_n;

/* The value of a name: true and *ret_value, or false. */
bool toc_constant_value(const char *name, size_t n, int64_t *ret_value);
