// SPDX-License-Identifier: Apache-2.0
// From what must hold of a call to the table of tests that decides about it in the kernel.
#include <string.h>

#include "detect/pushdown.h"

static const enum toc_filter_stage stages[] = {
#define SLOT(name, path, form, stage, names) TOC_FILTER_##stage,
#include "event/filter_slots.def"
};

static bool is_known(const struct cel_over_atom *atom, enum toc_filter_stage stage) {
    return stages[atom->value] <= stage &&
           (atom->less == CEL_OVER_NO_VALUE || stages[atom->less] <= stage);
}

static bool decides_at(const struct cel_over *over, enum toc_filter_stage stage) {
    for (size_t i = 0; i < over->n; i++) {
        bool known = false;

        for (size_t k = 0; k < over->terms[i].n; k++)
            known |= is_known(&over->terms[i].atoms[k], stage);
        if (!known)
            return false;
    }
    return true;
}

/* Asking again is of use where something is known that was not before. */
static bool learns_at(const struct cel_over *over, enum toc_filter_stage stage) {
    for (size_t i = 0; i < over->n; i++)
        for (size_t k = 0; k < over->terms[i].n; k++)
            if (is_known(&over->terms[i].atoms[k], stage) &&
                (stage == 0 || !is_known(&over->terms[i].atoms[k], stage - 1)))
                return true;
    return over->n == 0 && stage == TOC_FILTER_CALL;
}

static void add(struct toc_filter_table *table, const struct cel_over_atom *atom, size_t rest) {
    bool is_range = atom->op == CEL_OVER_RANGE, any = atom->op == CEL_OVER_ANY_OF;
    struct toc_filter_atom *to;

    if (table->n++ >= TOC_FILTER_ATOMS)
        return; // too many: seen at the end
    to = &table->atoms[table->n - 1];

    *to = (struct toc_filter_atom){
        .slot = (uint8_t)atom->value,
        .less = atom->less == CEL_OVER_NO_VALUE ? TOC_FILTER_SLOTS : (uint8_t)atom->less,
        .last = rest == 0,
        .absent = (uint8_t)atom->absent,
        .rest = (uint32_t)rest,
        .bits = is_range ? UINT64_MAX : (uint64_t)atom->low,
        .low = is_range ? (uint64_t)atom->low : any,
        .span = is_range ? (uint64_t)atom->high - (uint64_t)atom->low
                : any    ? UINT64_MAX - 1
                         : 0,
    };
    table->needs |= UINT64_C(1) << to->slot;
    if (to->less < TOC_FILTER_SLOTS)
        table->needs |= UINT64_C(1) << to->less;
}

/* ---- Terms of one test for bits ---- */

/* Of what passes no call that lacks the value. */
static bool is_bits(const struct cel_over_atom *atom) {
    return atom->op == CEL_OVER_ANY_OF && atom->less == CEL_OVER_NO_VALUE && !atom->absent;
}

static bool is_any(const struct cel_over_term *term) {
    return term->n == 1 && is_bits(&term->atoms[0]);
}

static void add_any(const struct cel_over *over, struct toc_filter_table *table) {
    for (size_t i = 0; i < over->n; i++) {
        const struct cel_over_atom *atom = &over->terms[i].atoms[0];

        if (!is_any(&over->terms[i]))
            continue;
        table->any[atom->value] |= (uint64_t)atom->low;
        table->any_slots |= UINT64_C(1) << atom->value;
    }
    table->needs |= table->any_slots;
}

/* Wherever the term holds, one of those does. */
static bool is_covered(const struct cel_over_term *term, const struct toc_filter_table *table) {
    for (size_t i = 0; i < term->n; i++)
        if (is_bits(&term->atoms[i]) &&
            !((uint64_t)term->atoms[i].low & ~table->any[term->atoms[i].value]))
            return true;
    return false;
}

/* ---- The others ---- */

