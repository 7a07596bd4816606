// SPDX-License-Identifier: Apache-2.0
// tocsin test: the tests that signatures carry.
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/rules.h"
#include "cli/say.h"

struct run {
    struct toc_output *output;
    bool json, verbose;
    size_t tests, failed;
};

static void add_json(const struct toc_test_result *result, struct toc_buf *out) {
    toc_buf_addf(out, "{\"signature\":\"%s\",\"test\":", result->signature->id);
    toc_buf_add_json_string(out, result->name, strlen(result->name));
    toc_buf_adds(out, ",\"file\":");
    toc_buf_add_json_string(out, result->signature->file, strlen(result->signature->file));
    toc_buf_addf(out, ",\"line\":%u,\"passed\":%s", result->line,
                 result->passed ? "true" : "false");
    if (result->failure) {
        toc_buf_adds(out, ",\"failure\":");
        toc_buf_add_json_string(out, result->failure, strlen(result->failure));
    }
    toc_buf_adds(out, "}\n");
}

/* The failure's lines, indented. */
static void add_failure(const char *failure, struct toc_buf *out) {
    while (failure && *failure) {
        size_t n = strcspn(failure, "\n");

        toc_buf_addf(out, "      %.*s\n", (int)n, failure);
        failure += n + (failure[n] != 0);
    }
}

static void add_text(const struct run *run, const struct toc_test_result *result,
                     struct toc_buf *out) {
    if (result->passed && !run->verbose)
        return;
    toc_buf_addf(out, "%s  %s: %s (%s:%u)\n", result->passed ? "ok  " : "FAIL",
                 result->signature->id, result->name, result->signature->file, result->line);
    if (!result->passed)
        add_failure(result->failure, out);
}

static void on_result(void *ctx, const struct toc_test_result *result) {
    struct run *run = ctx;

    run->tests++;
    run->failed += !result->passed;
    if (run->json)
        add_json(result, &run->output->buf);
    else
        add_text(run, result, &run->output->buf);
    toc_output_more(run->output);
}

static int load(const struct toc_cli *cli, struct toc_diags *diags, struct toc_ruleset **ret) {
    _cleanup_toc_rule_paths_ struct toc_rule_paths paths = {0};
    int error = toc_rule_paths_find(cli, diags, &paths);

    if (error)
        return error;
    // Tests are of signatures as written: packs would tune them.
    toc_rule_paths_drop_packs(&paths);
    return toc_rule_paths_load(&paths, true, diags, ret);
}

int toc_verb_test(struct toc_cli *cli) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    struct toc_output output = TOC_OUTPUT_STDOUT;
    struct run run = {&output, cli->format == TOC_FORMAT_JSON, cli->verbose, 0, 0};
    int error = load(cli, &diags, &ruleset), status;
    bool bad = error || (cli->strict && diags.n_warnings);

    toc_say_diags(&diags);
    if (bad)
        return error == -ENOMEM ? TOC_EXIT_FAULT : TOC_EXIT_WRONG;
    error = toc_ruleset_test(ruleset, on_result, &run);
    if (error < 0)
        toc_say("the tests could not run: %s", toc_error_text(error));
    if (!run.json && !cli->quiet)
        toc_buf_addf(&output.buf, "%zu tests of %zu signatures: %zu passed, %zu failed\n",
                     run.tests, toc_ruleset_n_signatures(ruleset), run.tests - run.failed,
                     run.failed);
    status = toc_output_close(&output);
    return error ? TOC_EXIT_FAULT : status;
}
