// SPDX-License-Identifier: Apache-2.0
// Strings of the oracle as arrays of code points, each a string of its own.
#pragma once

#include "oracle.h"

struct ochars {
    struct ov *at;
    int64_t n;
};

struct ochars oracle_chars(struct oracle *o, const struct ov *s);
/* The string of n of them. */
struct ov oracle_text_of(struct oracle *o, const struct ov *chars, int64_t n);
bool oracle_stands_at(const struct ochars *s, int64_t at, const struct ochars *part);
