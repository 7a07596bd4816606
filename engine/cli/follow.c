// SPDX-License-Identifier: Apache-2.0
// Exchanges the rules of a detection between two events.
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "cli/detection.h"
#include "cli/pushdown.h"
#include "cli/say.h"
#include "cli/wanted.h"
#include "detect/demand.h"

/* Replay meets it at the same place; what it says is which rules hold from here on. */
static int put_event(struct toc_detection *detection, struct toc_pump *pump) {
    const struct toc_event *event;
    struct toc_meta *meta;
    struct toc_args *args;
    char digest[17];
    int n, error = 0;

    if (!detection->builder)
        error = toc_builder_new(&detection->builder);
    if (error)
        return error;
    n = snprintf(digest, sizeof(digest), "%016llx",
                 (unsigned long long)toc_ruleset_digest(detection->ruleset));
    toc_builder_begin(detection->builder, TOC_EVENT_tocsin_reload);
    meta = toc_builder_meta(detection->builder);
    args = toc_builder_args(detection->builder);
    TOC_SET(meta, meta, time, pump->time);
    TOC_SET(args, args, digest, toc_builder_escape(detection->builder, digest, (size_t)n));
    error = toc_builder_end(detection->builder, &event);
    if (!error)
        toc_pump_put(pump, event, NULL);
    return error;
}

/* A program that was started stops at what the rules of that time looked at. */
static void say_lacks(const struct toc_demand *lacks) {
    _cleanup_toc_buf_ struct toc_buf names = {0};

    for (uint16_t id = 0; id < 64; id++)
        if (lacks->events & toc_event_bit(id))
            toc_buf_addf(&names, " %s", toc_event_info(id)->name);
    if (names.n)
        toc_say("warning: the new rules look at calls for which this program does not stop:%.*s",
                (int)names.n, names.p);
    for (unsigned i = 0; i < TOC_WITNESSES; i++)
        if (lacks->witnesses >> i & 1)
            toc_say("warning: the new rules look at the %s: a hook for it cannot be attached now",
                    toc_witness_infos[i].words);
}

/* The old ones are whole until the new ones are in their place. */
static int exchange(struct toc_detection *detection, struct toc_pump *pump,
                    struct toc_ruleset **ruleset) {
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    struct toc_demand both, wanted, lacks;
    int error = toc_matcher_new(*ruleset, toc_alerts_add, &detection->alerts, &matcher);

    if (!error)
        error = toc_detection_limit(detection->cli, matcher);
    if (!error)
        error = toc_matcher_adopt(matcher, detection->matcher);
    if (error)
        return error;
    // --events, which may be wrong, was found right at the start.
    toc_wanted(detection->cli, detection->ruleset, &both);
    toc_wanted(detection->cli, *ruleset, &wanted);
    toc_demand_add(&both, &wanted);
    /* What the new ones look at is watched before they do, what the old ones did until they don't.
     */
    toc_source_want(pump->source, &both, &lacks);
    toc_pushdown_set(pump->source, NULL);
    toc_matcher_free(&detection->matcher);
    toc_ruleset_free(&detection->ruleset);
    detection->ruleset = TAKE_PTR(*ruleset);
    detection->matcher = TAKE_PTR(matcher);
    detection->counts.ruleset = detection->ruleset;
    detection->counts.matcher = detection->matcher;
    pump->matcher = detection->matcher;
    toc_source_want(pump->source, &wanted, &lacks);
    say_lacks(&lacks);
    if (toc_pushdown_is_on(detection->cli))
        toc_pushdown_set(pump->source, detection->ruleset);
    return put_event(detection, pump);
}

static void between(void *ctx, struct toc_pump *pump, int64_t now) {
    struct toc_detection *detection = ctx;
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    int error;

    // A recording begins with the start of its producer.
    if (!pump->events)
        return;
    ruleset = toc_reload_poll(&detection->reload, now);
    if (!ruleset)
        return;
    error = exchange(detection, pump, &ruleset);
    if (error) {
        toc_say("the new rules cannot take over: %s", toc_error_text(error));
        return;
    }
    if (!detection->cli->quiet)
        toc_rules_say("new rules: ", detection->ruleset);
}

void toc_detection_follow(struct toc_detection *detection, struct toc_pump *pump) {
    const struct toc_cli *cli = detection->cli;
    bool watch = cli->watch == TOC_WATCH_ALWAYS || (cli->watch != TOC_WATCH_NEVER && !cli->command);

    toc_reload_open(&detection->reload, &detection->paths, watch, cli->strict);
    detection->follows = true;
    pump->between = between;
    pump->between_ctx = detection;
}
