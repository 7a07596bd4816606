// SPDX-License-Identifier: Apache-2.0
// From `extends` to the chain of packs that stand behind a pack.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "detect/pack.h"
#include "detect/read.h"

static bool same_file(const char *a, const char *b) {
    struct stat x, y;

    return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool is_path(const char *s) {
    size_t n = strlen(s);

    return strchr(s, '/') || (n > 5 && !strcmp(s + n - 5, ".yaml"));
}

/* The folder of a file, with its slash; empty for the current one. */
static int folder_of(const char *file) {
    const char *slash = strrchr(file, '/');

    return slash ? (int)(slash - file + 1) : 0;
}

/* A pack `x` may extend another `x` further on: the shipped one, say. */
static bool find_name(const struct toc_pack *pack, const char *name, char path[PATH_MAX]) {
    const struct toc_ruleset_options *options = pack->ruleset->options;
    const char *own = pack->doc->file;

    for (size_t i = 0; i <= (options ? options->n_pack_dirs : 0); i++) {
        int n = i ? snprintf(path, PATH_MAX, "%s/%s.yaml", options->pack_dirs[i - 1], name)
                  : snprintf(path, PATH_MAX, "%.*s%s.yaml", folder_of(own), own, name);
        struct stat st;

        if (n < PATH_MAX && !stat(path, &st) && !same_file(path, own))
            return true;
    }
    return false;
}

static bool find(const struct toc_pack *pack, const struct toc_node *node, char path[PATH_MAX]) {
    const char *own = pack->doc->file;

    if (!is_path(node->text)) {
        if (find_name(pack, node->text, path))
            return true;
        toc_diag_set_hint(toc_yaml_error(pack->doc, node, "there is no pack `%s`", node->text),
                          "a file %s.yaml beside this one, a pack that is installed, or a path",
                          node->text);
        return false;
    }
    if (snprintf(path, PATH_MAX, "%.*s%s", *node->text == '/' ? 0 : folder_of(own), own,
                 node->text) >= PATH_MAX) {
        toc_yaml_error(pack->doc, node, "the path is too long");
        return false;
    }
    return true;
}

/* "a.yaml:3 extends b.yaml:3 extends a.yaml" */
static void tell_cycle(const struct toc_pack_chain *chain, size_t from) {
    const struct toc_pack *last = &chain->links[chain->n - 1];
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    for (size_t i = from; i < chain->n; i++)
        toc_buf_addf(&buf, "%s:%u extends ", chain->links[i].doc->file,
                     chain->links[i].at[TOC_PACK_EXTENDS]->line);
    toc_buf_adds(&buf, chain->links[from].doc->file);
    toc_diag_set_hint(
        toc_yaml_error(last->doc, last->at[TOC_PACK_EXTENDS], "the pack extends itself"), "%s",
        toc_buf_cstr(&buf));
}

/* True, with an error, when the file is one of the chain, or the chain is too long. */
static bool is_refused(const struct toc_pack_chain *chain, const char *path) {
    const struct toc_pack *last = &chain->links[chain->n - 1];

    for (size_t i = 0; i < chain->n; i++) {
        if (!same_file(path, chain->links[i].doc->file))
            continue;
        tell_cycle(chain, i);
        return true;
    }
    if (chain->n < TOC_MAX_EXTENDS)
        return false;
    toc_yaml_error(last->doc, last->at[TOC_PACK_EXTENDS], "a chain of more than %d packs",
                   TOC_MAX_EXTENDS);
    return true;
}

int toc_pack_extend(struct toc_pack_chain *chain) {
    char path[PATH_MAX];

    for (;;) {
        struct toc_pack *last = &chain->links[chain->n - 1], *next = last + 1;
        const struct toc_node *node = last->at[TOC_PACK_EXTENDS];
        struct toc_yaml *doc = NULL;
        int err;

        if (!node || !find(last, node, path) || is_refused(chain, path))
            return 0;
        err = toc_yaml_read(path, last->doc->diags, &doc);
        if (err == -ENOMEM)
            return err;
        if (err) {
            toc_yaml_error(last->doc, node, "`%s` cannot be read", node->text);
            return 0;
        }
        *next = (struct toc_pack){.ruleset = last->ruleset, .doc = doc, .out = last->out};
        last->base = next;
        chain->n++;
        if (!toc_read_format(doc))
            return 0;
        toc_read_map(doc, doc->root, "a pack", toc_pack_keys, TOC_PACK_N_KEYS, true, next->at);
    }
}

void toc_pack_chain_clear(struct toc_pack_chain *chain) {
    for (size_t i = 1; i < chain->n; i++)
        toc_yaml_free(&chain->links[i].doc);
}

const struct toc_node *toc_pack_get(const struct toc_pack *pack, enum toc_pack_key key,
                                    const struct toc_pack **ret_link) {
    while (pack && !pack->at[key])
        pack = pack->base;
    *ret_link = pack;
    return pack ? pack->at[key] : NULL;
}

const struct toc_node *toc_pack_entry(const struct toc_node *map, const char *key) {
    const struct toc_node *node = map && map->kind == TOC_NODE_MAP ? map->child : NULL;

    while (node && strcmp(node->key, key) != 0)
        node = node->next;
    return node;
}

const struct toc_node *toc_pack_get_of(const struct toc_pack *pack, enum toc_pack_key key,
                                       const char *id, const struct toc_pack **ret_link) {
    for (; pack; pack = pack->base) {
        const struct toc_node *node = toc_pack_entry(pack->at[key], id);

        if (!node)
            continue;
        *ret_link = pack;
        return node;
    }
    return NULL;
}
