// SPDX-License-Identifier: Apache-2.0
// Sub-expressions, found in the syntax tree.
#include "cel/outline.h"

#include <errno.h>

#include "cel/parse.h"

/* a, a.b, a.?b: said as one. */
static bool is_path(const struct cel_node *node) {
    while (node->kind == CEL_NODE_SELECT && !node->test)
        node = node->kids[0];
    return node->kind == CEL_NODE_IDENT;
}

static bool is_constant(const struct cel_node *node) {
    if (node->kind != CEL_NODE_CONST && node->kind != CEL_NODE_LIST && node->kind != CEL_NODE_MAP)
        return false;
    for (uint32_t i = 0; i < node->n; i++)
        if (node->kids[i] && !is_constant(node->kids[i]))
            return false;
    return true;
}

/* Does the truth of a kid decide as that of its parent does? */
static bool passes_on(const struct cel_node *node, uint32_t kid, bool condition) {
    switch (node->kind) {
    case CEL_NODE_AND:
    case CEL_NODE_OR: return true;
    case CEL_NODE_COND: return kid == 0 || condition;
    case CEL_NODE_CALL: return condition && node->n == 1 && cel_name_is(&node->name, "!_");
    default: return false;
    }
}

/* The deepest tree is CEL_MAX_DEPTH levels deep. */
static void walk(struct cel_outline *outline, const struct cel_node *node, uint16_t depth,
                 bool condition) {
    uint32_t kids = node->n;

    if (is_constant(node) && depth)
        return;
    outline->items[outline->n++] =
        (struct cel_outline_item){{node->at, node->end - node->at}, depth, condition};
    if (is_path(node) || (node->kind == CEL_NODE_SELECT && node->test))
        return;
    // Beyond the range of a macro, names are its own.
    if (node->kind == CEL_NODE_LOOP)
        kids = 1;
    for (uint32_t i = 0; i < kids; i++)
        if (node->kids[i])
            walk(outline, node->kids[i], depth + 1, passes_on(node, i, condition));
}

struct taking {
    struct toc_arena *arena;
    struct cel_outline *outline;
};

static int take_apart(struct cel_unit *unit, const struct cel_node *root, void *ctx) {
    struct taking *taking = ctx;

    taking->outline->items =
        toc_arena_array(taking->arena, unit->n_nodes, sizeof(*taking->outline->items));
    if (!taking->outline->items)
        return -ENOMEM;
    walk(taking->outline, root, 0, true);
    return 0;
}

int cel_outline(const struct cel_source *source, struct toc_arena *arena, struct cel_outline *ret) {
    struct taking taking = {arena, ret};

    *ret = (struct cel_outline){0};
    return cel_parse_alone(source, take_apart, &taking);
}
