// SPDX-License-Identifier: Apache-2.0
// What a matcher makes of events: alerts, exceptions, scopes, what is unobserved.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "workspace.h"

TestSuite(matcher, .init = workspace_enter, .fini = workspace_leave);

#define HEAD                                                                                       \
    "format: 1\nid: a\ntitle: T\nstatus: stable\nlevel: low\ndescription: D\n"                     \
    "params: {limit: 5, ports: [53]}\nevents: [send*, recvmmsg]\n"
#define TAIL                                                                                       \
    "\ntests:\n  - {name: y, given: {event: {name: sendmmsg}}, alerts: 1}\n"                       \
    "  - {name: n, given: {event: {name: sendmmsg}}, alerts: 0}\n"
#define SIG(body) HEAD body TAIL
#define LIMIT                                                                                      \
    SIG("when: batch.requested > params.limit\nmessage: '{proc.comm} {batch.requested}'\n")
#define EACH SIG("each: {m: msgs}\nwhen: m.peer.port == 53\nmessage: 'to {m.peer.ip} {m.index}'\n")
#define MSG(index, port)                                                                           \
    "{\"index\":" #index ",\"enter\":{\"name\":{\"family\":\"inet\",\"ip\":\"10.0.0." #index       \
    "\",\"port\":" #port "}}}"
#define PACK(body) "format: 1\npack: p\n" body

struct row {
    const char *title, *signature, *pack;
    const char *events[4];
    const char *expected;
};

static const struct row rows[] = {
#include "matcher_rows.def"
};

/* An alert as a line, without the uid. */
static void write_alert(void *ctx, const struct toc_alert *alert) {
    struct toc_buf *log = ctx;

    toc_buf_addf(log, "%s/%s %s: %s", alert->rule->signature->id, alert->rule->pack,
                 toc_level_name(alert->rule->level), alert->message);
    for (size_t i = 0; i < alert->n_matched; i++)
        toc_buf_addf(log, "%s%u", i ? "," : " #", alert->matched[i]);
    for (size_t i = 0; i < alert->n_why; i++)
        toc_buf_addf(log, " | %s = %s", alert->why[i].expr, alert->why[i].value);
    toc_buf_adds(log, alert->incomplete ? " (incomplete)\n" : "\n");
}

static struct toc_ruleset *load(const char *signature, const char *pack) {
    static const char *const packs[] = {"p.yaml"};
    _cleanup_free_ char *text = NULL;
    struct toc_ruleset *ruleset = NULL;

    workspace_write("s/a.yaml", signature);
    if (pack)
        workspace_write("p.yaml", pack);
    cr_assert_eq(workspace_load(packs, pack != NULL, &text, &ruleset), 0, "%s", text);
    return ruleset;
}

static void feed(struct toc_matcher *matcher, const char *const *events, size_t n) {
    for (size_t i = 0; i < n && events[i]; i++) {
        _cleanup_toc_builder_ struct toc_builder *builder = NULL;

        toc_matcher_feed(matcher, event_from(&builder, events[i]));
    }
    toc_matcher_end(matcher);
}

static void run(const struct row *row) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = load(row->signature, row->pack);
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    _cleanup_toc_buf_ struct toc_buf log = {0};
    const struct toc_rule_counts *counts;

    cr_assert_eq(toc_matcher_new(ruleset, write_alert, &log, &matcher), 0);
    feed(matcher, row->events, 4);
    counts = toc_matcher_rule_counts(matcher, 0);
    toc_buf_addf(&log, "matched %d, unobserved %d, errors %d, excepted %d", (int)counts->matched,
                 (int)counts->unobserved, (int)counts->errors, (int)counts->excepted);
    cr_expect_str_eq(toc_buf_cstr(&log), row->expected, "%s\nexpected:\n%s\ngot:\n%s", row->title,
                     row->expected, log.p);
}

Test(matcher, rows) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        run(&rows[i]);
}

static void write_uid(void *ctx, const struct toc_alert *alert) {
    toc_buf_addf(ctx, "%s ", alert->uid);
}

static char *uids(const char *const *events, size_t n) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = load(LIMIT, NULL);
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    struct toc_buf log = {0};

    cr_assert_eq(toc_matcher_new(ruleset, write_uid, &log, &matcher), 0);
    feed(matcher, events, n);
    cr_assert_not_null(toc_buf_cstr(&log));
    return log.p;
}

