// SPDX-License-Identifier: Apache-2.0
// From options and paths to a ruleset.
#pragma once

#include "cli/options.h"
#include "detect/detect.h"

/* Signatures and packs found in files and directories. Own their strings. */
struct toc_rule_paths {
    char **signatures, **packs;
    size_t n_signatures, n_packs;
    char *pack_dirs[2]; /* where `extends` looks: the site's, then the shipped ones */
    size_t n_pack_dirs;
};
int toc_rule_paths_push(char ***list, size_t *n, const char *path); /* -ENOMEM */
void toc_rule_paths_add_pack_dirs(struct toc_rule_paths *paths);
void toc_rule_paths_free(struct toc_rule_paths *paths);
#define _cleanup_toc_rule_paths_ __attribute__((cleanup(toc_rule_paths_free)))

/* What --signatures and --rules of a call ask for. An exit status, after a line on standard error.
 */
int toc_rule_paths_of_call(const struct toc_cli *cli, struct toc_rule_paths *ret);
/* Loads what they name, as it is now, with the tests or without. Prints nothing. */
int toc_rule_paths_load(const struct toc_rule_paths *paths, bool tests, struct toc_diags *diags,
                        struct toc_ruleset **ret);

/* Sorts what is below the paths into signatures and packs (a pack has a key `pack:`). Without
 * paths: what --signatures says or is shipped. -ENOENT and kin with a diagnostic; the rest was
 * sorted all the same. */
int toc_rule_paths_find(const struct toc_cli *cli, struct toc_diags *diags,
                        struct toc_rule_paths *ret);

/* Finds and loads it, with the tests and their recordings, and without the packs if not wanted:
 * every problem of all files, in order. Any error goes with a diagnostic; *ret may be there all the
 * same. */
int toc_rule_paths_check(const struct toc_cli *cli, bool packs, struct toc_rule_paths *paths,
                         struct toc_diags *diags, struct toc_ruleset **ret);

void toc_rule_paths_drop_packs(struct toc_rule_paths *paths);
/* The pack of a name or path; an exit status, after a line on standard error. */
int toc_rule_paths_add_pack(struct toc_rule_paths *paths, const char *name_or_path);

/* Loads what the paths name. 0, or an exit status after the problems were said. With strict,
 * warnings are problems. */
int toc_rules_load(const struct toc_cli *cli, const struct toc_rule_paths *paths,
                   struct toc_ruleset **ret);

/* "…3 signatures loaded, 2 rules run" */
void toc_rules_say(const char *before, const struct toc_ruleset *ruleset);

/* All signatures, without packs: for the verbs that look at signatures. Problems go to diags. */
int toc_rules_load_signatures(const struct toc_cli *cli, struct toc_diags *diags,
                              struct toc_ruleset **ret);
