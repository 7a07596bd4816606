// SPDX-License-Identifier: Apache-2.0
// What conditions cannot be true without: for each the clauses, sets of cheap tests, that tell
// most.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cel/ast.h"
#include "cel/set_node.h"

/* More alternatives tell little. */
#define MAX_LEAVES 16

struct clause {
    int rank; /* how much it tells; 0: there is none */
    bool first;
    uint32_t n;
    struct set_node *leaves[MAX_LEAVES];
};

struct clauses {
    struct clause best[SET_CLAUSES]; /* by rank */
};

/* What holds for few values tells much. A clause that tells less than USEFUL is asked only where
 * there is no other; MORE, also beside one that is just useful. */
enum {
    NONE,
    NEGATED,
    PRESENT,
    FLAG,
    HALF,
    MORE,
    USEFUL,
    BOUNDED = USEFUL,
    CLASS,
    PART,
    ONE,
    NEVER
};

static int rank_of_range(const struct cel_test *test) {
    const struct toc_field *field = test->path->steps[test->path->n - 1].field;

    if (field->kind == TOC_KIND_BOOL)
        return FLAG;
    if (test->low == test->high)
        return field->kind == TOC_KIND_ENUM ? BOUNDED : ONE;
    // Of a count, more than some number tells much more than more than none.
    if (test->high >= INT64_MAX && (int64_t)test->low > 1)
        return MORE;
    return test->low == 0 || test->low == (uint64_t)INT64_MIN || test->high >= INT64_MAX ? HALF
                                                                                         : BOUNDED;
}

static int rank_of(const struct cel_test *test) {
    if (test->negate)
        return NEGATED;
    switch ((enum cel_test_kind)test->kind) {
    case CEL_TEST_NONE: return NONE;
    case CEL_TEST_HAS: return PRESENT;
    case CEL_TEST_RANGE: return rank_of_range(test);
    case CEL_TEST_ONE_OF: return BOUNDED;
    case CEL_TEST_ORDER:
    case CEL_TEST_CLASS: return CLASS;
    case CEL_TEST_SOME_BIT:
    case CEL_TEST_STARTS:
    case CEL_TEST_ENDS:
    case CEL_TEST_CONTAINS: return PART;
    case CEL_TEST_MATCHES: return test->n == 2 ? PART : NONE;
    case CEL_TEST_NUMBERS:
    case CEL_TEST_NETS:
    case CEL_TEST_IS: return ONE;
    }
    return NONE;
}

static void offer(struct clauses *clauses, const struct clause *clause) {
    struct clause moving = *clause;

    for (size_t i = 0; i < SET_CLAUSES; i++) {
        struct clause *here = &clauses->best[i];

        if (moving.rank > here->rank) {
            struct clause before = *here;

            *here = moving;
            moving = before;
        }
    }
}

static void clauses_of(struct set_node *node, struct clauses *ret);

static void clauses_of_and(const struct set_node *node, struct clauses *ret) {
    for (uint32_t i = 0; i < node->n; i++) {
        struct clauses kid;

        clauses_of(node->kids[i], &kid);
        for (size_t k = 0; k < SET_CLAUSES && kid.best[k].rank; k++)
            offer(ret, &kid.best[k]);
    }
}

/* The best clause of each alternative, together. */
static void clauses_of_or(const struct set_node *node, struct clauses *ret) {
    struct clause all = {.rank = NEVER};

    for (uint32_t i = 0; i < node->n; i++) {
        struct clauses kid;
        const struct clause *best = &kid.best[0];

        clauses_of(node->kids[i], &kid);
        if (!best->rank || all.n + best->n > MAX_LEAVES ||
            (all.n && best->n && all.first != best->first))
            return;
        all.rank = best->rank < all.rank ? best->rank : all.rank;
        all.first = best->n ? best->first : all.first;
        memcpy(all.leaves + all.n, best->leaves, best->n * sizeof(best->leaves[0]));
        all.n += best->n;
    }
    offer(ret, &all);
}

