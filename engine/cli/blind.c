// SPDX-License-Identifier: Apache-2.0
// Names the signatures that cannot see with the hooks there are.
#include "cli/blind.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/say.h"
#include "detect/demand.h"
#include "event/variants.h"
#include "source/watched.h"

/* More are only counted. */
#define NAMED 6

size_t toc_blind_list(const struct toc_ruleset *ruleset, const char *hooks, enum toc_sight sight,
                      struct toc_buf *out) {
    const struct toc_given given = {.hooks = hooks, .watched = UINT64_MAX};
    _cleanup_toc_buf_ struct toc_buf needs = {0};
    size_t n = 0;

    for (size_t i = 0; i < toc_ruleset_n_signatures(ruleset); i++) {
        const struct toc_signature *signature = toc_ruleset_signature(ruleset, i);

        toc_buf_reset(&needs);
        if (toc_signature_sight(signature, &given, &needs) != sight)
            continue;
        n++;
        toc_buf_addf(out, "  %-36s needs %.*s\n", signature->id, (int)needs.n, needs.p);
    }
    return n;
}

/* What the stream can hold, and what it does not hold although this version could have seen it. */
struct sight {
    struct toc_given given;
    uint64_t missing;
    uint64_t payload_enter, payload_exit; /* the events of which it was copied */
    enum toc_sight *of;                   /* owned; by rule */
};

/* Of what payload that a rule looks at was not copied; *ret_all: of nothing that it looks at. */
static uint64_t lacks_payload(const struct toc_ruleset *ruleset, size_t rule,
                              const struct sight *sight, bool *ret_all) {
    struct toc_rule_demand rules;
    uint64_t given = sight->given.watched & EVENT_PAYLOAD, enter, exit;

    toc_demand_rule(ruleset, rule, &rules);
    enter = rules.demand.payload_enter & given;
    exit = rules.demand.payload_exit & given;
    *ret_all =
        (enter && !(enter & sight->payload_enter)) || (exit && !(exit & sight->payload_exit));
    return (enter & ~sight->payload_enter) | (exit & ~sight->payload_exit);
}

static enum toc_sight judge(const struct toc_ruleset *ruleset, size_t rule,
                            const struct sight *sight) {
    const struct toc_signature *signature = toc_ruleset_rule(ruleset, rule)->signature;
    _cleanup_toc_buf_ struct toc_buf needs = {0};
    bool no_payload;

    (void)lacks_payload(ruleset, rule, sight, &no_payload);
    if (no_payload)
        return TOC_SIGHT_NONE;
    return toc_signature_sight(signature, &sight->given, &needs);
}

/* False: memory is out. */
static bool judge_all(const struct toc_ruleset *ruleset, struct sight *sight) {
    size_t n = toc_ruleset_n_rules(ruleset);

    sight->of = calloc(n + 1, sizeof(*sight->of));
    for (size_t i = 0; sight->of && i < n; i++)
        sight->of[i] = judge(ruleset, i, sight);
    return sight->of;
}

/* Signatures that look at some of these events, which others may give as well. */
static size_t count_partial(const struct toc_ruleset *ruleset, const struct sight *sight) {
    const struct toc_signature *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        const struct toc_signature *signature = toc_ruleset_rule(ruleset, i)->signature;

        if (signature == last || !(signature->events & sight->missing) ||
            sight->of[i] == TOC_SIGHT_NONE)
            continue;
        last = signature;
        n++;
    }
    return n;
}

/* The same of those that lack the payload of some of their events. */
static size_t count_without_payload(const struct toc_ruleset *ruleset, const struct sight *sight,
                                    uint64_t *ret_events) {
    const struct toc_signature *last = NULL;
    size_t n = 0;

    *ret_events = 0;
    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        const struct toc_signature *signature = toc_ruleset_rule(ruleset, i)->signature;
        bool all;
        uint64_t lacks = lacks_payload(ruleset, i, sight, &all);

        if (!lacks || sight->of[i] == TOC_SIGHT_NONE)
            continue;
        *ret_events |= lacks;
        n += signature != last;
        last = signature;
    }
    return n;
}

/* Rules come in order of signature: one that several packs run is named once. */
static size_t add_names(const struct toc_ruleset *ruleset, const struct sight *sight,
                        enum toc_sight which, struct toc_buf *names) {
    const struct toc_signature *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        const struct toc_signature *signature = toc_ruleset_rule(ruleset, i)->signature;

        if (signature == last || sight->of[i] != which)
            continue;
        last = signature;
        if (n++ < NAMED)
            toc_buf_addf(names, "%s%s", n > 1 ? ", " : "", signature->id);
    }
    if (n > NAMED)
        toc_buf_addf(names, " and %zu more", n - NAMED);
    return n;
}

