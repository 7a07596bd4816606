// SPDX-License-Identifier: Apache-2.0
// Events that are told apart by what changed give the same as events that are looked at whole.
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "detect/feed.h"
#include "detect/ruleset.h"
#include "vary.h"
#include "workspace.h"

static struct toc_ruleset *load_shipped(void) {
    const char *source = getenv("TOC_SOURCE_DIR");
    _cleanup_free_ char *dir = NULL, *pack = NULL;
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_ruleset *ruleset = NULL;

    if (!source)
        cr_skip_test("TOC_SOURCE_DIR is not set");
    cr_assert_gt(asprintf(&dir, "%s/signatures", source), 0);
    cr_assert_gt(asprintf(&pack, "%s/rules/paranoid.yaml", source), 0);
    cr_assert_eq(
        toc_ruleset_load(&(struct toc_ruleset_options){.signature_dirs = (const char *const[]){dir},
                                                       .n_signature_dirs = 1,
                                                       .packs = (const char *const[]){pack},
                                                       .n_packs = 1},
                         &diags, &ruleset),
        0);
    return ruleset;
}

/* ---- Both ways ---- */

static void log_alert(void *ctx, const struct toc_alert *alert) {
    struct toc_buf *log = ctx;

    toc_buf_addf(log, "%s %s %zu", alert->rule->signature->id, alert->message, alert->n_matched);
    for (size_t i = 0; i < alert->n_matched; i++)
        toc_buf_addf(log, " %u", alert->matched[i]);
    toc_buf_addc(log, '\n');
}

static void play(const struct toc_ruleset *ruleset, const struct toc_state_limits *limits, int fd,
                 bool told, struct toc_buf *log) {
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    struct toc_recording *recording = vary_open(fd);
    struct toc_diags diags = {0};
    const struct toc_event *event;
    const struct toc_changes *changes;
    size_t n_told = 0, n = 0;

    cr_assert_eq(toc_matcher_new(ruleset, log_alert, log, &matcher), 0);
    cr_assert_eq(toc_matcher_limit(matcher, limits), 0);
    while (toc_recording_next(recording, &diags, &event) == 1) {
        changes = toc_recording_changes(recording);
        n_told += changes && !changes->whole;
        n++;
        toc_matcher_feed_changed(matcher, event, told ? changes : NULL);
    }
    toc_matcher_end(matcher);
    cr_expect_gt(2 * n_told, n, "%zu of %zu", n_told, n);
    for (size_t i = 0; i < ruleset->n_bodies; i++) {
        const struct toc_rule_counts *c = toc_matcher_rule_counts(matcher, i);

        toc_buf_addf(log, "%s %ju %ju %ju %ju %ju %ju\n", ruleset->bodies[i].pub.signature->id,
                     (uintmax_t)c->matched, (uintmax_t)c->unobserved, (uintmax_t)c->errors,
                     (uintmax_t)c->excepted, (uintmax_t)c->evicted.groups,
                     (uintmax_t)c->evicted.values);
    }
    toc_recording_close(&recording);
}

/* Of the recordings of honest programs of that name; returns how many had many alerts. */
static size_t compare(const struct toc_ruleset *ruleset, const struct toc_state_limits *limits,
                      const char *name) {
    _cleanup_free_ char *pattern = NULL;
    size_t alerts = 0;
    glob_t found;

    cr_assert_gt(
        asprintf(&pattern, "%s/tests/recordings/noise/%s.tocsin", getenv("TOC_SOURCE_DIR"), name),
        0);
    cr_assert_eq(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        _cleanup_toc_buf_ struct toc_buf whole = {0}, told = {0};
        _cleanup_close_ int fd = vary_recording(found.gl_pathv[i]);

        play(ruleset, limits, fd, false, &whole);
        play(ruleset, limits, fd, true, &told);
        cr_expect_str_eq(toc_buf_cstr(&told), toc_buf_cstr(&whole), "%s", found.gl_pathv[i]);
        alerts += whole.n > 100 * ruleset->n_bodies;
    }
    globfree(&found);
    return alerts;
}

static const struct toc_state_limits roomy = {TOC_STATE_SIGNATURE_BYTES, TOC_STATE_TOTAL_BYTES};

Test(reuse, what_is_known_of_an_earlier_event_changes_nothing) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = load_shipped();

    cr_expect_gt(compare(ruleset, &roomy, "*"), 0);
}

/* ---- Groups ---- */

static const char *pick(const char *const *from, size_t n, uint64_t *seed) {
    return from[rnd(seed) % n];
}
#define PICK(list, seed) pick(list, sizeof(list) / sizeof((list)[0]), seed)

