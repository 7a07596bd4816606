// SPDX-License-Identifier: Apache-2.0
// Maps of known keys, checked against a table.
#include "detect/read.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

const char *toc_node_what(const struct toc_node *node) {
    switch (node->kind) {
    case TOC_NODE_NULL: return "nothing";
    case TOC_NODE_BOOL: return "a boolean";
    case TOC_NODE_INT: return "an integer";
    case TOC_NODE_STRING: return "a string";
    case TOC_NODE_LIST: return "a list";
    case TOC_NODE_MAP: return "a map";
    default: return "?";
    }
}

size_t toc_node_count(const struct toc_node *node) {
    size_t n = 0;

    for (const struct toc_node *child = node ? node->child : NULL; child; child = child->next)
        n++;
    return n;
}

static bool is_scalar(const struct toc_node *node) {
    return node->kind == TOC_NODE_BOOL || node->kind == TOC_NODE_INT ||
           node->kind == TOC_NODE_STRING;
}

static bool is_count(const struct toc_node *node) {
    return node->kind == TOC_NODE_INT && !node->big && node->i >= 0 && node->i <= INT32_MAX;
}

/* What a value of that kind is called; NULL when the node is one. */
static const char *mismatch(const struct toc_node *node, enum toc_want want) {
    switch (want) {
    case TOC_WANT_STRING: return node->kind == TOC_NODE_STRING && node->n ? NULL : "a string";
    case TOC_WANT_EXPR: return is_scalar(node) && node->n ? NULL : "an expression";
    case TOC_WANT_COUNT: return is_count(node) ? NULL : "a number";
    case TOC_WANT_STRINGS: return node->kind == TOC_NODE_LIST ? NULL : "a list of strings";
    case TOC_WANT_COUNTS: return node->kind == TOC_NODE_LIST ? NULL : "a list of numbers";
    case TOC_WANT_LIST: return node->kind == TOC_NODE_LIST ? NULL : "a list";
    case TOC_WANT_MAP: return node->kind == TOC_NODE_MAP ? NULL : "a map";
    default: return NULL;
    }
}

static bool check_value(const struct toc_yaml *doc, const struct toc_node *node, const char *name,
                        enum toc_want want) {
    const char *wanted = mismatch(node, want);
    struct toc_diag *diag;

    if (!wanted)
        return true;
    if (node->kind == TOC_NODE_STRING && !node->n) {
        toc_yaml_error(doc, node, "`%s` is empty", name);
        return false;
    }
    diag = toc_yaml_error(doc, node, "`%s` must be %s, not %s", name, wanted, toc_node_what(node));
    if (want == TOC_WANT_STRING && is_scalar(node) && node->plain && node->n)
        toc_diag_set_hint(diag, "put it in quotes: \"%s\"", node->text);
    else if (want >= TOC_WANT_STRINGS && want <= TOC_WANT_LIST && is_scalar(node))
        toc_diag_set_hint(diag, "put it in brackets: [%s]", node->text);
    return false;
}

static bool check_elements(const struct toc_yaml *doc, const struct toc_node *list,
                           const char *name, enum toc_want want) {
    bool good = true;

    for (const struct toc_node *node = list->child; node; node = node->next) {
        const char *wanted = mismatch(node, want);

        if (!wanted)
            continue;
        toc_yaml_error(doc, node, "an element of `%s` must be %s, not %s", name, wanted,
                       toc_node_what(node));
        good = false;
    }
    return good;
}

static bool check_key(const struct toc_yaml *doc, const struct toc_node *node,
                      const struct toc_key *key) {
    if (key->want == TOC_WANT_NEVER) {
        toc_diag_set_hint(
            toc_yaml_error_key(doc, node, "`%s` is not supported by this version", key->name),
            "a newer tocsin is needed");
        return false;
    }
    if (!check_value(doc, node, key->name, key->want))
        return false;
    if (key->want == TOC_WANT_STRINGS)
        return check_elements(doc, node, key->name, TOC_WANT_STRING);
    if (key->want == TOC_WANT_COUNTS)
        return check_elements(doc, node, key->name, TOC_WANT_COUNT);
    return true;
}

static void unknown_key(const struct toc_yaml *doc, const struct toc_node *node, const char *what,
                        const struct toc_key *keys, size_t n_keys) {
    const char *names[TOC_MAX_KEYS], *nearest;
    struct toc_diag *diag;

    for (size_t i = 0; i < n_keys; i++)
        names[i] = keys[i].name;
    diag = toc_yaml_error_key(doc, node, "%s has no key `%s`", what, node->key);
    nearest = toc_nearest(node->key, node->key_n, names, n_keys);
    if (nearest)
        toc_diag_set_hint(diag, "did you mean `%s`?", nearest);
}

bool toc_read_map(const struct toc_yaml *doc, const struct toc_node *map, const char *what,
                  const struct toc_key *keys, size_t n_keys, bool extensions,
                  const struct toc_node **ret) {
    bool seen[TOC_MAX_KEYS] = {false}, good = true;

    for (size_t i = 0; i < n_keys; i++)
        ret[i] = NULL;
    if (map->kind != TOC_NODE_MAP) {
        toc_yaml_error(doc, map, "%s must be a map, not %s", what, toc_node_what(map));
        return false;
    }
    for (const struct toc_node *node = map->child; node; node = node->next) {
        size_t i = 0;

        while (i < n_keys && strcmp(keys[i].name, node->key) != 0)
            i++;
        if (i < n_keys) {
            seen[i] = true;
            if (check_key(doc, node, &keys[i]))
                ret[i] = node;
            else
                good = false;
        } else if (!extensions || strncmp(node->key, "x-", 2) != 0) {
            unknown_key(doc, node, what, keys, n_keys);
            good = false;
        }
    }
    for (size_t i = 0; i < n_keys; i++) {
        if (keys[i].required && !seen[i]) {
            toc_yaml_error(doc, map, "%s needs `%s`", what, keys[i].name);
            good = false;
        }
    }
    return good;
}

int toc_read_strings(const struct toc_node *list, struct toc_arena *arena, const char *const **ret,
                     size_t *ret_n) {
    size_t n = toc_node_count(list), i = 0;
    const char **strings = toc_arena_array(arena, n + 1, sizeof(*strings));

    if (!strings)
        return -ENOMEM;
    for (const struct toc_node *node = list ? list->child : NULL; node; node = node->next) {
        strings[i] = toc_arena_strndup(arena, node->text, node->n);
        if (!strings[i++])
            return -ENOMEM;
    }
    *ret = strings;
    *ret_n = n;
    return 0;
}