static uint64_t named_events(const struct toc_event *start, struct toc_ref names) {
    const char *word = toc_string_at(start, names);
    size_t left = names.n;
    uint64_t events = 0;

    while (left) {
        const char *end = memchr(word, ' ', left);
        size_t n = end ? (size_t)(end - word) : left;

        events |= toc_event_bit(toc_event_by_name(word, n));
        n += end != NULL;
        word += n;
        left -= n;
    }
    return events;
}

/* A recording that does not say is from a time when there was no choice. */
static uint64_t watched_events(const struct toc_event *start, const struct toc_host *host) {
    return TOC_HAS(host, host, events) ? named_events(start, host->events) : EVENT_BATCHES;
}

/* Likewise: of all events, or of none. */
static void set_payload(const struct toc_event *start, const struct toc_host *host,
                        const char *capture, struct sight *ret) {
    uint64_t otherwise = strstr(capture, "payload") ? UINT64_MAX : 0;

    ret->payload_enter =
        TOC_HAS(host, host, payload_enter) ? named_events(start, host->payload_enter) : otherwise;
    ret->payload_exit =
        TOC_HAS(host, host, payload_exit) ? named_events(start, host->payload_exit) : otherwise;
}

static uint64_t told_events(const struct toc_host *host) {
    bool silent = TOC_HAS(host, host, heartbeats) && !host->heartbeats;

    return silent ? EVENT_TOLD & ~EV(tocsin_heartbeat) : EVENT_TOLD;
}

static void add_less(size_t n, const char *what, struct toc_buf *out) {
    toc_buf_addf(out, "warning: %zu signature%s see%s less: %s:", n, toc_s(n), n == 1 ? "s" : "",
                 what);
}

static void add_partial(size_t n, const char *what, uint64_t events, struct toc_buf *out) {
    if (!n)
        return;
    add_less(n, what, out);
    for (uint16_t id = 0; id < 64; id++)
        if (events & toc_event_bit(id))
            toc_buf_addf(out, " %s", toc_event_info(id)->name);
    toc_buf_addc(out, '\n');
}

/* A line each. */
static void add_warnings(const struct toc_ruleset *ruleset, const struct sight *sight,
                         struct toc_buf *out) {
    _cleanup_toc_buf_ struct toc_buf names = {0}, less = {0};
    uint64_t events = toc_ruleset_events(ruleset) & sight->missing;
    size_t n = add_names(ruleset, sight, TOC_SIGHT_NONE, &names);

    if (n)
        toc_buf_addf(out, "warning: blind for want of hooks, events or payload: %.*s\n",
                     (int)names.n, names.p);
    n = add_names(ruleset, sight, TOC_SIGHT_LESS, &less);
    if (n) {
        add_less(n, "for want of hooks", out);
        toc_buf_addf(out, " %.*s\n", (int)less.n, less.p);
    }
    add_partial(count_partial(ruleset, sight), "not watched here", events, out);
    n = count_without_payload(ruleset, sight, &events);
    add_partial(n, "without payload of", events, out);
}

void toc_blind_warn(const struct toc_ruleset *ruleset, const struct toc_event *start,
                    struct toc_buf *said) {
    const struct toc_host *host = TOC_GET(start, host, start->host);
    _cleanup_toc_buf_ struct toc_buf hooks = {0}, lacks = {0}, capture = {0}, lines = {0};
    struct sight sight = {0};

    if (!host || !TOC_HAS(host, host, hooks))
        return;
    toc_buf_add(&hooks, toc_string_at(start, host->hooks), host->hooks.n);
    toc_buf_add(&capture, toc_string_at(start, host->capture), host->capture.n);
    if (!toc_buf_cstr(&hooks) || !toc_buf_cstr(&capture))
        return;
    set_payload(start, host, capture.p, &sight);
    toc_buf_add(&lacks, toc_string_at(start, host->lacks), host->lacks.n);
    if (!toc_buf_cstr(&lacks))
        return;
    sight.given.hooks = hooks.p;
    sight.given.lacks = lacks.p;
    sight.given.watched = watched_events(start, host) | told_events(host);
    if (TOC_HAS(host, host, events))
        sight.missing = (toc_watched_events() | EVENT_TOLD) & ~sight.given.watched;
    if (!judge_all(ruleset, &sight))
        return;
    add_warnings(ruleset, &sight, &lines);
    free(sight.of);
    if (lines.failed || (lines.n == said->n && !memcmp(lines.p ?: "", said->p ?: "", lines.n)))
        return;
    toc_say_lines(&lines);
    toc_buf_reset(said);
    toc_buf_add(said, lines.p, lines.n);
}
