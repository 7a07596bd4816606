// SPDX-License-Identifier: Apache-2.0
// What run and replay share: rules, matcher, output, counts, exit status.
#pragma once

#include "cli/alerts.h"
#include "cli/counts.h"
#include "cli/pump.h"
#include "cli/reload.h"
#include "cli/rules.h"

struct toc_detection {
    const struct toc_cli *cli;
    struct toc_rule_paths paths; /* what it was loaded from */
    struct toc_ruleset *ruleset;
    struct toc_matcher *matcher;
    struct toc_output output;
    struct toc_alerts alerts;
    struct toc_counts counts;
    struct toc_buf blind; /* the warnings about what these rules cannot see, as last said */
    struct toc_reload reload;
    bool follows;                /* reload is in use */
    struct toc_builder *builder; /* for events of our own; NULL until needed */
    bool fault, wrong;           /* something went amiss on the way; it was said */
    bool ran;                    /* there is something to count */
};

/* Loads the rules. 0, or an exit status after the problems were said. Free it in either case. */
int toc_detection_open(const struct toc_cli *cli, struct toc_detection *ret);

/* Gives a new matcher the limits of the call. -ENOMEM. */
int toc_detection_limit(const struct toc_cli *cli, struct toc_matcher *matcher);

/* Opens the output: only once the input is known to be there. live: events do not wait for it.
 * 0 or an exit status. */
int toc_detection_start(struct toc_detection *detection, bool live);

/* From now on rules are loaded anew when SIGHUP or, with --watch, a changed file asks for it: the
 * pump exchanges them between two events, puts a tocsin_reload into the stream, and goes on. */
void toc_detection_follow(struct toc_detection *detection, struct toc_pump *pump);

/* Runs the pump (its source, recorder and the like are set) to its end, counts, notes that it
 * failed. 0 or the source's -errno, which nobody has said yet. */
int toc_detection_run(struct toc_detection *detection, struct toc_pump *pump);

/* Writes what is left and the closing counts. The exit status; `otherwise` when nothing of ours
 * applies. */
int toc_detection_finish(struct toc_detection *detection, int otherwise);

void toc_detection_clear(struct toc_detection *detection);
#define _cleanup_toc_detection_ __attribute__((cleanup(toc_detection_clear)))