/* A correlation that counts, of events or of messages. */
static void write_correlation(unsigned number, uint64_t *seed) {
    static const char *const keys[] = {
        "proc.id",         "proc.uid",  "sock.cookie, proc.pid", "batch.fd",
        "batch.requested", "event.ret", "batch.bytes",           "sock.?local.?port.orValue(0)"};
    static const char *const of_messages[] = {"m.peer.port", "m.index", "proc.id, m.peer.ip"};
    static const char *const whens[] = {"batch.completed > 0", "batch.requested > 1",
                                        "sock.type == 'dgram'", "event.ret >= 0"};
    static const char *const of_message[] = {"m.index < 2", "m.peer.port > 1024",
                                             "m.len > 0 && sock.type == 'dgram'"};
    static const char *const what[] = {
        "type: event_count, condition: {gte: 3}",
        "type: event_count, condition: {lt: 3}",
        "type: value_count, condition: {field: batch.bytes, gte: 3}",
        "type: value_sum, condition: {field: batch.bytes, gte: 200}",
        "type: value_sum, condition: {field: batch.bytes - event.ret, gte: 200}",
        "type: value_count, condition: {field: '[batch.fd, event.ret, batch.fd]', gte: 4}",
        "type: aggregate, let: {a: {when: event.ret > 1, sum: batch.bytes}}, condition: a > 90",
        "type: aggregate, let: {a: {max: event.ret}, b: {distinct: batch.fd}}, condition: a > b"};
    static const char *const what_of_messages[] = {
        "type: event_count, condition: {gte: 5}",
        "type: value_count, condition: {field: m.peer.port, gte: 2}",
        "type: value_count, condition: {field: m.len, gte: 4}",
        "type: value_sum, condition: {field: batch.bytes, gte: 500}",
        "type: aggregate, let: {a: {distinct: m.len}, b: {sum: batch.bytes}}, condition: b > a",
        "type: value_sum, condition: {field: m.peer.port, gte: 60000}",
        "type: aggregate, let: {a: {when: m.index == 0, sum: m.peer.port}}, condition: a > 900",
        "type: aggregate, let: {a: {min: m.index}, b: {sum: m.len}}, condition: a < b"};
    bool each = rnd(seed) % 2;
    _cleanup_toc_buf_ struct toc_buf text = {0};
    char path[32];

    toc_buf_addf(&text,
                 "format: 1\nid: r%u\ntitle: T\nstatus: stable\nlevel: low\ndescription: D\n"
                 "events: [send*, recv*]\n%s",
                 number, each ? "each: {m: msgs}\n" : "");
    if (rnd(seed) % 4)
        toc_buf_addf(&text, "when: \"%s\"\n", each ? PICK(of_message, seed) : PICK(whens, seed));
    toc_buf_addf(&text, "message: m\ncorrelation: {timespan: %s, group-by: [%s], %s%s}\n",
                 rnd(seed) % 2 ? "100ms" : "10s",
                 each && rnd(seed) % 2 ? PICK(of_messages, seed) : PICK(keys, seed),
                 each ? PICK(what_of_messages, seed) : PICK(what, seed),
                 rnd(seed) % 4 ? "" : ", until: {events: [recvmmsg]}");
    toc_buf_adds(&text, "tests:\n  - {name: y, given: {event: {name: sendmmsg}}, alerts: 1}\n"
                        "  - {name: n, given: {event: {name: sendmmsg}}, alerts: 0}\n");
    snprintf(path, sizeof(path), "s/r%u.yaml", number);
    workspace_write(path, toc_buf_cstr(&text));
}

/* Also when memory is so short that groups push each other out. */
Test(reuse, groups_that_are_remembered_are_those_that_would_be_found, .init = workspace_enter,
     .fini = workspace_leave) {
    static const struct toc_state_limits short_of[] = {
        {TOC_STATE_SIGNATURE_BYTES, TOC_STATE_TOTAL_BYTES}, {4096, 1u << 20}, {2048, 16384}};
    uint64_t seed = 2463534242u;
    size_t alerts = 0;

    for (unsigned round = 0; round < 12; round++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_free_ char *text = NULL;

        for (unsigned i = 0; i < 24; i++)
            write_correlation(i, &seed);
        cr_assert_eq(workspace_load(NULL, 0, &text, &ruleset), 0, "%s", text);
        alerts += compare(ruleset, &short_of[round % 3], "[cgkr]*");
    }
    cr_expect_gt(alerts, 0);
}
