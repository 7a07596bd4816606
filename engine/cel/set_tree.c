// SPDX-License-Identifier: Apache-2.0
// From the code of a condition to a tree over leaves that conditions share.
#include <stdlib.h>

#include "cel/ast.h"
#include "cel/set_node.h"

uint8_t cel_set_domain(struct cel_set *set, cel_code_ptr list) {
    const struct cel_path *path = cel_op_path(list);

    if (!path || list->test || path->from != CEL_FROM_ROOT ||
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

static struct set_node *tree(const struct set_origin *origin, cel_code_ptr code);

static int by_cost(const void *a, const void *b) {
    const struct set_node *const *x = a, *const *y = b;

    return (*x)->cost < (*y)->cost ? -1 : (*x)->cost > (*y)->cost;
}

/* The order of operands shows nowhere: the cheap ones go first. */
static struct set_node *junction(const struct set_origin *origin, enum set_kind kind,
                                 const cel_code_ptr *operands, size_t n) {
    struct set_node *node = cel_set_node(origin, kind, (uint32_t)n);

    for (size_t i = 0; node && i < n; i++) {
        if (!(node->kids[i] = tree(origin, operands[i])))
            return NULL;
        node->cost += node->kids[i]->cost;
    }
    if (node)
        qsort(node->kids, n, sizeof(*node->kids), by_cost);
    return node;
}

static struct set_node *quantifier(const struct set_origin *origin, cel_code_ptr code,
                                   const struct cel_loop *loop, uint8_t inner) {
    struct set_origin each = {origin->set, inner, loop->slot};
    bool is_new;
    struct set_node *node = cel_set_quantifier(
        origin, loop->macro == CEL_MACRO_ALL ? SET_ALL : SET_EXISTS, code, &is_new);

    if (!node || !is_new)
        return node;
    node->inner = inner;
    node->kids[0] = tree(&each, loop->first);
    if (!node->kids[0])
        return NULL;
    node->cost = 2 * node->kids[0]->cost;
    return node;
}

/* The tree is as deep as the code, which is bounded. */
static struct set_node *tree(const struct set_origin *origin, cel_code_ptr code) {
    const struct cel_value *constant = cel_op_const_value(code);
    const struct cel_loop *loop = cel_op_quantifier(code);
    const cel_code_ptr *operands;
    struct set_node *node;
    size_t n;
    uint8_t inner;

    if (constant && constant->kind == CEL_BOOL) {
        node = cel_set_node(origin, SET_CONST, 0);
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
    return inner ? quantifier(origin, code, loop, inner) : cel_set_leaf(origin, code);
}

struct set_node *cel_set_tree(struct cel_set *set, cel_code_ptr code, uint8_t domain,
                              uint16_t slot) {
    struct set_origin origin = {set, domain, slot};

    return tree(&origin, code);
}
