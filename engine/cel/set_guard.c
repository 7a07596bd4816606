// SPDX-License-Identifier: Apache-2.0
// Which conditions can be other than false: each is asked for by one cheap test that it needs.
#include <errno.h>
#include <stdlib.h>

#include "cel/set_node.h"

/* A leaf without which the condition is false, without an error: where it is false on every
 * element. NULL: none is known. The operands of && stand in order of cost. */
static const struct set_node *guard_of(const struct set_node *node) {
    const struct set_node *guard = NULL;

    switch ((enum set_kind)node->kind) {
    case SET_TEST: return node;
    case SET_EXISTS: return guard_of(node->kids[0]);
    case SET_AND:
        for (uint32_t i = 0; !guard && i < node->n; i++)
            guard = guard_of(node->kids[i]);
        return guard;
    default: return NULL;
    }
}

static struct set_guard *guard_at(struct cel_set *set, const struct set_node *leaf) {
    struct set_guard *guards;

    for (size_t i = 0; i < set->n_guards; i++)
        if (set->guards[i].leaf == leaf)
            return &set->guards[i];
    guards = reallocarray(set->guards, set->n_guards + 1, sizeof(*guards));
    if (!guards)
        return NULL;
    set->guards = guards;
    guards[set->n_guards] = (struct set_guard){.leaf = leaf};
    return &guards[set->n_guards++];
}

static int add(uint32_t **list, size_t *n, uint32_t id) {
    uint32_t *longer = reallocarray(*list, *n + 1, sizeof(*longer));

    if (!longer)
        return -ENOMEM;
    *list = longer;
    longer[(*n)++] = id;
    return 0;
}

int cel_set_guard(struct cel_set *set, uint32_t id) {
    const struct set_node *root = set->conditions[id].root;
    const struct set_node *leaf = root ? guard_of(root) : NULL;
    struct set_guard *guard = leaf ? guard_at(set, leaf) : NULL;

    if (leaf && !guard)
        return -ENOMEM;
    return guard ? add(&guard->ids, &guard->n, id) : add(&set->always, &set->n_always, id);
}

void cel_set_guards_free(struct cel_set *set) {
    for (size_t i = 0; i < set->n_guards; i++)
        free(set->guards[i].ids);
    free(set->guards);
    free(set->always);
}
