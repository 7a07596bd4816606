// SPDX-License-Identifier: Apache-2.0
// From the code of a condition to a tree over leaves that conditions share.
#include <stdlib.h>

#include "cel/ast.h"
#include "cel/set_node.h"

/* Where an element of the domain comes from. */
struct origin {
    struct cel_set *set;
    uint8_t domain;
    uint16_t slot;
};

uint8_t cel_set_domain(struct cel_set *set, cel_code_ptr list) {
    const struct cel_path *path = cel_op_path(list);

    if (!path || list->mask || path->from != CEL_FROM_ROOT ||
        path->steps[path->n - 1].field->kind != TOC_KIND_LIST)
        return SET_RECORD;
    for (size_t i = 1; i < set->n_domains; i++)
        if (cel_path_same(cel_op_path(set->domains[i].list), path))
            return (uint8_t)i;
    if (set->n_domains == SET_MAX_DOMAINS)
        return SET_RECORD;
    set->domains[set->n_domains].list = list;
    return (uint8_t)set->n_domains++;
}

static struct set_node *node_new(const struct origin *origin, enum set_kind kind, uint32_t n) {
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

/* Gives the leaf a place for its masks. */
static struct set_node *with_memo(struct cel_set *set, struct set_node *node) {
    if (!node)
        return NULL;
    if (set->n_leaves == set->cap_leaves) {
        size_t cap = set->cap_leaves ? set->cap_leaves * 2 : 64;
        const struct set_node **leaves = reallocarray(set->leaves, cap, sizeof(*leaves));

        if (!leaves)
            return NULL;
        set->leaves = leaves;
        set->cap_leaves = cap;
    }
    node->memo = (uint32_t)set->n_leaves;
    set->leaves[set->n_leaves++] = node;
    return node;
}

/* Does the path of a test begin at the element? */
static bool is_of_element(const struct cel_path *path, uint16_t slot) {
    if (slot == SET_VARIABLE)
        return path->from == CEL_FROM_CODE && cel_op_is_var(path->start, 0);
    return path->from == CEL_FROM_SLOT && path->slot == slot;
}

static struct set_node *same_leaf(const struct cel_set *set, cel_code_ptr code, uint8_t domain) {
    for (size_t i = 0; i < set->n_leaves; i++) {
        const struct set_node *leaf = set->leaves[i];

        if (leaf->code && leaf->domain == domain &&
            (leaf->kind == SET_TEST ? cel_op_same_test(leaf->code, code) : leaf->code == code))
            return (struct set_node *)leaf;
    }
    return NULL;
}

/* m.list.exists(x, …) where … is one test of x. */
static bool is_nested(const struct origin *origin, cel_code_ptr code) {
    const struct cel_loop *loop = cel_op_quantifier(code);
    const struct cel_path *list = loop ? cel_op_path(loop->range) : NULL;
    const struct cel_path *item = list && loop->first->mask ? cel_op_path(loop->first) : NULL;

    return item && origin->domain && !loop->range->mask && is_of_element(list, origin->slot) &&
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

static struct set_node *leaf(const struct origin *origin, cel_code_ptr code) {
    const struct cel_path *path = code->mask ? cel_op_path(code) : NULL;
    bool of_record = path && path->from == CEL_FROM_ROOT;
    bool tests = of_record || (path && origin->domain && is_of_element(path, origin->slot));
    struct origin at = *origin;
    struct set_node *node;

    if (of_record)
        at.domain = SET_RECORD;
    node = same_leaf(origin->set, code, at.domain);
    if (node)
        return node;
    node = with_memo(origin->set, node_new(&at,
                                           tests                     ? SET_TEST
                                           : is_nested(origin, code) ? SET_NESTED
                                                                     : SET_CODE,
                                           0));
    if (!node)
        return NULL;
    node->cost = cost_of(node);
    node->code = code;
    node->is_slot = origin->slot != SET_VARIABLE;
    node->slot = origin->slot;
    return node;
}

static struct set_node *tree(const struct origin *origin, cel_code_ptr code);

static int by_cost(const void *a, const void *b) {
    const struct set_node *const *x = a, *const *y = b;

    return (*x)->cost < (*y)->cost ? -1 : (*x)->cost > (*y)->cost;
}

/* The order of operands shows nowhere: the cheap ones go first. */
static struct set_node *junction(const struct origin *origin, enum set_kind kind,
                                 const cel_code_ptr *operands, size_t n) {
    struct set_node *node = node_new(origin, kind, (uint32_t)n);

    for (size_t i = 0; node && i < n; i++) {
        if (!(node->kids[i] = tree(origin, operands[i])))
            return NULL;
        node->cost += node->kids[i]->cost;
    }
    if (node)
        qsort(node->kids, n, sizeof(*node->kids), by_cost);
    return node;
}

static struct set_node *quantifier(const struct origin *origin, cel_code_ptr code,
                                   const struct cel_loop *loop, uint8_t inner) {
    struct origin each = {origin->set, inner, loop->slot};
    bool is_all = loop->macro == CEL_MACRO_ALL;
    struct set_node *node = same_leaf(origin->set, code, SET_RECORD);

    if (node)
        return node;
    node = with_memo(origin->set, node_new(origin, is_all ? SET_ALL : SET_EXISTS, 1));
    if (!node)
        return NULL;
    node->code = code;
    node->inner = inner;
    node->kids[0] = tree(&each, loop->first);
    if (!node->kids[0])
        return NULL;
    node->cost = 2 * node->kids[0]->cost;
    return node;
}

/* The tree is as deep as the code, which is bounded. */
static struct set_node *tree(const struct origin *origin, cel_code_ptr code) {
    const struct cel_value *constant = cel_op_const_value(code);
    const struct cel_loop *loop = cel_op_quantifier(code);
    const cel_code_ptr *operands;
    struct set_node *node;
    size_t n;
    uint8_t inner;

    if (constant && constant->kind == CEL_BOOL) {
        node = node_new(origin, SET_CONST, 0);
        if (node)
            node->truth = constant->b;
        return node;
    }
    switch (cel_op_logic(code, &operands, &n)) {
    case CEL_LOGIC_AND: return junction(origin, SET_AND, operands, n);
    case CEL_LOGIC_OR: return junction(origin, SET_OR, operands, n);
    case CEL_LOGIC_NOT: return junction(origin, SET_NOT, operands, n);
    case CEL_LOGIC_NONE: break;
    }
    inner = loop && origin->domain == SET_RECORD ? cel_set_domain(origin->set, loop->range) : 0;
    return inner ? quantifier(origin, code, loop, inner) : leaf(origin, code);
}

struct set_node *cel_set_tree(struct cel_set *set, cel_code_ptr code, uint8_t domain,
                              uint16_t slot) {
    struct origin origin = {set, domain, slot};

    return tree(&origin, code);
}