/* Terms still to be added. */
struct rest {
    const struct cel_over_term *terms[CEL_OVER_TERMS];
    size_t n;
};

static bool is_early(const struct cel_over_term *term) {
    bool early = true;

    for (size_t i = 0; i < term->n; i++)
        early &= is_known(&term->atoms[i], TOC_FILTER_RESULT);
    return early;
}

static bool has_atom(const struct cel_over_term *term, const struct cel_over_atom *atom) {
    for (size_t i = 0; i < term->n; i++)
        if (!memcmp(&term->atoms[i], atom, sizeof(*atom)))
            return true;
    return false;
}

static size_t count_with(const struct rest *rest, const struct cel_over_atom *atom) {
    size_t n = 0;

    for (size_t i = 0; i < rest->n; i++)
        n += has_atom(rest->terms[i], atom);
    return n;
}

/* The test that the first term shares with the most others. */
static const struct cel_over_atom *most_shared(const struct rest *rest) {
    const struct cel_over_term *term = rest->terms[0];
    const struct cel_over_atom *best = &term->atoms[0];

    for (size_t i = 1; i < term->n; i++)
        if (count_with(rest, &term->atoms[i]) > count_with(rest, best))
            best = &term->atoms[i];
    return best;
}

/* The term without the test that is asked before it. False: nothing is left of it. */
static bool add_term(const struct cel_over_term *term, const struct cel_over_atom *guard,
                     struct toc_filter_table *table) {
    struct cel_over_term left = {.n = 0};

    for (size_t i = 0; i < term->n; i++)
        if (memcmp(&term->atoms[i], guard, sizeof(*guard)) != 0)
            left.atoms[left.n++] = term->atoms[i];
    for (size_t i = 0; i < left.n; i++)
        add(table, &left.atoms[i], left.n - i - 1);
    return left.n > 0;
}

/* The terms that have that test, which is asked once for all of them. */
static void add_guarded(struct rest *rest, const struct cel_over_atom *guard,
                        struct toc_filter_table *table) {
    uint16_t at = table->n;
    bool alone = false;
    size_t left = 0;

    add(table, guard, 1);
    for (size_t i = 0; i < rest->n; i++) {
        const struct cel_over_term *term = rest->terms[i];

        if (!has_atom(term, guard))
            rest->terms[left++] = term;
        else
            alone |= !add_term(term, guard, table);
    }
    rest->n = left;
    // A term of that test alone holds wherever one of the others does.
    if (alone)
        table->n = (uint16_t)(at + 1);
    if (at >= TOC_FILTER_ATOMS)
        return;
    table->atoms[at].rest = (uint32_t)(table->n - at - 1);
    table->atoms[at].last = alone;
}

static void add_terms(const struct cel_over *over, bool early, struct toc_filter_table *table) {
    struct rest rest = {.n = 0};

    for (size_t i = 0; i < over->n; i++)
        if (is_early(&over->terms[i]) == early && !is_covered(&over->terms[i], table))
            rest.terms[rest.n++] = &over->terms[i];
    while (rest.n)
        add_guarded(&rest, most_shared(&rest), table);
}

/* False: it has more tests than there is room for. */
static bool make(const struct cel_over *over, struct toc_filter_table *table) {
    *table = (struct toc_filter_table){.decides = 1};
    add_any(over, table);
    add_terms(over, true, table);
    table->n_early = table->n;
    add_terms(over, false, table);
    for (unsigned stage = 0; stage < TOC_FILTER_STAGES; stage++)
        if (decides_at(over, stage) && learns_at(over, stage))
            table->stages |= 1u << stage;
    return table->n <= TOC_FILTER_ATOMS;
}

void toc_pushdown_table(const struct cel_over *over, struct toc_filter_table *table) {
    struct cel_over fewer = *over;
    bool made = !fewer.anything && make(&fewer, table);

    while (!made && cel_over_shorten(&fewer))
        made = make(&fewer, table);
    if (!made)
        *table = (struct toc_filter_table){0};
}