#define EVENT(host, cpu, seq)                                                                      \
    "{\"event\":{\"name\":\"tocsin_start\"},\"host\":{\"id\":\"" host "\"}}",                      \
        "{\"event\":{\"cpu\":" #cpu ",\"seq\":" #seq "},\"batch\":{\"requested\":9}}"

Test(matcher, an_alert_has_the_same_uid_on_every_run_and_no_other_has_it) {
    static const char *const events[][2] = {
        {EVENT("h", 0, 1)}, {EVENT("h", 0, 2)}, {EVENT("h", 1, 1)}, {EVENT("g", 0, 1)}};
    char *first[4];

    for (size_t i = 0; i < 4; i++) {
        _cleanup_free_ char *again = uids(events[i], 2);

        first[i] = uids(events[i], 2);
        cr_expect_eq(strlen(first[i]), 17);
        cr_expect_str_eq(first[i], again);
        for (size_t j = 0; j < i; j++)
            cr_expect_str_neq(first[i], first[j]);
    }
    for (size_t i = 0; i < 4; i++)
        free(first[i]);
}

/* Gets the uid of a summary alone. */
static void write_summary(void *ctx, const struct toc_alert *alert) {
    if (alert->summary)
        write_uid(ctx, alert);
}

static char *summaries(const char *const *events, size_t n) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset =
        load(HEAD "when: batch.requested > params.limit\nmessage: m\n"
                  "threshold: {type: limit, track: [proc.comm], count: 1, timespan: 1m}" TAIL,
             "format: 1\npack: p\n");
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    struct toc_buf log = {0};

    cr_assert_eq(toc_matcher_new(ruleset, write_summary, &log, &matcher), 0);
    feed(matcher, events, n);
    cr_assert_not_null(toc_buf_cstr(&log));
    return log.p;
}

Test(matcher, a_summary_has_the_same_uid_beside_other_signatures) {
    static const char *const events[] = {"{\"proc\":{\"comm\":\"x\"},\"batch\":{\"requested\":9}}",
                                         "{\"proc\":{\"comm\":\"y\"},\"batch\":{\"requested\":9}}"};
    const char *const both[] = {events[0], events[0], events[1], events[1]};
    _cleanup_free_ char *alone = summaries(both, 4), *beside = NULL;

    workspace_write_changed("s/0.yaml", plain_signature, "id: a", "id: \"0\"");
    beside = summaries(both, 4);
    cr_expect_str_eq(alone, beside);
    cr_assert_eq(strlen(alone), 34);
    cr_expect_neq(strncmp(alone, alone + 17, 17), 0, "one uid for two tracks");
}

Test(matcher, two_packs_run_a_signature_twice_in_order_of_their_names) {
    static const char *const packs[] = {"q.yaml", "p.yaml"};
    static const char *const events[] = {"{\"batch\":{\"requested\":9}}"};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    _cleanup_toc_buf_ struct toc_buf log = {0};
    _cleanup_free_ char *text = NULL;

    workspace_write("s/a.yaml", LIMIT);
    workspace_write("p.yaml", PACK("level: {a: high}\n"));
    workspace_write("q.yaml", "format: 1\npack: q\nset: {a: {limit: 8}}\n");
    cr_assert_eq(workspace_load(packs, 2, &text, &ruleset), 0, "%s", text);
    cr_assert_eq(toc_matcher_new(ruleset, write_alert, &log, &matcher), 0);
    feed(matcher, events, 1);
    cr_expect_str_eq(toc_buf_cstr(&log), "a/p high: ? 9 | batch.requested = 9 | params.limit = 5\n"
                                         "a/q low: ? 9 | batch.requested = 9 | params.limit = 8\n");
}

Test(matcher, a_long_message_is_cut_between_characters) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    _cleanup_toc_buf_ struct toc_buf log = {0}, signature = {0};
    static const char *const events[] = {"{\"batch\":{\"requested\":9}}"};

    toc_buf_adds(&signature, HEAD "when: batch.requested > 1\nmessage: x");
    for (int i = 0; i < 3000; i++)
        toc_buf_adds(&signature, "é");
    toc_buf_adds(&signature, TAIL);
    ruleset = load(toc_buf_cstr(&signature), NULL);
    cr_assert_eq(toc_matcher_new(ruleset, write_alert, &log, &matcher), 0);
    feed(matcher, events, 1);
    cr_expect_lt(log.n, 4200);
    cr_expect_not_null(strstr(toc_buf_cstr(&log), "éé… | batch"));
}
