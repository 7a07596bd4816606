// SPDX-License-Identifier: Apache-2.0
// From what must hold of a call to the table of tests that decides about it in the kernel.
#include "detect/pushdown.h"

static const enum toc_filter_stage stages[] = {
#define SLOT(name, path, form, stage, names) TOC_FILTER_##stage,
#include "event/filter_slots.def"
#undef SLOT
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
    struct toc_filter_atom *to = &table->atoms[table->n++];
    bool is_range = atom->op == CEL_OVER_RANGE, any = atom->op == CEL_OVER_ANY_OF;

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

static bool is_any_of(const struct cel_over_term *term) {
    return term->n == 1 && term->atoms[0].op == CEL_OVER_ANY_OF &&
           term->atoms[0].less == CEL_OVER_NO_VALUE;
}

/* Some bit of one set, or some bit of another. */
static bool is_joined(const struct cel_over_term *term, struct toc_filter_table *table) {
    const struct cel_over_atom *atom = &term->atoms[0];

    for (size_t i = 0; is_any_of(term) && i < table->n; i++) {
        struct toc_filter_atom *to = &table->atoms[i];

        if (to->slot != atom->value || to->less < TOC_FILTER_SLOTS || !to->last ||
            (i && !table->atoms[i - 1].last) || to->span != UINT64_MAX - 1 || to->low != 1 ||
            to->absent != atom->absent)
            continue;
        to->bits |= (uint64_t)atom->low;
        return true;
    }
    return false;
}

static bool is_early(const struct cel_over_term *term) {
    bool early = true;

    for (size_t i = 0; i < term->n; i++)
        early &= is_known(&term->atoms[i], TOC_FILTER_RESULT);
    return early;
}

static void add_terms(const struct cel_over *over, bool early, struct toc_filter_table *table) {
    for (size_t i = 0; i < over->n; i++) {
        const struct cel_over_term *term = &over->terms[i];

        if (is_early(term) != early || is_joined(term, table))
            continue;
        for (size_t k = 0; k < term->n; k++)
            add(table, &term->atoms[k], term->n - k - 1);
    }
}

void toc_pushdown_table(const struct cel_over *over, struct toc_filter_table *table) {
    size_t n = 0;

    *table = (struct toc_filter_table){0};
    for (size_t i = 0; i < over->n; i++)
        n += over->terms[i].n;
    if (over->anything || n > TOC_FILTER_ATOMS)
        return;
    table->decides = 1;
    add_terms(over, true, table);
    table->n_early = table->n;
    add_terms(over, false, table);
    for (unsigned stage = 0; stage < TOC_FILTER_STAGES; stage++)
        if (decides_at(over, stage) && learns_at(over, stage))
            table->stages |= 1u << stage;
}
