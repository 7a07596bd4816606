// SPDX-License-Identifier: Apache-2.0
// Adds up and prints the closing counts.
#include "cli/counts.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"
#include "event/catalogue.h"
#include "source/count.h"

void toc_counts_add(struct toc_counts *counts, struct toc_source *source) {
    struct toc_source_counts more;

    toc_source_counts(source, &more);
    counts->events.seen += more.seen;
    counts->events.filtered += more.filtered;
    counts->events.handled += more.handled;
    for (size_t i = 0; i < TOC_SOURCE_MAX_LOSS; i++)
        counts->events.lost[i] += more.lost[i];
    counts->events.parts_lost += more.parts_lost;
    counts->events.late += more.late;
    counts->events.rescued += more.rescued;
    counts->events.pending += more.pending;
    counts->events.unknown += more.unknown;
    counts->events.unidentified += more.unidentified;
    counts->events.orphans += more.orphans;
    toc_counts_heartbeats(&more, &counts->events);
}

static uint64_t lost_calls(const struct toc_counts *counts) {
    uint64_t lost = 0;

    for (size_t i = 0; i < TOC_SOURCE_MAX_LOSS; i++)
        lost += counts->events.lost[i];
    return lost;
}

static const char *cause_name(size_t cause) {
    const char *name = toc_names_name(&toc_names_loss, (uint16_t)cause);

    return name ? name : "other";
}

/* Calls fn for each signature that runs, with the sums over the packs it runs in. */
static void each_signature(const struct toc_counts *counts,
                           void (*fn)(void *ctx, const char *id, const struct toc_rule_counts *sum),
                           void *ctx) {
    size_t n = counts->matcher ? toc_ruleset_n_rules(counts->ruleset) : 0;
    struct toc_rule_counts sum = {0};

    // Rules come in order of signature id, so one signature's stand side by side.
    for (size_t i = 0; i < n; i++) {
        const struct toc_rule_counts *rule = toc_matcher_rule_counts(counts->matcher, i);
        const struct toc_signature *signature = toc_ruleset_rule(counts->ruleset, i)->signature;

        sum.matched += rule->matched;
        sum.unobserved += rule->unobserved;
        sum.errors += rule->errors;
        sum.excepted += rule->excepted;
        sum.evicted.groups += rule->evicted.groups;
        sum.evicted.values += rule->evicted.values;
        sum.evicted.thresholds += rule->evicted.thresholds;
        sum.evicted.too_large += rule->evicted.too_large;
        if (i + 1 < n && toc_ruleset_rule(counts->ruleset, i + 1)->signature == signature)
            continue;
        fn(ctx, signature->id, &sum);
        sum = (struct toc_rule_counts){0};
    }
}

struct printing {
    struct toc_buf *out;
    bool verbose, more;
};

static void say_signature(void *ctx, const char *id, const struct toc_rule_counts *sum) {
    const struct printing *printing = ctx;

    if (sum->errors || (printing->verbose && (sum->matched || sum->unobserved)))
        toc_say("  %s: %" PRIu64 " matched, %" PRIu64 " unobserved, %" PRIu64 " error%s", id,
                sum->matched, sum->unobserved, sum->errors, toc_s(sum->errors));
}

static bool is_evicted(const struct toc_evicted *evicted) {
    return evicted->groups || evicted->values || evicted->thresholds || evicted->too_large;
}

static void say_evicted(void *ctx, const char *id, const struct toc_rule_counts *sum) {
    const struct toc_evicted *evicted = &sum->evicted;

    (void)ctx;
    if (is_evicted(evicted))
        toc_say("  %s forgot for want of memory: %" PRIu64 " group%s, %" PRIu64 " value%s, %" PRIu64
                " threshold%s, %" PRIu64 " too large",
                id, evicted->groups, toc_s(evicted->groups), evicted->values,
                toc_s(evicted->values), evicted->thresholds, toc_s(evicted->thresholds),
                evicted->too_large);
}

static void say_heartbeats(const struct toc_source_counts *events) {
    if (events->heartbeats)
        toc_say("  %" PRIu64 " heartbeat%s came, the last after %.3f ms, at most %.3f ms",
                events->heartbeats, toc_s(events->heartbeats),
                (double)events->heartbeat_last_ns / 1e6, (double)events->heartbeat_max_ns / 1e6);
    if (events->heartbeats_missing)
        toc_say("  warning: %" PRIu64 " time%s no heartbeat came", events->heartbeats_missing,
                toc_s(events->heartbeats_missing));
}

