// SPDX-License-Identifier: Apache-2.0
// The operands and the field paths of an expression, found in its syntax tree.
#include "cel/parts.h"

#include <errno.h>
#include <string.h>

#include "cel/parse.h"

struct scope {
    const struct cel_name *name;
    const struct scope *outer;
};

struct finder {
    const char *text;
    struct cel_parts *parts;
    size_t cap;
};

static bool is_bound(const struct scope *scope, const struct cel_name *name) {
    for (; scope; scope = scope->outer)
        if (scope->name->n == name->n && !memcmp(scope->name->s, name->s, name->n))
            return true;
    return false;
}

/* A name with members only: its first node, or NULL. */
static const struct cel_node *path_root(const struct cel_node *node) {
    while (node->kind == CEL_NODE_SELECT && !node->test && !node->grouped)
        node = node->kids[0];
    return node->kind == CEL_NODE_IDENT ? node : NULL;
}

static void add_path(struct finder *finder, const struct cel_node *node) {
    struct cel_parts *parts = finder->parts;
    struct cel_part part = {node->at, node->end - node->at};

    for (size_t i = 0; i < parts->n_paths; i++)
        if (parts->paths[i].n == part.n &&
            !memcmp(finder->text + parts->paths[i].at, finder->text + part.at, part.n))
            return;
    if (parts->n_paths < finder->cap)
        parts->paths[parts->n_paths++] = part;
}

/* The deepest tree is CEL_MAX_DEPTH levels deep. */
static void find(struct finder *finder, const struct cel_node *node, const struct scope *scope) {
    const struct cel_node *root = path_root(node);
    struct scope first = {&node->vars[0], scope}, second = {&node->vars[1], &first};
    bool is_loop = node->kind == CEL_NODE_LOOP;

    if (root) {
        if (!is_bound(scope, &root->name))
            add_path(finder, node);
        return;
    }
    // has() looks at a field without its value: what the field is of counts as looked at.
    if (node->kind == CEL_NODE_SELECT && node->test) {
        find(finder, node->kids[0], scope);
        return;
    }
    for (uint32_t i = 0; i < node->n; i++)
        if (node->kids[i])
            find(finder, node->kids[i], is_loop && i ? &second : scope);
}

struct taking {
    struct toc_arena *arena;
    struct cel_parts *parts;
};

static int take_apart(struct cel_unit *unit, const struct cel_node *root, void *ctx) {
    struct taking *taking = ctx;
    struct cel_parts *parts = taking->parts;
    struct finder finder = {.text = unit->source->text, .parts = parts, .cap = unit->n_nodes};
    bool is_and = root->kind == CEL_NODE_AND;

    parts->n_operands = is_and ? root->n : 1;
    parts->operands = toc_arena_array(taking->arena, parts->n_operands, sizeof(*parts->operands));
    parts->paths = toc_arena_array(taking->arena, finder.cap, sizeof(*parts->paths));
    if (!parts->operands || !parts->paths)
        return -ENOMEM;
    parts->operands[0] = (struct cel_part){root->at, root->end - root->at};
    for (uint32_t i = 0; is_and && i < root->n; i++)
        parts->operands[i] =
            (struct cel_part){root->kids[i]->at, root->kids[i]->end - root->kids[i]->at};
    find(&finder, root, NULL);
    return 0;
}

int cel_parts(const struct cel_source *source, struct toc_arena *arena, struct cel_parts *ret) {
    struct taking taking = {arena, ret};

    *ret = (struct cel_parts){0};
    return cel_parse_alone(source, take_apart, &taking);
}
