// SPDX-License-Identifier: Apache-2.0
// Loads the ruleset that a call asks for.
#include "cli/rules.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cli/say.h"
#include "cli/shipped.h"

static void free_all(char **strings, size_t n) {
    for (size_t i = 0; i < n; i++)
        free(strings[i]);
    free(strings);
}

static int load(const struct toc_cli *cli, char *const *packs, size_t n_packs,
                struct toc_diags *diags, struct toc_ruleset **ret) {
    _cleanup_free_ char *shipped = NULL;
    const char *one[1];
    struct toc_ruleset_options options = {
        .signature_dirs = cli->signatures.items,
        .n_signature_dirs = cli->signatures.n,
        .packs = (const char *const *)packs,
        .n_packs = n_packs,
    };

    if (!cli->signatures.n) {
        shipped = toc_shipped_signatures();
        if (!shipped)
            return -ENOENT;
        one[0] = shipped;
        options.signature_dirs = one;
        options.n_signature_dirs = 1;
    }
    return toc_ruleset_load(&options, diags, ret);
}

int toc_rules_load_signatures(const struct toc_cli *cli, struct toc_diags *diags,
                              struct toc_ruleset **ret) {
    return load(cli, NULL, 0, diags, ret);
}

/* Paths of --rules; the default one without. */
static int pack_paths(const struct toc_cli *cli, char ***ret_paths, size_t *ret_n) {
    static const char *const standard[] = {"default"};
    const char *const *names = cli->rules.n ? cli->rules.items : standard;
    size_t n = cli->rules.n ? cli->rules.n : 1;
    char **paths = calloc(n, sizeof(*paths));

    for (size_t i = 0; paths && i < n; i++) {
        paths[i] = toc_shipped_pack(names[i]);
        if (paths[i])
            continue;
        free_all(paths, i);
        return TOC_EXIT_WRONG;
    }
    *ret_paths = paths;
    *ret_n = n;
    return paths ? 0 : TOC_EXIT_FAULT;
}

int toc_rules_load(const struct toc_cli *cli, struct toc_ruleset **ret) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    char **packs = NULL;
    size_t n_packs = 0;
    int status = pack_paths(cli, &packs, &n_packs), error;
    bool bad;

    if (status)
        return status;
    error = load(cli, packs, n_packs, &diags, ret);
    free_all(packs, n_packs);
    bad = error || (cli->strict && diags.n_warnings);
    toc_say_diags(&diags);
    if (!bad)
        return 0;
    toc_ruleset_free(ret);
    return error == -ENOMEM ? TOC_EXIT_FAULT : TOC_EXIT_WRONG;
}
