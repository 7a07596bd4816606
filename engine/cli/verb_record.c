// SPDX-License-Identifier: Apache-2.0
// tocsin record: write events, judge nothing.
#include <errno.h>

#include "cli/counts.h"
#include "cli/live.h"
#include "cli/progress.h"
#include "cli/rules.h"
#include "cli/say.h"
#include "cli/wanted.h"
#include "source/watched.h"

static int demand_of_rules(const struct toc_cli *cli, struct toc_demand *ret) {
    _cleanup_toc_rule_paths_ struct toc_rule_paths paths = {0};
    struct toc_ruleset *ruleset = NULL;
    int status = toc_rule_paths_of_call(cli, &paths);

    if (!status)
        status = toc_rules_load(cli, &paths, &ruleset);
    if (!status)
        status = toc_wanted(cli, ruleset, ret);
    toc_ruleset_free(&ruleset);
    return status;
}

static int demand_of(const struct toc_cli *cli, struct toc_demand *ret) {
    if (cli->capture == TOC_CAPTURE_DEMAND)
        return demand_of_rules(cli, ret);
    if (cli->rules.n || cli->signatures.n) {
        toc_say("--rules and --signatures go with --capture demand: else all is recorded");
        return TOC_EXIT_WRONG;
    }
    *ret = (struct toc_demand){.witnesses = TOC_SEES_ALL};
    if (cli->payload)
        ret->payload_enter = ret->payload_exit = UINT64_MAX;
    return toc_wanted_events(cli, toc_watched_events(), &ret->events);
}

int toc_verb_record(struct toc_cli *cli) {
    _cleanup_toc_live_ struct toc_live live = {.file = {.fd = -1}};
    struct toc_counts counts = {0};
    struct toc_pump pump;
    struct toc_demand demand;
    int status, command, error;

    if (!cli->output) {
        toc_say("name the file to record to: tocsin record -o FILE");
        return TOC_EXIT_WRONG;
    }
    status = toc_live_check(cli);
    if (!status)
        status = demand_of(cli, &demand);
    if (!status)
        status = toc_live_open(cli, cli->output, &demand, NULL, &live);
    if (!status)
        status = toc_live_begin(&live, cli, &pump);
    if (status)
        return status;
    toc_progress_begin(cli->output, !cli->quiet);
    error = toc_pump_run(&pump);
    toc_progress_end();
    if (error)
        toc_say("%s", toc_source_fault(live.source));
    toc_counts_add(&counts, live.source);
    status = toc_live_end(&live, &pump, &command);
    if (pump.recorder_error == -EPIPE)
        return TOC_EXIT_OK;
    if (cli->stats && toc_counts_write(&counts, cli->stats))
        status = TOC_EXIT_FAULT;
    if (!cli->quiet)
        toc_counts_say(&counts, cli->verbose);
    if (error || status)
        return TOC_EXIT_FAULT;
    return command;
}
