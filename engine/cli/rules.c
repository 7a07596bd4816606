// SPDX-License-Identifier: Apache-2.0
// Loads the ruleset that a call asks for.
#include "cli/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/say.h"
#include "cli/shipped.h"

void toc_rule_paths_drop_packs(struct toc_rule_paths *paths) {
    for (size_t i = 0; i < paths->n_packs; i++)
        free(paths->packs[i]);
    free(paths->packs);
    paths->packs = NULL;
    paths->n_packs = 0;
}

void toc_rule_paths_free(struct toc_rule_paths *paths) {
    for (size_t i = 0; i < paths->n_signatures; i++)
        free(paths->signatures[i]);
    toc_rule_paths_drop_packs(paths);
    for (size_t i = 0; i < paths->n_pack_dirs; i++)
        free(paths->pack_dirs[i]);
    free(paths->signatures);
    *paths = (struct toc_rule_paths){0};
}

void toc_rule_paths_add_pack_dirs(struct toc_rule_paths *paths) {
    const char *shipped = toc_shipped_dir();
    char *site = toc_site("rules"), *dir = NULL;

    if (site)
        paths->pack_dirs[paths->n_pack_dirs++] = site;
    if (shipped && asprintf(&dir, "%s/rules", shipped) >= 0)
        paths->pack_dirs[paths->n_pack_dirs++] = dir;
}

int toc_rule_paths_load(const struct toc_rule_paths *paths, bool tests, struct toc_diags *diags,
                        struct toc_ruleset **ret) {
    const struct toc_ruleset_options options = {
        .signature_dirs = (const char *const *)paths->signatures,
        .n_signature_dirs = paths->n_signatures,
        .packs = (const char *const *)paths->packs,
        .n_packs = paths->n_packs,
        .pack_dirs = (const char *const *)paths->pack_dirs,
        .n_pack_dirs = paths->n_pack_dirs,
        .tests = tests,
    };

    return toc_ruleset_load(&options, diags, ret);
}

/* --signatures, else what is shipped and what the site adds. */
static int signature_paths(const struct toc_cli *cli, struct toc_rule_paths *ret) {
    _cleanup_free_ char *shipped = NULL, *site = NULL;
    int error = 0;

    for (size_t i = 0; i < cli->signatures.n && !error; i++)
        error = toc_rule_paths_push(&ret->signatures, &ret->n_signatures, cli->signatures.items[i]);
    if (cli->signatures.n)
        return error;
    shipped = toc_shipped_signatures();
    site = toc_site("signatures");
    if (!shipped)
        return -ENOENT;
    error = toc_rule_paths_push(&ret->signatures, &ret->n_signatures, shipped);
    if (!error && site)
        error = toc_rule_paths_push(&ret->signatures, &ret->n_signatures, site);
    return error;
}

int toc_rules_load_signatures(const struct toc_cli *cli, struct toc_diags *diags,
                              struct toc_ruleset **ret) {
    _cleanup_toc_rule_paths_ struct toc_rule_paths paths = {0};
    int error = signature_paths(cli, &paths);

    return error ? error : toc_rule_paths_load(&paths, false, diags, ret);
}

int toc_rule_paths_add_pack(struct toc_rule_paths *paths, const char *name_or_path) {
    _cleanup_free_ char *path = toc_shipped_pack(name_or_path);

    if (!path)
        return TOC_EXIT_WRONG;
    // Asked for twice is asked for once.
    for (size_t i = 0; i < paths->n_packs; i++)
        if (!strcmp(paths->packs[i], path))
            return 0;
    return toc_rule_paths_push(&paths->packs, &paths->n_packs, path) ? TOC_EXIT_FAULT : 0;
}

int toc_rule_paths_of_call(const struct toc_cli *cli, struct toc_rule_paths *ret) {
    int error = signature_paths(cli, ret), status = 0;

    if (error)
        return error == -ENOMEM ? TOC_EXIT_FAULT : TOC_EXIT_WRONG;
    toc_rule_paths_add_pack_dirs(ret);
    for (size_t i = 0; i < cli->rules.n && !status; i++)
        status = toc_rule_paths_add_pack(ret, cli->rules.items[i]);
    return cli->rules.n ? status : toc_rule_paths_add_pack(ret, "default");
}

int toc_rules_load(const struct toc_cli *cli, const struct toc_rule_paths *paths,
                   struct toc_ruleset **ret) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    int error = toc_rule_paths_load(paths, false, &diags, ret);
    bool bad = error || (cli->strict && diags.n_warnings);

    toc_say_diags(&diags);
    if (!bad)
        return 0;
    toc_ruleset_free(ret);
    return error == -ENOMEM ? TOC_EXIT_FAULT : TOC_EXIT_WRONG;
}

void toc_rules_say(const char *before, const struct toc_ruleset *ruleset) {
    size_t signatures = toc_ruleset_n_signatures(ruleset), rules = toc_ruleset_n_rules(ruleset);

    toc_say("%s%zu signature%s loaded, %zu rule%s run", before, signatures, toc_s(signatures),
            rules, toc_s(rules));
}
