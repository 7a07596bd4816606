// SPDX-License-Identifier: Apache-2.0
// tocsin run: detect live.
#include "cli/detection.h"
#include "cli/enforce.h"
#include "cli/live.h"
#include "cli/pushdown.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/wanted.h"

int toc_verb_run(struct toc_cli *cli) {
    _cleanup_toc_detection_ struct toc_detection detection = {.output = {.fd = -1}};
    _cleanup_toc_enforce_ struct toc_enforce enforce = {0};
    _cleanup_toc_live_ struct toc_live live = {.file = {.fd = -1}};
    struct toc_pump pump;
    struct toc_demand demand;
    int status = toc_live_check(cli), command;

    if (status)
        return status;
    toc_producer_ahead(cli, &live.ahead);
    status = toc_detection_open(cli, &detection);
    if (!status)
        status = toc_wanted(cli, detection.ruleset, &demand);
    if (!status)
        status = toc_enforce_open(cli, detection.ruleset, demand.events, &enforce);
    if (!status)
        status = toc_live_open(cli, cli->record, &demand, toc_enforce_gate(&enforce), &live);
    toc_enforce_opened(&enforce);
    if (!status)
        status = toc_detection_start(&detection, true);
    if (!status && toc_pushdown_is_on(cli))
        toc_pushdown_set(live.source, detection.ruleset);
    // CMD may ask for it as soon as it runs.
    toc_signals_take_hangup();
    if (!status)
        status = toc_live_begin(&live, cli, &pump);
    if (status)
        return status;
    toc_detection_follow(&detection, &pump);
    if (toc_detection_run(&detection, &pump))
        toc_say("%s", toc_source_fault(live.source));
    if (toc_live_end(&live, &pump, &command))
        detection.fault = true;
    return toc_detection_finish(&detection, command);
}
