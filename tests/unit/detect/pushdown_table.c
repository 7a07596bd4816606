// SPDX-License-Identifier: Apache-2.0
// Push-down: a table says of any facts what the terms say that it was made of.
#include <criterion/criterion.h>

#include "detect/pushdown.h"
#include "pushdown_random.h"

#define SLOTS 5
#define ROUNDS 4000

/* Two of them are known early, the others late. */
static const uint16_t slots[SLOTS] = {TOC_FILTER_FLAGS, TOC_FILTER_RET, TOC_FILTER_STATUS,
                                      TOC_FILTER_CHANGED, TOC_FILTER_IOV_COUNT};

static struct cel_over_atom random_atom(void) {
    struct cel_over_atom atom = {.op = (uint16_t)random_below(3),
                                 .absent = !random_below(4),
                                 .value = RANDOM_OF(slots),
                                 .less = random_below(6) ? CEL_OVER_NO_VALUE : RANDOM_OF(slots)};

    if (atom.op == CEL_OVER_RANGE) {
        atom.low = random_below(8);
        atom.high = atom.low + random_below(3);
    } else {
        atom.low = 1 + random_below(7);
    }
    return atom;
}

/* Tests are taken from a few, so that terms share some. */
static void random_over(struct cel_over *ret) {
    struct cel_over_atom some[6];

    *ret = (struct cel_over){.n = random_below(9)};
    for (size_t i = 0; i < 6; i++)
        some[i] = random_atom();
    for (size_t i = 0; i < ret->n; i++) {
        ret->terms[i].n = 1 + random_below(CEL_OVER_ATOMS);
        for (size_t k = 0; k < ret->terms[i].n; k++)
            ret->terms[i].atoms[k] = RANDOM_OF(some);
    }
}

static void random_facts(struct toc_filter_facts *ret) {
    *ret = (struct toc_filter_facts){0};
    for (size_t i = 0; i < SLOTS; i++) {
        uint64_t bit = UINT64_C(1) << slots[i];

        switch (random_below(5)) {
        case 0: ret->absent |= bit; break;
        case 1: break;
        default: ret->known |= bit; ret->value[slots[i]] = random_below(9);
        }
    }
}

static bool holds(const struct cel_over_atom *atom, const struct toc_filter_facts *facts) {
    bool differs = atom->less != CEL_OVER_NO_VALUE;
    uint64_t asked = UINT64_C(1) << atom->value | (differs ? UINT64_C(1) << atom->less : 0);
    int64_t value =
        (int64_t)facts->value[atom->value] - (int64_t)(differs ? facts->value[atom->less] : 0);

    if (facts->absent & asked)
        return atom->absent;
    if (asked & ~facts->known)
        return true;
    switch (atom->op) {
    case CEL_OVER_RANGE: return atom->low <= value && value <= atom->high;
    case CEL_OVER_ANY_OF: return (value & atom->low) != 0;
    default: return (value & atom->low) == 0;
    }
}

static bool one_holds(const struct cel_over *over, const struct toc_filter_facts *facts) {
    bool found = false;

    for (size_t i = 0; i < over->n && !found; i++) {
        found = true;
        for (size_t k = 0; k < over->terms[i].n; k++)
            found &= holds(&over->terms[i].atoms[k], facts);
    }
    return found;
}

Test(pushdown_table, says_what_its_terms_say) {
    size_t passed = 0, fewer = 0;

    for (long round = 0; round < ROUNDS; round++) {
        struct toc_filter_table table;
        struct cel_over over;
        size_t tests = 0;

        random_begin(round);
        random_over(&over);
        toc_pushdown_table(&over, &table);
        cr_assert(table.decides);
        cr_assert_eq(toc_filter_is_empty(&table), over.n == 0);
        for (size_t i = 0; i < over.n; i++)
            tests += over.terms[i].n;
        fewer += table.n < tests;
        for (int i = 0; i < 20; i++) {
            struct toc_filter_facts facts;
            bool expected;

            random_facts(&facts);
            expected = one_holds(&over, &facts);
            passed += expected;
            cr_assert_eq(!!toc_filter_passes(&table, &facts), expected, "round %ld", round);
        }
    }
    cr_expect(passed > ROUNDS && passed < 19 * ROUNDS);
    cr_expect_gt(fewer, ROUNDS / 2, "tests are shared");
}

/* One that is asked of several terms is asked once, and those that ask for what is asked anyway are
 * left out. */
