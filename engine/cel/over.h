// SPDX-License-Identifier: Apache-2.0
// What must hold of a few known values wherever a condition is true: an over-approximation of it.
#pragma once

#include "cel/cel.h"

/* How a value is known. Of a path through lists, all elements are one value. */
enum cel_over_form {
    CEL_OVER_NUMBER, /* the number; of a closed set of names, that of the name */
    CEL_OVER_SET,    /* bits of the numbers of names, of false and true; of a list bit 1: it has
                      * elements
                      */
    CEL_OVER_MOST,   /* the greatest number */
    CEL_OVER_HASH,   /* bits of the numbers modulo 64 */
};

struct cel_over_value {
    const char *path; /* "batch.vlen", "msgs.enter.status", "ptr_space(batch.vec)" */
    enum cel_over_form form;
};

enum cel_over_op {
    CEL_OVER_RANGE,   /* low <= value <= high */
    CEL_OVER_ANY_OF,  /* one of the bits of `low` is set */
    CEL_OVER_NONE_OF, /* none is */
};

#define CEL_OVER_NO_VALUE UINT16_MAX

struct cel_over_atom {
    uint16_t op;
    uint16_t absent; /* what it gives where there is no such value: 0 or 1 */
    uint16_t value;  /* index of a known value */
    uint16_t less;   /* of the one subtracted first, or CEL_OVER_NO_VALUE */
    int64_t low, high;
};

/* More tests of a term than these are left out; of more terms some become one, of what they have in
 * common: what is left holds in more cases. */
#define CEL_OVER_ATOMS 4
#define CEL_OVER_TERMS 48

struct cel_over_term {
    struct cel_over_atom atoms[CEL_OVER_ATOMS];
    size_t n;
};

/* Wherever the condition is true all atoms of one of the terms hold. */
struct cel_over {
    bool anything; /* nothing is known: it may be true in every case */
    struct cel_over_term terms[CEL_OVER_TERMS];
    size_t n;
    size_t why_at, why_n; /* with `anything`: the bytes of the text that nothing is known of */
};

struct cel_over_options {
    const struct cel_over_value *values;
    size_t n_values;
    const char *each; /* path of the list whose elements the first variable stands for, or NULL */
    bool or_fails;    /* wherever the condition is true or fails, rather */
};

/* `scope` is that of the program made of the same text. 0, -EBADMSG or -EINVAL when it is none, or
 * -ENOMEM. */
int cel_over(const struct cel_source *source, const struct cel_scope *scope,
             const struct cel_over_options *options, struct cel_over *ret);

/* The sum becomes one that holds where either does, or where both do. */
void cel_over_or(struct cel_over *sum, const struct cel_over *other);
void cel_over_and(struct cel_over *sum, const struct cel_over *other);
/* One term less, in a sum that holds wherever it did. False: no two terms test the same value. */
bool cel_over_shorten(struct cel_over *sum);
