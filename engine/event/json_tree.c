// SPDX-License-Identifier: Apache-2.0
// Walks a parsed JSON value and its text side by side: the parser keeps order but no places.

#include "event/json_tree.h"

#include <errno.h>
#include <string.h>

struct scan {
    struct toc_fill *fill;
    const char *text;
    size_t n, at;
};

static int walk(struct scan *scan, json_t *json, unsigned depth, struct toc_node *node);

/* The text is valid JSON, so what separates values can be passed over without a look. */
static void skip_between(struct scan *scan) {
    while (scan->at < scan->n && memchr(" \t\r\n,:", scan->text[scan->at], 6))
        scan->at++;
}

static void skip_string(struct scan *scan) {
    scan->at++;
    while (scan->at < scan->n && scan->text[scan->at] != '"')
        scan->at += scan->text[scan->at] == '\\' ? 2 : 1;
    scan->at++;
}

static void skip_word(struct scan *scan) {
    while (scan->at < scan->n && !memchr(" \t\r\n,:]}", scan->text[scan->at], 8))
        scan->at++;
}

static struct toc_node *new_node(struct scan *scan) {
    return toc_arena_alloc(scan->fill->builder->nodes, sizeof(struct toc_node));
}

static int walk_list(struct scan *scan, json_t *json, unsigned depth, struct toc_node *node) {
    struct toc_node **link = &node->child;
    int r;

    node->kind = TOC_NODE_LIST;
    scan->at++;
    for (size_t i = 0; i < json_array_size(json); i++) {
        *link = new_node(scan);
        if (!*link)
            return -ENOMEM;
        r = walk(scan, json_array_get(json, i), depth, *link);
        if (r)
            return r;
        link = &(*link)->next;
    }
    skip_between(scan);
    scan->at++;
    return 0;
}

static int walk_map(struct scan *scan, json_t *json, unsigned depth, struct toc_node *node) {
    struct toc_node **link = &node->child;
    int r;

    node->kind = TOC_NODE_MAP;
    scan->at++;
    for (void *it = json_object_iter(json); it; it = json_object_iter_next(json, it)) {
        *link = new_node(scan);
        if (!*link)
            return -ENOMEM;
        skip_between(scan);
        (*link)->key = json_object_iter_key(it);
        (*link)->key_n = strlen((*link)->key);
        (*link)->key_col = (uint32_t)scan->at + 1;
        skip_string(scan);
        r = walk(scan, json_object_iter_value(it), depth, *link);
        if (r)
            return r;
        link = &(*link)->next;
    }
    skip_between(scan);
    scan->at++;
    return 0;
}

static int walk(struct scan *scan, json_t *json, unsigned depth, struct toc_node *node) {
    skip_between(scan);
    node->col = (uint32_t)scan->at + 1;
    switch (json_typeof(json)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        if (depth == TOC_MAX_JSON_DEPTH) {
            toc_fill_report(scan->fill, node, false, TOC_ERROR, "nested deeper than %d",
                            TOC_MAX_JSON_DEPTH);
            return -EINVAL;
        }
        return json_is_object(json) ? walk_map(scan, json, depth + 1, node)
                                    : walk_list(scan, json, depth + 1, node);
    case JSON_STRING:
        node->kind = TOC_NODE_STRING;
        node->text = json_string_value(json);
        node->n = json_string_length(json);
        skip_string(scan);
        return 0;
    case JSON_INTEGER:
        node->kind = TOC_NODE_INT;
        node->i = json_integer_value(json);
        break;
    case JSON_REAL: node->kind = TOC_NODE_REAL; break;
    case JSON_TRUE:
    case JSON_FALSE:
        node->kind = TOC_NODE_BOOL;
        node->i = json_is_true(json);
        break;
    case JSON_NULL: node->kind = TOC_NODE_NULL; break;
    }
    skip_word(scan);
    return 0;
}

int toc_json_tree(struct toc_fill *fill, json_t *json, const struct toc_node **ret) {
    struct scan scan = {fill, fill->text, fill->n, 0};
    struct toc_node *root = new_node(&scan);

    if (!root)
        return -ENOMEM;
    *ret = root;
    return walk(&scan, json, 0, root);
}
