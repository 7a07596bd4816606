// SPDX-License-Identifier: Apache-2.0
// The members that an expression selects, found in its syntax tree.
#include <errno.h>

#include "cel/parse.h"
#include "cel/parts.h"

struct visitor {
    void (*fn)(void *ctx, const struct cel_member *member);
    void *ctx;
};

static bool has_name(const struct cel_node *node) {
    return node->kind == CEL_NODE_SELECT || node->kind == CEL_NODE_IDENT;
}

/* The deepest tree is CEL_MAX_DEPTH levels deep. */
static void visit(const struct visitor *visitor, const struct cel_node *node) {
    if (node->kind == CEL_NODE_SELECT && !node->test && !node->optional) {
        const struct cel_node *of = node->kids[0];
        struct cel_member member = {
            .of = has_name(of) ? of->name.s : "",
            .of_n = has_name(of) ? of->name.n : 0,
            .name = node->name.s,
            .name_n = node->name.n,
        };

        visitor->fn(visitor->ctx, &member);
    }
    for (uint32_t i = 0; i < node->n; i++)
        if (node->kids[i])
            visit(visitor, node->kids[i]);
}

int cel_members(const struct cel_source *source,
                void (*fn)(void *ctx, const struct cel_member *member), void *ctx) {
    static const struct cel_scope nothing;
    struct cel_unit unit = {.source = source, .scope = &nothing};
    const struct visitor visitor = {fn, ctx};
    int err = -ENOMEM;

    if (toc_arena_new(CEL_MAX_ARENA, &unit.work) == 0 &&
        toc_arena_new(CEL_MAX_ARENA, &unit.keep) == 0) {
        const struct cel_node *root = cel_parse(&unit);

        err = root ? 0 : unit.no_memory ? -ENOMEM : -EBADMSG;
        if (root)
            visit(&visitor, root);
    }
    toc_arena_free(&unit.work);
    toc_arena_free(&unit.keep);
    return err;
}
