// SPDX-License-Identifier: Apache-2.0
// Sums of terms: or, and. What grows too large is made to hold in more cases.
#include <string.h>

#include "cel/over_node.h"

static bool is_single(const struct cel_over_term *term, enum cel_over_op op) {
    return term->n == 1 && term->atoms[0].op == op;
}

static bool same_value(const struct cel_over_term *a, const struct cel_over_term *b) {
    return a->atoms[0].value == b->atoms[0].value && a->atoms[0].less == b->atoms[0].less &&
           a->atoms[0].absent == b->atoms[0].absent;
}

static bool same_term(const struct cel_over_term *a, const struct cel_over_term *b) {
    return a->n == b->n && !memcmp(a->atoms, b->atoms, a->n * sizeof(a->atoms[0]));
}

/* Two tests for bits of one value are one. */
static bool merge(struct cel_over *sum, const struct cel_over_term *term) {
    for (size_t i = 0; i < sum->n; i++) {
        struct cel_over_term *other = &sum->terms[i];

        if (same_term(other, term))
            return true;
        if (is_single(other, CEL_OVER_ANY_OF) && is_single(term, CEL_OVER_ANY_OF) &&
            same_value(other, term)) {
            other->atoms[0].low |= term->atoms[0].low;
            return true;
        }
    }
    return false;
}

/* One test that holds wherever either does. False: they are of different things, or that would be
 * any value. */
static bool join_atoms(struct cel_over_atom *atom, const struct cel_over_atom *other) {
    if (atom->op != other->op || atom->value != other->value || atom->less != other->less ||
        atom->absent != other->absent)
        return false;
    switch (atom->op) {
    case CEL_OVER_RANGE:
        if (other->low < atom->low)
            atom->low = other->low;
        if (other->high > atom->high)
            atom->high = other->high;
        return atom->low > INT64_MIN || atom->high < INT64_MAX;
    case CEL_OVER_ANY_OF: atom->low |= other->low; return true;
    default: atom->low &= other->low; return atom->low != 0;
    }
}

/* The same of terms: what both test. */
static struct cel_over_term common(const struct cel_over_term *a, const struct cel_over_term *b) {
    struct cel_over_term both = {.n = 0};

    for (size_t i = 0; i < a->n; i++) {
        for (size_t k = 0; k < b->n; k++) {
            both.atoms[both.n] = a->atoms[i];
            if (!join_atoms(&both.atoms[both.n], &b->atoms[k]))
                continue;
            both.n++;
            break;
        }
    }
    return both;
}

/* For lack of room: of the terms that have most in common with this one, the one that loses least
 * is made to hold wherever either does. */
static bool widen(struct cel_over *sum, const struct cel_over_term *term) {
    struct cel_over_term *best = NULL, wide = {.n = 0};

    for (size_t i = 0; i < sum->n; i++) {
        struct cel_over_term both = common(&sum->terms[i], term);

        if (both.n == 0 || both.n < wide.n ||
            (best && both.n == wide.n && sum->terms[i].n >= best->n))
            continue;
        best = &sum->terms[i];
        wide = both;
    }
    if (best)
        *best = wide;
    return best;
}

/* False: there is no room. */
static bool fit(struct cel_over *sum, const struct cel_over_term *term) {
    if (merge(sum, term))
        return true;
    if (sum->n == CEL_OVER_TERMS)
        return false;
    sum->terms[sum->n++] = *term;
    return true;
}

bool cel_over_shorten(struct cel_over *sum) {
    for (size_t i = sum->n; i-- > 0;) {
        struct cel_over_term term = sum->terms[i];

        sum->terms[i] = sum->terms[--sum->n];
        if (widen(sum, &term))
            return true;
        sum->terms[sum->n++] = sum->terms[i];
        sum->terms[i] = term;
    }
    return false;
}

/* Where a term has nothing in common with another, two others make room for it. */
static bool add(struct cel_over *sum, const struct cel_over_term *term) {
    return fit(sum, term) || widen(sum, term) || (cel_over_shorten(sum) && fit(sum, term));
}

void cel_over_or(struct cel_over *sum, const struct cel_over *other) {
    if (sum->anything)
        return;
    sum->anything = other->anything;
    sum->why_at = other->why_at;
    sum->why_n = other->why_n;
    for (size_t i = 0; i < other->n && !sum->anything; i++)
        sum->anything = !add(sum, &other->terms[i]);
    if (sum->anything)
        sum->n = 0;
}

static struct cel_over_term product(const struct cel_over_term *a, const struct cel_over_term *b) {
    struct cel_over_term both = *a;

    for (size_t i = 0; i < b->n && both.n < CEL_OVER_ATOMS; i++)
        both.atoms[both.n++] = b->atoms[i];
    return both;
}

void cel_over_and(struct cel_over *sum, const struct cel_over *other) {
    const struct cel_over first = *sum;

    if (other->anything)
        return;
    if (first.anything) {
        *sum = *other;
        return;
    }
    sum->n = 0;
    for (size_t i = 0; i < first.n; i++) {
        for (size_t j = 0; j < other->n; j++) {
            struct cel_over_term both = product(&first.terms[i], &other->terms[j]);

            if (fit(sum, &both))
                continue;
            *sum = first.n < other->n ? first : *other;
            return;
        }
    }
}

/* ---- In the work arena, NULL for anything ---- */

static struct cel_over *sum_new(const struct over *over) {
    return cel_work(over->unit, sizeof(struct cel_over));
}

const struct cel_over *over_nothing(const struct over *over) {
    return sum_new(over);
}

const struct cel_over *over_one(const struct over *over, const struct cel_over_atom *atom) {
    struct cel_over *sum = sum_new(over);

    if (sum) {
        sum->n = 1;
        sum->terms[0] = (struct cel_over_term){.atoms = {*atom}, .n = 1};
        sum->terms[0].atoms[0].absent = over->options->or_fails;
    }
    return sum;
}

static const struct cel_over *joined(const struct over *over, const struct cel_over *a,
                                     const struct cel_over *b,
                                     void (*join)(struct cel_over *, const struct cel_over *)) {
    struct cel_over *sum = sum_new(over);

    if (!sum)
        return NULL;
    *sum = *a;
    join(sum, b);
    return sum->anything ? NULL : sum;
}

const struct cel_over *over_either(const struct over *over, const struct cel_over *a,
                                   const struct cel_over *b) {
    return a && b ? joined(over, a, b, cel_over_or) : NULL;
}

const struct cel_over *over_both(const struct over *over, const struct cel_over *a,
                                 const struct cel_over *b) {
    return a && b ? joined(over, a, b, cel_over_and) : a ? a : b;
}
