// SPDX-License-Identifier: Apache-2.0
// tocsin check: every problem of signatures and packs, nothing run.
#include <errno.h>

#include "base/text.h"
#include "cli/diag_json.h"
#include "cli/explain.h"
#include "cli/explain_pushdown.h"
#include "cli/output.h"
#include "cli/rules.h"
#include "cli/say.h"

static void add_summary(const struct toc_rule_paths *paths, const struct toc_diags *diags,
                        const struct toc_ruleset *ruleset, struct toc_buf *out) {
    size_t signatures = ruleset ? toc_ruleset_n_signatures(ruleset) : paths->n_signatures;

    toc_buf_addf(out, "%zu signature%s, %zu pack%s: ", signatures, toc_s(signatures),
                 paths->n_packs, toc_s(paths->n_packs));
    if (!diags->n_errors && !diags->n_warnings)
        toc_buf_adds(out, "no problems\n");
    else
        toc_buf_addf(out, "%zu error%s, %zu warning%s\n", diags->n_errors, toc_s(diags->n_errors),
                     diags->n_warnings, toc_s(diags->n_warnings));
}

/* What a pack comes to, instead of all that is wrong with everything. */
static int explain(const struct toc_cli *cli) {
    _cleanup_toc_rule_paths_ struct toc_rule_paths paths = {0};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_output output = TOC_OUTPUT_STDOUT;
    int error = toc_rule_paths_find(cli, &diags, &paths), status;

    if (error) {
        toc_say_diags(&diags);
        return TOC_EXIT_WRONG;
    }
    // The one that is asked for, whatever else lies about.
    toc_rule_paths_drop_packs(&paths);
    status = toc_rule_paths_add_pack(&paths, cli->explain);
    if (!status)
        status = toc_rules_load(cli, &paths, &ruleset);
    if (status)
        return status;
    if (cli->format == TOC_FORMAT_JSON)
        toc_explain_json(ruleset, &output.buf);
    else
        toc_explain_text(ruleset, &output.buf);
    return toc_output_close(&output);
}

/* What of packs is decided in the kernel. */
static int explain_pushdown(const struct toc_cli *cli) {
    _cleanup_toc_rule_paths_ struct toc_rule_paths paths = {0};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    struct toc_output output = TOC_OUTPUT_STDOUT;
    int status = toc_rule_paths_of_call(cli, &paths), error;

    if (!status && cli->n_operands)
        toc_rule_paths_drop_packs(&paths);
    for (size_t i = 0; i < cli->n_operands && !status; i++)
        status = toc_rule_paths_add_pack(&paths, cli->operands[i]);
    if (!status)
        status = toc_rules_load(cli, &paths, &ruleset);
    if (status)
        return status;
    error = cli->format == TOC_FORMAT_JSON ? toc_explain_pushdown_json(ruleset, &output.buf)
                                           : toc_explain_pushdown(ruleset, &output.buf);
    status = toc_output_close(&output);
    return error ? TOC_EXIT_FAULT : status;
}

int toc_verb_check(struct toc_cli *cli) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_rule_paths_ struct toc_rule_paths paths = {0};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    struct toc_output output = TOC_OUTPUT_STDOUT;
    int error, status;
    bool bad;

    if (cli->explain)
        return explain(cli);
    if (cli->explain_pushdown)
        return explain_pushdown(cli);
    error = toc_rule_paths_check(cli, true, &paths, &diags, &ruleset);
    bad = error || diags.n_errors || (cli->strict && diags.n_warnings);
    if (cli->format == TOC_FORMAT_JSON) {
        toc_diags_json(&diags, &output.buf);
    } else if (!cli->quiet || bad) {
        add_summary(&paths, &diags, ruleset, &output.buf);
        toc_say_diags(&diags);
    }
    status = toc_output_close(&output);
    if (error == -ENOMEM)
        return TOC_EXIT_FAULT;
    return bad ? TOC_EXIT_WRONG : status;
}
