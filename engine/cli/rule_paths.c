// SPDX-License-Identifier: Apache-2.0
// Sorts files and directories into signatures and packs.
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/rules.h"
#include "cli/say.h"
#include "cli/shipped.h"

int toc_rule_paths_push(char ***list, size_t *n, const char *path) {
    char **grown;

    // Doubles whenever n is a power of two.
    if (!(*n & (*n - 1))) {
        grown = reallocarray(*list, *n ? *n * 2 : 1, sizeof(**list));
        if (!grown)
            return -ENOMEM;
        *list = grown;
    }
    (*list)[*n] = strdup(path);
    if (!(*list)[*n])
        return -ENOMEM;
    ++*n;
    return 0;
}

/* True when a line begins with the key of a pack. Unreadable files count as signatures: loading
 * them says what is wrong. */
static bool is_pack(const char *path) {
    _cleanup_toc_buf_ struct toc_buf text = {0};
    const char *line;

    if (toc_file_read(path, TOC_MAX_YAML_BYTES, NULL, &text))
        return false;
    line = toc_buf_cstr(&text);
    while (line) {
        if (!strncmp(line, "pack:", strlen("pack:")))
            return true;
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return false;
}

static int add_file(struct toc_rule_paths *paths, const char *path) {
    if (is_pack(path))
        return toc_rule_paths_push(&paths->packs, &paths->n_packs, path);
    return toc_rule_paths_push(&paths->signatures, &paths->n_signatures, path);
}

static bool is_yaml(const FTSENT *entry) {
    return entry->fts_info == FTS_F && entry->fts_namelen > strlen(".yaml") &&
           !strcmp(entry->fts_name + entry->fts_namelen - strlen(".yaml"), ".yaml");
}

static int by_name(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void fts_closep(FTS **fts) {
    if (*fts)
        fts_close(*fts);
}

static int add_dir(struct toc_rule_paths *paths, const char *dir, bool may_be_empty,
                   struct toc_diags *diags) {
    char *const roots[] = {(char *)dir, NULL};
    _cleanup_(fts_closep) FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    size_t before = paths->n_signatures + paths->n_packs;
    const FTSENT *entry;
    int error = 0;

    while (fts && !error && (entry = fts_read(fts))) {
        if (is_yaml(entry))
            error = add_file(paths, entry->fts_path);
        if (entry->fts_info == FTS_DNR)
            error = toc_fail(diags, EACCES, (struct toc_place){.file = entry->fts_path},
                             "cannot be read: %s", toc_error_text(entry->fts_errno));
    }
    if (error)
        return error;
    if (!may_be_empty && paths->n_signatures + paths->n_packs == before)
        return toc_fail(diags, ENOENT, (struct toc_place){.file = dir},
                        "no signature or pack (*.yaml) in this directory");
    return 0;
}

static int add_path(struct toc_rule_paths *paths, const char *path, struct toc_diags *diags) {
    struct stat st;

    if (stat(path, &st))
        return toc_fail(diags, ENOENT, (struct toc_place){.file = path}, "%s",
                        toc_error_text(errno));
    return S_ISDIR(st.st_mode) ? add_dir(paths, path, false, diags) : add_file(paths, path);
}

static int add_packs(struct toc_rule_paths *paths) {
    char **found = NULL;
    size_t n = 0;
    int error = toc_shipped_packs(&found, &n);

    // A pack of the site's takes the place of a shipped one of that name.
    for (size_t i = 0; !error && i < n; i++)
        if (!toc_site_has_pack(strrchr(found[i], '/') + 1))
            error = toc_rule_paths_push(&paths->packs, &paths->n_packs, found[i]);
    for (size_t i = 0; i < n; i++)
        free(found[i]);
    free(found);
    return error;
}

/* What is shipped, and what the site adds. */
static int add_standard(struct toc_rule_paths *paths, bool packs, struct toc_diags *diags) {
    _cleanup_free_ char *signatures = toc_shipped_signatures(), *rules = toc_site("rules");
    _cleanup_free_ char *site = toc_site("signatures");
    int error = signatures ? add_path(paths, signatures, diags) : -ENOENT;

    if (!error && site)
        error = add_dir(paths, site, true, diags);
    if (!error && packs)
        error = add_packs(paths);
    if (!error && packs && rules)
        error = add_dir(paths, rules, true, diags);
    return error;
}

int toc_rule_paths_find(const struct toc_cli *cli, struct toc_diags *diags,
                        struct toc_rule_paths *ret) {
    int error = 0;

    for (size_t i = 0; i < cli->n_operands; i++)
        error = add_path(ret, cli->operands[i], diags) ?: error;
    for (size_t i = 0; i < cli->signatures.n; i++)
        error = add_path(ret, cli->signatures.items[i], diags) ?: error;
    toc_rule_paths_add_pack_dirs(ret);
    if (error)
        return error;
    if (!cli->n_operands && !cli->signatures.n)
        return add_standard(ret, true, diags);
    // Packs alone tune what is shipped.
    return ret->n_signatures ? 0 : add_standard(ret, false, diags);
}
