// SPDX-License-Identifier: Apache-2.0
// Sorts files and directories into signatures and packs.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/rules.h"
#include "cli/say.h"
#include "cli/shipped.h"
#include "detect/files.h"

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

/* All of it is looked at, whatever is wrong with some. */
static int add_path(struct toc_rule_paths *paths, const char *path, bool may_be_empty,
                    struct toc_diags *diags) {
    _cleanup_toc_files_ struct toc_files files = {0};
    int missing = toc_files_add(&files, path, diags);

    for (size_t i = 0; i < files.n && missing != -ENOMEM; i++)
        missing = add_file(paths, files.items[i].path) ?: missing;
    if (!files.n && !missing && !may_be_empty)
        return toc_fail(diags, ENOENT, (struct toc_place){.file = path},
                        "no signature or pack (*.yaml) in this directory");
    return missing;
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
    int error = signatures ? add_path(paths, signatures, false, diags) : -ENOENT;

    if (!error && site)
        error = add_path(paths, site, true, diags);
    if (!error && packs)
        error = add_packs(paths);
    if (!error && packs && rules)
        error = add_path(paths, rules, true, diags);
    return error;
}

int toc_rule_paths_find(const struct toc_cli *cli, struct toc_diags *diags,
                        struct toc_rule_paths *ret) {
    int error = 0;

    for (size_t i = 0; i < cli->n_operands; i++)
        error = add_path(ret, cli->operands[i], false, diags) ?: error;
    for (size_t i = 0; i < cli->signatures.n; i++)
        error = add_path(ret, cli->signatures.items[i], false, diags) ?: error;
    toc_rule_paths_add_pack_dirs(ret);
    if (!cli->n_operands && !cli->signatures.n)
        return add_standard(ret, true, diags);
    // Packs alone tune what is shipped.
    if (ret->n_packs && !ret->n_signatures)
        error = add_standard(ret, false, diags) ?: error;
    return error;
}

int toc_rule_paths_check(const struct toc_cli *cli, bool packs, struct toc_rule_paths *paths,
                         struct toc_diags *diags, struct toc_ruleset **ret) {
    int missing = toc_rule_paths_find(cli, diags, paths), error = 0;

    if (!packs)
        toc_rule_paths_drop_packs(paths);
    if (missing == -ENOMEM || (missing && !paths->n_signatures))
        return missing;
    error = toc_rule_paths_load(paths, true, diags, ret);
    toc_diags_sort(diags, 0);
    return error ? error : missing;
}
