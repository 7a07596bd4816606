// SPDX-License-Identifier: Apache-2.0
// Keys that stand twice in a map.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/yaml.h"

static int by_key(const void *a, const void *b) {
    const struct toc_node *x = *(struct toc_node *const *)a, *y = *(struct toc_node *const *)b;
    int order = strcmp(x->key, y->key);

    if (order)
        return order;
    if (x->key_line != y->key_line)
        return x->key_line < y->key_line ? -1 : 1;
    return x->key_col < y->key_col ? -1 : x->key_col > y->key_col;
}

/* Sorting keeps a map of a hundred thousand keys cheap. */
int toc_yaml_check_keys(const struct toc_yaml *doc, const struct toc_node *map, size_t n) {
    _cleanup_free_ const struct toc_node **keys = calloc(n + 1, sizeof(*keys));
    int twice = 0;
    size_t i = 0;

    if (!keys)
        return -ENOMEM;
    for (const struct toc_node *node = map->child; node; node = node->next)
        keys[i++] = node;
    qsort(keys, n, sizeof(*keys), by_key);
    for (i = 1; i < n; i++) {
        if (strcmp(keys[i - 1]->key, keys[i]->key) != 0)
            continue;
        toc_diag_set_hint(toc_yaml_error_key(doc, keys[i], "duplicate key \"%s\"", keys[i]->key),
                          "the first one is in line %u, column %u", keys[i - 1]->key_line,
                          keys[i - 1]->key_col);
        twice++;
    }
    return twice;
}