Test(pushdown_table, asks_once) {
    const struct cel_over_atom fault = {CEL_OVER_ANY_OF,   0, TOC_FILTER_STATUS,
                                        CEL_OVER_NO_VALUE, 8, 0};
    const struct cel_over_atom some = {CEL_OVER_RANGE, 0, TOC_FILTER_RET, CEL_OVER_NO_VALUE, 1, 99};
    const struct cel_over_atom many = {CEL_OVER_RANGE,    0,  TOC_FILTER_IOV_COUNT,
                                       CEL_OVER_NO_VALUE, 16, 99};
    const struct cel_over_atom none = {CEL_OVER_RANGE,    0, TOC_FILTER_IOV_COUNT,
                                       CEL_OVER_NO_VALUE, 0, 0};
    const struct cel_over over = {
        .terms = {{{fault}, 1}, {{some, fault}, 2}, {{many, some}, 2}, {{some, none}, 2}}, .n = 4};
    struct toc_filter_table table;

    toc_pushdown_table(&over, &table);
    cr_expect_eq(table.any_slots, UINT64_C(1) << TOC_FILTER_STATUS);
    cr_assert_eq(table.n, 3);
    cr_expect_eq(table.atoms[0].slot, TOC_FILTER_RET);
    cr_expect_eq(table.atoms[0].rest, 2);
}

/* More terms than there is room for become fewer, that hold in more cases: never none at all. */
Test(pushdown_table, however_many_terms_there_are) {
    size_t rejected = 0;

    for (long round = 0; round < ROUNDS / 40; round++) {
        struct cel_over all = {.n = 0}, terms[200] = {0};
        struct toc_filter_table table;

        random_begin(round);
        for (size_t i = 0; i < 200; i++) {
            struct cel_over_term *term = &terms[i].terms[0];

            terms[i].n = 1;
            term->n = 4;
            for (size_t k = 0; k < 4; k++) {
                term->atoms[k] = random_atom();
                term->atoms[k].value = slots[k];
                term->atoms[k].less = CEL_OVER_NO_VALUE;
                term->atoms[k].absent = 0;
                term->atoms[k].op = k == 0 ? CEL_OVER_RANGE : term->atoms[k].op;
            }
            cel_over_or(&all, &terms[i]);
        }
        toc_pushdown_table(&all, &table);
        cr_assert(!all.anything && table.decides, "round %ld", round);
        for (int i = 0; i < 40; i++) {
            struct toc_filter_facts facts;
            bool expected = false;

            random_facts(&facts);
            facts.known |= UINT64_C(1) << slots[0];
            facts.absent &= ~facts.known;
            facts.value[slots[0]] = random_below(20);
            for (size_t k = 0; k < 200 && !expected; k++)
                expected = one_holds(&terms[k], &facts);
            cr_assert(!expected || toc_filter_passes(&table, &facts), "round %ld", round);
            rejected += !toc_filter_passes(&table, &facts);
        }
    }
    cr_expect_gt(rejected, 100);
}

/* A term that shares nothing with those there: it finds room, and takes it from others. */
Test(pushdown_table, a_term_of_its_own_finds_room) {
    struct cel_over all = {.n = 0}, one = {.terms = {{.n = 1}}, .n = 1};
    struct toc_filter_facts facts = {.known = UINT64_C(1) << slots[0] | UINT64_C(1) << slots[1] |
                                              UINT64_C(1) << slots[4]};
    struct cel_over_atom *atom = &one.terms[0].atoms[0];
    struct toc_filter_table table;

    *atom = (struct cel_over_atom){.op = CEL_OVER_RANGE, .less = CEL_OVER_NO_VALUE};
    for (unsigned i = 0; i < CEL_OVER_TERMS; i++) {
        atom->value = slots[i & 1];
        atom->low = atom->high = 10 + 2 * (int64_t)i;
        cel_over_or(&all, &one);
    }
    atom->value = slots[4];
    atom->low = atom->high = 7;
    cr_assert_eq(all.n, CEL_OVER_TERMS);
    cel_over_or(&all, &one);
    cr_assert(!all.anything);
    cr_expect_eq(all.n, CEL_OVER_TERMS);
    toc_pushdown_table(&all, &table);
    cr_expect_not(toc_filter_passes(&table, &facts));
    facts.value[slots[4]] = 7;
    cr_expect(toc_filter_passes(&table, &facts));
    facts.value[slots[4]] = 0;
    for (unsigned i = 0; i < CEL_OVER_TERMS; i++) {
        facts.value[slots[0]] = facts.value[slots[1]] = 0;
        facts.value[slots[i & 1]] = 10 + 2 * (uint64_t)i;
        cr_expect(toc_filter_passes(&table, &facts), "term %u", i);
    }
}