void toc_counts_say(const struct toc_counts *counts, bool verbose) {
    struct printing printing = {.verbose = verbose};
    const struct toc_source_counts *events = &counts->events;
    const struct toc_matcher_counts *alerts;

    toc_say(
        "%" PRIu64 " call%s seen = %" PRIu64 " filtered + %" PRIu64 " handled + %" PRIu64 " lost",
        events->seen, toc_s(events->seen), events->filtered, events->handled, lost_calls(counts));
    for (size_t i = 0; i < TOC_SOURCE_MAX_LOSS; i++) {
        if (events->lost[i])
            toc_say("  lost: %" PRIu64 " %s", events->lost[i], cause_name(i));
    }
    if (events->parts_lost)
        toc_say("  %" PRIu64 " part%s of calls lost; the calls say so", events->parts_lost,
                toc_s(events->parts_lost));
    if (events->rescued)
        toc_say("  %" PRIu64 " call%s that may be attacks saved from a full ring", events->rescued,
                toc_s(events->rescued));
    if (events->late)
        toc_say("  %" PRIu64 " call%s came too late to be put in order", events->late,
                toc_s(events->late));
    if (events->pending)
        toc_say("  %" PRIu64 " call%s told before the return", events->pending,
                toc_s(events->pending));
    if (events->orphans)
        toc_say("  %" PRIu64 " call%s whose beginning was not seen", events->orphans,
                toc_s(events->orphans));
    if (events->unidentified)
        toc_say("  %" PRIu64
                " call%s by programs, or in cgroups, whose path could not be found out",
                events->unidentified, toc_s(events->unidentified));
    if (events->unknown)
        toc_say("  %" PRIu64 " call%s of unknown numbers", events->unknown, toc_s(events->unknown));
    say_heartbeats(events);
    if (!counts->matcher)
        return;
    alerts = toc_matcher_counts(counts->matcher);
    toc_say("%" PRIu64 " alert%s written: %" PRIu64 " matched, %" PRIu64 " held back, %" PRIu64
            " excepted",
            counts->written, toc_s(counts->written), alerts->matched, alerts->held_back,
            alerts->excepted);
    if (counts->unwritten)
        toc_say("  warning: %" PRIu64 " alert%s lost: %s", counts->unwritten,
                toc_s(counts->unwritten), counts->why_unwritten);
    each_signature(counts, say_signature, &printing);
    each_signature(counts, say_evicted, NULL);
}

static void add_signature(void *ctx, const char *id, const struct toc_rule_counts *sum) {
    struct printing *printing = ctx;

    toc_buf_addf(printing->out,
                 "%s\"%s\":{\"matched\":%" PRIu64 ",\"unobserved\":%" PRIu64 ",\"errors\":%" PRIu64
                 "}",
                 printing->more ? "," : "", id, sum->matched, sum->unobserved, sum->errors);
    printing->more = true;
}

static void add_evicted(void *ctx, const char *id, const struct toc_rule_counts *sum) {
    const struct toc_evicted *evicted = &sum->evicted;
    struct printing *printing = ctx;

    if (!is_evicted(evicted))
        return;
    toc_buf_addf(printing->out,
                 "%s\"%s\":{\"groups\":%" PRIu64 ",\"values\":%" PRIu64 ",\"thresholds\":%" PRIu64
                 ",\"too_large\":%" PRIu64 "}",
                 printing->more ? "," : "", id, evicted->groups, evicted->values,
                 evicted->thresholds, evicted->too_large);
    printing->more = true;
}

static void add_events(const struct toc_source_counts *events, struct toc_buf *out) {
    const struct {
        const char *name;
        uint64_t n;
    } besides[] = {{"parts_lost", events->parts_lost},  {"late", events->late},
                   {"rescued", events->rescued},        {"pending", events->pending},
                   {"orphans", events->orphans},        {"unidentified", events->unidentified},
                   {"unknown_numbers", events->unknown}};
    const char *between = "";

    toc_buf_addf(
        out, "{\"seen\":%" PRIu64 ",\"filtered\":%" PRIu64 ",\"handled\":%" PRIu64 ",\"lost\":{",
        events->seen, events->filtered, events->handled);
    for (size_t i = 0; i < TOC_SOURCE_MAX_LOSS; i++) {
        if (!events->lost[i])
            continue;
        toc_buf_addf(out, "%s\"%s\":%" PRIu64, between, cause_name(i), events->lost[i]);
        between = ",";
    }
    toc_buf_addc(out, '}');
    for (size_t i = 0; i < sizeof(besides) / sizeof(besides[0]); i++)
        toc_buf_addf(out, ",\"%s\":%" PRIu64, besides[i].name, besides[i].n);
    toc_buf_addf(out,
                 ",\"heartbeats\":{\"came\":%" PRIu64 ",\"missing\":%" PRIu64
                 ",\"last_ns\":%" PRIu64 ",\"max_ns\":%" PRIu64 "}}",
                 events->heartbeats, events->heartbeats_missing, events->heartbeat_last_ns,
                 events->heartbeat_max_ns);
}

/* {"events":{…},"alerts":{…},"signatures":{…},"evicted":{…}} */
static void add_json(const struct toc_counts *counts, struct toc_buf *out) {
    static const struct toc_matcher_counts none;
    const struct toc_matcher_counts *alerts =
        counts->matcher ? toc_matcher_counts(counts->matcher) : &none;
    struct printing printing = {.out = out};

    toc_buf_adds(out, "{\"events\":");
    add_events(&counts->events, out);
    toc_buf_addf(
        out,
        ",\"alerts\":{\"matched\":%" PRIu64 ",\"written\":%" PRIu64 ",\"held_back\":%" PRIu64
        ",\"excepted\":%" PRIu64 ",\"lost\":%" PRIu64 "},\"signatures\":{",
        alerts->matched, counts->written, alerts->held_back, alerts->excepted, counts->unwritten);
    each_signature(counts, add_signature, &printing);
    toc_buf_adds(out, "},\"evicted\":{");
    printing.more = false;
    each_signature(counts, add_evicted, &printing);
    toc_buf_adds(out, "}}\n");
}

int toc_counts_write(const struct toc_counts *counts, const char *path) {
    struct toc_output output;
    int status = toc_output_open(path, &output);

    if (status)
        return status;
    add_json(counts, &output.buf);
    return toc_output_close(&output);
}
