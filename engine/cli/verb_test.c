// SPDX-License-Identifier: Apache-2.0
// tocsin test: the tests that signatures carry.
#include <errno.h>

#include "base/text.h"
#include "cli/diag_json.h"
#include "cli/output.h"
#include "cli/rules.h"
#include "cli/say.h"
#include "cli/test_report.h"

struct run {
    const struct toc_cli *cli;
    struct toc_output output;
    struct toc_junit junit;
    size_t tests, failed, conditions, covered;
};

static bool is_for_people(const struct run *run) {
    return run->cli->test_format != TOC_TEST_JSON && run->cli->test_format != TOC_TEST_JUNIT;
}

static void on_result(void *ctx, const struct toc_test_result *result) {
    struct run *run = ctx;

    run->tests++;
    run->failed += !result->passed;
    if (run->cli->test_format == TOC_TEST_JUNIT)
        toc_junit_add(&run->junit, result);
    else if (run->cli->test_format == TOC_TEST_JSON)
        toc_test_report_json(result, &run->output.buf);
    else
        toc_test_report_text(result, run->cli->verbose, &run->output.buf);
    toc_output_more(&run->output);
}

static void on_coverage(void *ctx, const struct toc_coverage *coverage) {
    struct run *run = ctx;

    run->conditions++;
    run->covered += coverage->n_true > 0;
    if (run->cli->test_format == TOC_TEST_JSON)
        toc_coverage_json(coverage, &run->output.buf);
    else if (is_for_people(run))
        toc_coverage_text(coverage, &run->output.buf);
}

static void sum_up(struct run *run, const struct toc_ruleset *ruleset) {
    size_t signatures = toc_ruleset_n_signatures(ruleset);

    if (run->cli->test_format == TOC_TEST_JUNIT)
        toc_junit_end(&run->junit, &run->output.buf);
    if (!is_for_people(run) || run->cli->quiet)
        return;
    if (run->cli->coverage)
        toc_buf_addf(&run->output.buf, "%zu of %zu sub-expressions were true in some test\n",
                     run->covered, run->conditions);
    toc_buf_addf(&run->output.buf, "%zu test%s of %zu signature%s: %zu passed, %zu failed\n",
                 run->tests, toc_s(run->tests), signatures, toc_s(signatures),
                 run->tests - run->failed, run->failed);
}

/* Programs are told on standard output why there is nothing to run. */
static int report_errors(struct run *run, const struct toc_diags *diags) {
    if (run->cli->test_format == TOC_TEST_JUNIT) {
        toc_junit_errors(&run->junit, diags);
        toc_junit_end(&run->junit, &run->output.buf);
        toc_junit_free(&run->junit);
    } else if (run->cli->test_format == TOC_TEST_JSON) {
        toc_diags_json(diags, &run->output.buf);
    }
    return toc_output_close(&run->output);
}

int toc_verb_test(struct toc_cli *cli) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_toc_rule_paths_ struct toc_rule_paths paths = {0};
    struct run run = {.cli = cli, .output = TOC_OUTPUT_STDOUT};
    // Tests are of signatures as written: packs would tune them.
    int error = toc_rule_paths_check(cli, false, &paths, &diags, &ruleset), status;
    bool bad = error || (cli->strict && diags.n_warnings);

    status = bad ? report_errors(&run, &diags) : 0;
    toc_say_diags(&diags);
    if (bad)
        return status || error == -ENOMEM ? TOC_EXIT_FAULT : TOC_EXIT_WRONG;
    error = toc_ruleset_test(ruleset, on_result, &run);
    if (error >= 0 && cli->coverage)
        error = toc_ruleset_coverage(ruleset, on_coverage, &run) ?: error;
    if (error < 0)
        toc_say("the tests could not run: %s", toc_error_text(error));
    sum_up(&run, ruleset);
    toc_junit_free(&run.junit);
    status = toc_output_close(&run.output);
    return error ? TOC_EXIT_FAULT : status;
}
