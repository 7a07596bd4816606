// SPDX-License-Identifier: Apache-2.0
// The members that an expression selects, found in its syntax tree.
#include "cel/parse.h"
#include "cel/parts.h"

struct visitor {
    void (*fn)(void *ctx, const struct cel_member *member);
    void *ctx;
};

static bool has_name(const struct cel_node *node) {
    return node->kind == CEL_NODE_SELECT || node->kind == CEL_NODE_IDENT;
}

struct cel_member cel_member_of(const struct cel_node *select) {
    const struct cel_node *of = select->kids[0];

    return (struct cel_member){
        .of = has_name(of) ? of->name.s : "",
        .of_n = has_name(of) ? of->name.n : 0,
        .name = select->name.s,
        .name_n = select->name.n,
    };
}

/* The deepest tree is CEL_MAX_DEPTH levels deep. */
static void visit(const struct visitor *visitor, const struct cel_node *node) {
    if (node->kind == CEL_NODE_SELECT) {
        struct cel_member member = cel_member_of(node);

        visitor->fn(visitor->ctx, &member);
    }
    for (uint32_t i = 0; i < node->n; i++)
        if (node->kids[i])
            visit(visitor, node->kids[i]);
}

static int visit_all(struct cel_unit *unit, const struct cel_node *root, void *ctx) {
    (void)unit;
    visit(ctx, root);
    return 0;
}

int cel_members(const struct cel_source *source,
                void (*fn)(void *ctx, const struct cel_member *member), void *ctx) {
    struct visitor visitor = {fn, ctx};

    return cel_parse_alone(source, visit_all, &visitor);
}
