// SPDX-License-Identifier: Apache-2.0
// Rules, matcher and output around the pump.
#include "cli/detection.h"

#include <errno.h>

#include "cli/blind.h"
#include "cli/progress.h"
#include "cli/rules.h"
#include "cli/say.h"

/* MiB; more is a mistake rather than a wish. */
#define MAX_STATE 65536

static void on_alert(void *ctx, const struct toc_alert *alert) {
    toc_alerts_add(ctx, alert);
}

static void on_start(void *ctx, const struct toc_event *start) {
    struct toc_detection *detection = ctx;

    if (!detection->cli->quiet)
        toc_blind_warn(detection->ruleset, start, &detection->blind);
}

int toc_detection_limit(const struct toc_cli *cli, struct toc_matcher *matcher) {
    const struct toc_state_limits limits = {
        .signature_bytes = cli->signature_state_limit ? (size_t)cli->signature_state_limit << 20
                                                      : TOC_STATE_SIGNATURE_BYTES,
        .total_bytes = cli->state_limit ? (size_t)cli->state_limit << 20 : TOC_STATE_TOTAL_BYTES,
    };

    if (!cli->state_limit && !cli->signature_state_limit)
        return 0;
    return toc_matcher_limit(matcher, &limits);
}

int toc_detection_open(const struct toc_cli *cli, struct toc_detection *ret) {
    int status;

    *ret = (struct toc_detection){.cli = cli, .output = {.fd = -1}};
    status = toc_rule_paths_of_call(cli, &ret->paths);
    if (!status)
        status = toc_rules_load(cli, &ret->paths, &ret->ruleset);
    if (status)
        return status;
    if (cli->state_limit > MAX_STATE || cli->signature_state_limit > MAX_STATE) {
        toc_say("--state-limit and --signature-state-limit are at most %d MiB", MAX_STATE);
        return TOC_EXIT_WRONG;
    }
    if (toc_matcher_new(ret->ruleset, on_alert, &ret->alerts, &ret->matcher) ||
        toc_detection_limit(cli, ret->matcher)) {
        toc_say("out of memory");
        return TOC_EXIT_FAULT;
    }
    if (cli->verbose)
        toc_rules_say("", ret->ruleset);
    ret->counts.ruleset = ret->ruleset;
    ret->counts.matcher = ret->matcher;
    return 0;
}

int toc_detection_start(struct toc_detection *detection, bool live) {
    int status = toc_output_open(detection->cli->output, &detection->output);

    if (!status)
        toc_output_in_background(&detection->output, live);
    toc_alerts_init(detection->cli, &detection->output, &detection->alerts);
    return status;
}

int toc_detection_run(struct toc_detection *detection, struct toc_pump *pump) {
    int error;

    pump->started = on_start;
    pump->started_ctx = detection;
    pump->matcher = detection->matcher;
    pump->output = &detection->output;
    error = toc_pump_run(pump);
    detection->ran = true;
    toc_matcher_end(detection->matcher);
    toc_alerts_settle(&detection->alerts);
    toc_counts_add(&detection->counts, pump->source);
    toc_progress_end();
    // A line of text that is no event is a wrong input; all else happened while running.
    if (error == -EINVAL)
        detection->wrong = true;
    else if (error)
        detection->fault = true;
    return error;
}

static int exit_status(const struct toc_detection *detection, int otherwise) {
    const struct toc_cli *cli = detection->cli;

    if (cli->fail_on && detection->alerts.worst >= cli->fail_on - 1)
        return TOC_EXIT_ALERT;
    if (detection->wrong)
        return TOC_EXIT_WRONG;
    return detection->fault ? TOC_EXIT_FAULT : otherwise;
}

int toc_detection_finish(struct toc_detection *detection, int otherwise) {
    bool gone = detection->output.error == -EPIPE;

    toc_alerts_settle(&detection->alerts);
    detection->counts.written = detection->alerts.written;
    detection->counts.unwritten = detection->alerts.lost;
    detection->counts.why_unwritten =
        detection->output.error ? "they could not be written" : "what reads them is too slow";
    if (toc_output_close(&detection->output))
        detection->fault = true;
    if (detection->cli->stats && toc_counts_write(&detection->counts, detection->cli->stats))
        detection->fault = true;
    if (gone)
        return TOC_EXIT_OK;
    if (!detection->cli->quiet && detection->ran)
        toc_counts_say(&detection->counts, detection->cli->verbose);
    return exit_status(detection, otherwise);
}

void toc_detection_clear(struct toc_detection *detection) {
    if (detection->follows)
        toc_reload_close(&detection->reload);
    toc_builder_free(&detection->builder);
    toc_matcher_free(&detection->matcher);
    toc_ruleset_free(&detection->ruleset);
    toc_rule_paths_free(&detection->paths);
    toc_writer_free(&detection->output.writer);
    toc_buf_free(&detection->output.buf);
    toc_buf_free(&detection->alerts.ends);
    toc_buf_free(&detection->blind);
}
