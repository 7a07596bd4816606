// SPDX-License-Identifier: Apache-2.0
// The leaves of a set: each asked for once, however many conditions have it.
#include <stdlib.h>
#include <string.h>

#include "cel/ast.h"
#include "cel/hash.h"
#include "cel/set_node.h"

struct set_node *cel_set_node(const struct set_origin *origin, enum set_kind kind, uint32_t n) {
    struct set_node *node = toc_arena_alloc(origin->set->arena, sizeof(*node));
    struct set_node **kids = toc_arena_array(origin->set->arena, n + 1, sizeof(*kids));

    if (!node || !kids)
        return NULL;
    node->kind = (uint8_t)kind;
    node->domain = origin->domain;
    node->n = n;
    node->kids = kids;
    return node;
}

/* ---- Finding ---- */

/* Leaves are found by what they test, or else by their code. */
static uint64_t key_of(cel_code_ptr code, const struct cel_test *test, uint8_t domain) {
    return cel_hash_mix(test->kind ? cel_test_hash(test) : (uintptr_t)code, domain);
}

static bool is_same(const struct set_node *leaf, cel_code_ptr code, const struct cel_test *test,
                    uint8_t domain) {
    return leaf->domain == domain && (leaf->code == code || cel_test_same(&leaf->test, test));
}

/* Where the leaf is, or would be, among the places: 0 is a free one. */
static uint32_t *place_of(const struct cel_set *set, cel_code_ptr code, const struct cel_test *test,
                          uint8_t domain) {
    for (uint64_t at = key_of(code, test, domain);; at++) {
        uint32_t *place = &set->places[at & (set->n_places - 1)];

        if (!*place || is_same(set->leaves[*place - 1], code, test, domain))
            return place;
    }
}

/* Room for one more leaf; places are at most half full. */
static bool reserve(struct cel_set *set) {
    size_t cap = set->cap_leaves ? set->cap_leaves * 2 : 64;
    struct set_node **leaves;
    uint32_t *places;

    if (set->n_leaves < set->cap_leaves)
        return true;
    leaves = reallocarray(set->leaves, cap, sizeof(struct set_node *));
    if (!leaves)
        return false;
    set->leaves = leaves;
    places = calloc(cap, 2 * sizeof(*places));
    if (!places)
        return false;
    free(set->places);
    set->places = places;
    set->n_places = cap * 2;
    set->cap_leaves = cap;
    for (size_t i = 0; i < set->n_leaves; i++)
        *place_of(set, leaves[i]->code, &leaves[i]->test, leaves[i]->domain) = (uint32_t)i + 1;
    return true;
}

/* The leaf that is the same, or a new one of that kind; *ret_new says which. NULL without memory.
 */
static struct set_node *find_or_add(const struct set_origin *origin, enum set_kind kind, uint32_t n,
                                    cel_code_ptr code, const struct cel_test *test, bool *ret_new) {
    struct cel_set *set = origin->set;
    struct set_node *node;
    uint32_t *place;

    if (!reserve(set))
        return NULL;
    place = place_of(set, code, test, origin->domain);
    *ret_new = !*place;
    if (*place)
        return set->leaves[*place - 1];
    node = cel_set_node(origin, kind, n);
    if (!node)
        return NULL;
    node->code = code;
    node->test = *test;
    node->memo = (uint32_t)set->n_leaves;
    node->is_slot = origin->slot != SET_VARIABLE;
    node->slot = origin->slot;
    set->leaves[set->n_leaves++] = node;
    *place = (uint32_t)set->n_leaves;
    return node;
}

/* ---- Kinds of leaves ---- */

/* Does the path of a test begin at the element? */
static bool is_of_element(const struct cel_path *path, const struct set_origin *origin) {
    if (!origin->domain)
        return false;
    if (origin->slot == SET_VARIABLE)
        return path->from == CEL_FROM_CODE && cel_op_is_var(path->start, 0);
    return path->from == CEL_FROM_SLOT && path->slot == origin->slot;
}

/* m.list.exists(x, …) where … is one test of x. */
static bool is_nested(const struct set_origin *origin, cel_code_ptr code) {
    const struct cel_loop *loop = cel_op_quantifier(code);
    const struct cel_path *list = loop ? cel_op_path(loop->range) : NULL;
    const struct cel_path *item = list && loop->first->mask ? cel_op_path(loop->first) : NULL;

    return item && !loop->range->test && is_of_element(list, origin) &&
           list->steps[list->n - 1].field->kind == TOC_KIND_LIST && item->from == CEL_FROM_SLOT &&
           item->slot == loop->slot;
}

static uint32_t cost_of(const struct set_node *node) {
    switch ((enum set_kind)node->kind) {
    case SET_TEST: return node->domain ? 4 : 1;
    case SET_NESTED: return 20;
    case SET_CODE: return node->domain ? 100 : 10;
    default: return 0;
    }
}

struct set_node *cel_set_leaf(const struct set_origin *origin, cel_code_ptr code) {
    struct set_origin at = *origin;
    enum set_kind kind = SET_CODE;
    struct set_node *node;
    struct cel_test test;
    bool is_new;

    cel_test_of(code, &test);
    if (test.kind && test.path->from == CEL_FROM_ROOT)
        at.domain = SET_RECORD;
    else if (test.kind && !is_of_element(test.path, origin))
        test = (struct cel_test){.kind = CEL_TEST_NONE};
    if (test.kind && code->mask)
        kind = SET_TEST;
    else if (!test.kind && is_nested(origin, code))
        kind = SET_NESTED;
    node = find_or_add(&at, kind, 0, code, &test, &is_new);
    if (node && is_new)
        node->cost = cost_of(node);
    return node;
}

struct set_node *cel_set_quantifier(const struct set_origin *origin, enum set_kind kind,
                                    cel_code_ptr code, bool *ret_new) {
    struct cel_test none = {.kind = CEL_TEST_NONE};

    return find_or_add(origin, kind, 1, code, &none, ret_new);
}
