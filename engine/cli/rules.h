// SPDX-License-Identifier: Apache-2.0
// From options and paths to a ruleset.
#pragma once

#include "cli/options.h"
#include "detect/detect.h"

/* --signatures and --rules, else what is shipped with the pack `default`. 0, or an exit status
 * after the problems were said. With strict, warnings are problems. */
int toc_rules_load(const struct toc_cli *cli, struct toc_ruleset **ret);

/* All signatures, without packs: for the verbs that look at signatures. Problems go to diags. */
int toc_rules_load_signatures(const struct toc_cli *cli, struct toc_diags *diags,
                              struct toc_ruleset **ret);

/* Signatures and packs found in files and directories. Own their strings. */
struct toc_rule_paths {
    char **signatures, **packs;
    size_t n_signatures, n_packs;
};
void toc_rule_paths_free(struct toc_rule_paths *paths);
#define _cleanup_toc_rule_paths_ __attribute__((cleanup(toc_rule_paths_free)))

/* Sorts what is below the paths into signatures and packs (a pack has a key `pack:`). Without
 * paths: what --signatures says or is shipped. -ENOENT and kin with a diagnostic. */
int toc_rule_paths_find(const struct toc_cli *cli, struct toc_diags *diags,
                        struct toc_rule_paths *ret);