static bool is_of_elements(const struct clause *clause) {
    bool some = false;

    for (uint32_t i = 0; i < clause->n; i++)
        some |= clause->leaves[i]->domain != SET_RECORD;
    return some;
}

/* all() is false where the first element says so. What says nothing of an element would leave out
 * that there may be none, or no list. */
static void clauses_of_quantifier(const struct set_node *node, struct clauses *ret) {
    struct clauses kid;

    clauses_of(node->kids[0], &kid);
    for (size_t k = 0; k < SET_CLAUSES && kid.best[k].rank; k++) {
        kid.best[k].first = node->kind == SET_ALL;
        if (is_of_elements(&kid.best[k]))
            offer(ret, &kid.best[k]);
    }
}

static void clauses_of(struct set_node *node, struct clauses *ret) {
    struct clause one = {.n = 1, .leaves = {node}};

    memset(ret, 0, sizeof(*ret));
    switch ((enum set_kind)node->kind) {
    case SET_CONST:
        one = (struct clause){.rank = node->truth ? NONE : NEVER};
        offer(ret, &one);
        return;
    case SET_AND: clauses_of_and(node, ret); return;
    case SET_OR: clauses_of_or(node, ret); return;
    case SET_EXISTS:
    case SET_ALL: clauses_of_quantifier(node, ret); return;
    case SET_TEST:
    case SET_CODE:
        one.rank = rank_of(&node->test);
        offer(ret, &one);
        return;
    case SET_NESTED:
        one.rank = cel_op_quantifier(node->code)->macro == CEL_MACRO_EXISTS ? CLASS : FLAG;
        offer(ret, &one);
        return;
    case SET_NOT: return;
    }
}

static struct set_guard *guard_at(struct cel_set *set, struct set_node *leaf, bool first) {
    uint32_t *number = &leaf->guards[first];
    size_t cap = set->cap_guards ? set->cap_guards * 2 : 64;
    struct set_guard *guards;

    if (*number)
        return &set->guards[*number - 1];
    if (set->n_guards == set->cap_guards) {
        guards = reallocarray(set->guards, cap, sizeof(*guards));
        if (!guards)
            return NULL;
        set->guards = guards;
        set->cap_guards = cap;
    }
    set->guards[set->n_guards] = (struct set_guard){.leaf = leaf, .first = first};
    *number = (uint32_t)++set->n_guards;
    return &set->guards[*number - 1];
}

static int add(struct set_guard *guard, uint32_t id, uint32_t clause) {
    uint32_t cap = guard->cap ? guard->cap * 2 : 2;
    struct set_target *targets;

    if (guard->n == guard->cap) {
        targets = reallocarray(guard->targets, cap, sizeof(*targets));
        if (!targets)
            return -ENOMEM;
        guard->targets = targets;
        guard->cap = cap;
    }
    guard->targets[guard->n++] = (struct set_target){id, clause};
    return 0;
}

int cel_set_guard(struct cel_set *set, uint32_t id) {
    struct set_condition *condition = &set->conditions[id];
    struct clauses clauses = {0};
    int least;

    if (condition->root)
        clauses_of(condition->root, &clauses);
    least = clauses.best[0].rank > USEFUL ? USEFUL : MORE;
    for (uint32_t k = 0; k < SET_CLAUSES; k++) {
        const struct clause *clause = &clauses.best[k];

        if (!clause->rank || (k && clause->rank < least))
            break;
        for (uint32_t i = 0; i < clause->n; i++) {
            struct set_guard *guard = guard_at(set, clause->leaves[i], clause->first);

            if (!guard || add(guard, id, k) < 0)
                return -ENOMEM;
        }
        condition->clauses++;
    }
    return 0;
}

void cel_set_guards_free(struct cel_set *set) {
    for (size_t i = 0; i < set->n_guards; i++)
        free(set->guards[i].targets);
    free(set->guards);
}
