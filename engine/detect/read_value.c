// SPDX-License-Identifier: Apache-2.0
// Values that signatures and packs share: the version of the form, identifiers, choices.
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "detect/read.h"

#define MAX_ID 100

static const struct toc_node *child_of(const struct toc_node *map, const char *key) {
    const struct toc_node *node = map->kind == TOC_NODE_MAP ? map->child : NULL;

    while (node && strcmp(node->key, key) != 0)
        node = node->next;
    return node;
}

bool toc_read_format(const struct toc_yaml *doc) {
    const struct toc_node *node = child_of(doc->root, "format");

    if (!node && doc->root->kind == TOC_NODE_MAP) {
        toc_diag_set_hint(toc_yaml_error(doc, doc->root, "the version of the form is missing"),
                          "begin with `format: %d`", TOC_FORMAT);
        return false;
    }
    if (!node || (node->kind == TOC_NODE_INT && node->i == TOC_FORMAT))
        return true;
    if (node->kind == TOC_NODE_INT && (node->big || node->i > TOC_FORMAT))
        toc_diag_set_hint(
            toc_yaml_error(doc, node, "format %s is newer than this tocsin", node->text),
            "it needs a tocsin that reads format %s; this one reads up to %d", node->text,
            TOC_FORMAT);
    else
        toc_yaml_error(doc, node, "`format` must be %d", TOC_FORMAT);
    return false;
}

bool toc_is_id(const char *s) {
    size_t n = strlen(s);

    if (!n || n > MAX_ID || strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
        return false;
    return s[0] != '-' && s[n - 1] != '-' && !strstr(s, "--");
}

bool toc_is_identifier(const char *s) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    // CEL's words, and what it reserves.
    static const char *const taken[] = {
        "true",     "false",   "null",      "in",       "as",  "break",  "const",
        "continue", "else",    "for",       "function", "if",  "import", "let",
        "loop",     "package", "namespace", "return",   "var", "void",   "while",
    };
    size_t n = strlen(s), first = strspn(s, letters);

    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        if (!strcmp(s, taken[i]))
            return false;
    for (size_t i = first; first && i < n; i++)
        if (!strchr(letters, s[i]) && !(s[i] >= '0' && s[i] <= '9'))
            return false;
    return first && n <= MAX_ID;
}

int toc_read_choice(const struct toc_yaml *doc, const struct toc_node *node, const char *what,
                    const char *const *names, size_t n) {
    _cleanup_toc_buf_ struct toc_buf allowed = {0};
    struct toc_diag *diag;
    const char *nearest;

    for (size_t i = 0; i < n; i++) {
        if (!strcmp(names[i], node->text))
            return (int)i;
        toc_buf_addf(&allowed, "%s%s", i ? ", " : "", names[i]);
    }
    diag = toc_yaml_error(doc, node, "`%s` has no value `%s`", what, node->text);
    nearest = toc_nearest(node->text, node->n, names, n);
    if (nearest)
        toc_diag_set_hint(diag, "did you mean `%s`?", nearest);
    else
        toc_diag_set_hint(diag, "one of: %s", toc_buf_cstr(&allowed));
    return -EINVAL;
}
