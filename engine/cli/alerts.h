// SPDX-License-Identifier: Apache-2.0
// What happens to each alert: formatted into the output, counted.
#pragma once

#include "cli/options.h"
#include "cli/output.h"
#include "sink/sink.h"

struct toc_alerts {
    struct toc_sink_options options;
    struct toc_output *output; /* borrowed */
    uint64_t written;
    uint64_t lost;       /* the reader of the output was too slow, or writing failed */
    struct toc_buf ends; /* uint64_t each: how many bytes the output has behind an alert that may
                          * still wait to be written */
    int worst;           /* enum toc_level of the worst alert; -1: none */
};

/* Chooses format and colour as the call asks; `output` is open. */
void toc_alerts_init(const struct toc_cli *cli, struct toc_output *output, struct toc_alerts *ret);

/* A toc_alert_fn; ctx is a struct toc_alerts. */
void toc_alerts_add(void *ctx, const struct toc_alert *alert);

/* All that could be written has been: now `written` and `lost` hold. */
void toc_alerts_settle(struct toc_alerts *alerts);
