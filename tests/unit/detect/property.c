// SPDX-License-Identifier: Apache-2.0
// Random streams: the engine gives what the slow oracle gives; and under any limit its memory stays
// within it, with everything forgotten accounted for.
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/matcher.h"
#include "oracle.h"
#include "workspace.h"

TestSuite(property, .init = workspace_enter, .fini = workspace_leave);

#define EVENTS 60
#define ROUNDS 40
#define SPAN_MS 100

/* Times repeat, meet the window's edge and jump over it. */
static size_t make(unsigned seed, struct stream_event events[EVENTS]) {
    static const int steps[] = {0, 0, 1, 7, 20, 50, 99, 100, 101};
    static const char kinds[] = ">>>>>>>!~";
    static const char *const keys[] = {"a", "a", "b", "c", "?"};
    struct drand48_data state;
    int64_t ms = 0;
    long r;

    srand48_r(seed, &state);
    for (size_t i = 0; i < EVENTS; i++) {
        lrand48_r(&state, &r);
        ms += steps[(unsigned long)r % (seed % 3 ? 6 : 9)];
        events[i] = (struct stream_event){.kind = kinds[r / 16 % 9], .ms = ms, .value = -1};
        strcpy(events[i].key, keys[r / 256 % 5]);
        events[i].value = (int)(r / 4096 % 5) - (seed % 2);
    }
    return EVENTS;
}

/* What cells took is free again when they go. */
static void give_all_back(struct toc_matcher *matcher) {
    struct toc_state *state = &matcher->state;

    while (state->oldest)
        toc_state_remove(state, toc_state_cell(state, state->oldest));
    cr_assert_eq(state->bytes[0], 0);
    for (size_t i = 0; i < state->n_chains; i++)
        cr_assert(!state->chains[i] && !state->value_chains[i]);
}

typedef void (*oracle_fn)(const struct stream_event *events, size_t n, const void *what,
                          struct toc_buf *log);

static void compare(const char *body, oracle_fn oracle, const void *what) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = stream_load(body, NULL);
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;

    cr_assert_eq(toc_builder_new(&builder), 0);
    for (unsigned seed = 0; seed < ROUNDS; seed++) {
        _cleanup_toc_buf_ struct toc_buf got = {0}, expected = {0};
        _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
        struct stream_event events[EVENTS];
        size_t n = make(seed, events);

        cr_assert_eq(toc_matcher_new(ruleset, stream_log, &got, &matcher), 0);
        for (size_t i = 0; i < n; i++)
            stream_feed(matcher, builder, &events[i]);
        toc_matcher_end(matcher);
        give_all_back(matcher);
        oracle(events, n, what, &expected);
        toc_buf_addc(&got, '.');
        toc_buf_addc(&expected, '.');
        cr_assert_str_eq(toc_buf_cstr(&got), toc_buf_cstr(&expected),
                         "%s\nseed %u\nexpected %s\n     got %s", body, seed, expected.p, got.p);
    }
}

static void by_counts(const struct stream_event *events, size_t n, const void *what,
                      struct toc_buf *log) {
    oracle_counts(events, n, what, SPAN_MS, log);
}

Test(property, counts_sums_and_distinct_values) {
    static const char *const types[] = {"event_count", "value_sum", "value_count"};

    for (int i = 0; i < 24; i++) {
        struct oracle_count count = {
            .what = "csd"[i % 3], .at_end = i / 3 % 2, .bound = 2 + i / 6 % 2, .until = i / 12 % 2};
        char body[512];

        snprintf(body, sizeof(body),
                 "events: [sendmmsg]\nwhen: batch.bytes >= 0\nmessage: m\ncorrelation:\n"
                 "  type: %s\n  group-by: [proc.comm]\n  timespan: %dms\n"
                 "  condition: {%s: %d%s}\n%s",
                 types[i % 3], SPAN_MS, count.at_end ? "eq" : "gte", count.bound,
                 i % 3 ? ", field: batch.bytes" : "",
                 count.until ? "  until: {events: [close]}\n" : "");
        compare(body, by_counts, &count);
    }
}

static void by_steps(const struct stream_event *events, size_t n, const void *what,
                     struct toc_buf *log) {
    oracle_steps(events, n, what, SPAN_MS, log);
}

Test(property, steps) {
    for (int i = 0; i < 8; i++) {
        struct oracle_steps steps = {.n = 2 + i % 2, .loose = i / 2 % 2, .ordered = i / 4 % 2};
        _cleanup_toc_buf_ struct toc_buf body = {0};

        toc_buf_addf(&body,
                     "message: m\ncorrelation:\n  type: %s\n  group-by: [proc.comm]\n"
                     "  timespan: %dms\n  steps:\n",
                     steps.ordered ? "temporal_ordered" : "temporal", SPAN_MS);
        for (int k = 0; k < steps.n; k++)
            toc_buf_addf(&body,
                         "    - {name: s%d, events: [sendmmsg], when: batch.bytes %% %d == %s}\n",
                         k, steps.n,
                         steps.loose ? "0 || batch.bytes >= 0"
                         : k == 0    ? "0"
                         : k == 1    ? "1 && batch.bytes >= 0"
                                     : "2");
        compare(toc_buf_cstr(&body), by_steps, &steps);
    }
}

static void by_thresholds(const struct stream_event *events, size_t n, const void *what,
                          struct toc_buf *log) {
    oracle_thresholds(events, n, what, SPAN_MS, log);
}

Test(property, thresholds) {
    static const char *const types[] = {"limit", "threshold", "both", "backoff"};

    for (int i = 0; i < 12; i++) {
        struct oracle_threshold threshold = {.type = "ltbk"[i % 4], .count = 1 + i / 4};
        char body[512];

        snprintf(body, sizeof(body),
                 "events: [sendmmsg]\nwhen: batch.bytes >= 0\nmessage: m\n"
                 "threshold: {type: %s, count: %d, track: [proc.comm], %s}\n",
                 types[i % 4], threshold.count, i % 4 == 3 ? "multiplier: 2" : "timespan: 100ms");
        compare(body, by_thresholds, &threshold);
    }
}

static void ignore(void *ctx, const struct toc_alert *alert) {
    (void)ctx, (void)alert;
}

/* Cells of one rule, with all they own, never exceed its limit; none is lost without a count. */
static void flood(const char *body, size_t limit, bool groups) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = stream_load(body, NULL);
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    const struct toc_rule_counts *counts;
    const struct toc_table *table;

    cr_assert_eq(toc_builder_new(&builder), 0);
    cr_assert_eq(toc_matcher_new(ruleset, ignore, NULL, &matcher), 0);
    cr_assert_eq(toc_matcher_limit(matcher, &(struct toc_state_limits){limit, 1u << 20}), 0);
    counts = toc_matcher_rule_counts(matcher, 0);
    table = toc_state_table(&matcher->state, 0, groups ? TOC_TABLE_GROUPS : TOC_TABLE_THRESHOLDS);
    for (int i = 0; i < 2000; i++) {
        struct stream_event event = {.kind = '>', .ms = i, .value = i};

        snprintf(event.key, sizeof(event.key), "k%d", i);
        stream_feed(matcher, builder, &event);
        cr_assert_leq(matcher->state.bytes[0], limit);
        cr_assert_eq(table->n + (groups ? counts->evicted.groups : counts->evicted.thresholds),
                     (uint64_t)i + 1);
    }
    cr_expect_gt(table->n, 0);
    cr_expect_lt(table->n, 2000);
    toc_matcher_reset(matcher);
    cr_expect_eq(matcher->state.bytes[0], 0);
}

Test(property, many_keys_stay_within_the_limit) {
    flood("events: [sendmmsg]\nmessage: m\ncorrelation: {type: event_count, group-by: [proc.comm], "
          "timespan: 1h, condition: {gte: 2}}\n",
          16384, true);
    flood("events: [sendmmsg]\nmessage: m\ncorrelation: {type: value_count, group-by: [proc.comm], "
          "timespan: 1h, condition: {field: batch.bytes, lt: 2}}\n",
          65536, true);
    flood("events: [sendmmsg]\nmessage: '{x.batch.bytes}'\ncorrelation: {type: temporal, group-by: "
          "[proc.comm], timespan: 1h, steps: [{name: x}, {name: y, when: "
          "batch.bytes > 1000000}]}\n",
          65536, true);
    flood("events: [sendmmsg]\nwhen: batch.bytes >= 0\nmessage: m\nthreshold: {type: limit, track: "
          "[proc.comm], timespan: 1h}\n",
          16384, false);
}

Test(property, one_group_with_more_than_fits_loses_its_oldest) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = stream_load(
        "events: [sendmmsg]\nmessage: m\ncorrelation: {type: value_count, timespan: 1h, "
        "condition: {field: batch.bytes, gte: 5000}}\n",
        NULL);
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;

    cr_assert_eq(toc_builder_new(&builder), 0);
    cr_assert_eq(toc_matcher_new(ruleset, ignore, NULL, &matcher), 0);
    cr_assert_eq(toc_matcher_limit(matcher, &(struct toc_state_limits){65536, 1u << 20}), 0);
    for (int i = 0; i < 2000; i++)
        stream_feed(matcher, builder,
                    &(struct stream_event){.kind = '>', .ms = i, .key = "a", .value = i});
    cr_expect_leq(matcher->state.bytes[0], 65536);
    cr_expect_gt(toc_matcher_rule_counts(matcher, 0)->evicted.values, 900);
    cr_expect_eq(toc_matcher_rule_counts(matcher, 0)->evicted.groups, 0);
}

/* Elements of one event push each other's groups out. */
static void crowd(const char *correlation) {
    _cleanup_toc_buf_ struct toc_buf body = {0}, json = {0};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    const struct toc_event *event;
    const struct toc_rule_counts *counts;

    toc_buf_addf(&body, "each: {m: msgs}\nmessage: '{m.index}'\nevents: [sendmmsg]\n%s",
                 correlation);
    toc_buf_adds(&json, "{\"msgs\":[");
    for (int i = 0; i < 60; i++)
        toc_buf_addf(&json, "%s{\"index\":%d,\"len\":%d}", i ? "," : "", i, i % 50);
    toc_buf_adds(&json, "]}");
    ruleset = stream_load(toc_buf_cstr(&body), NULL);
    event = event_from(&builder, toc_buf_cstr(&json));
    cr_assert_eq(toc_matcher_new(ruleset, ignore, NULL, &matcher), 0);
    cr_assert_eq(toc_matcher_limit(matcher, &(struct toc_state_limits){8192, 65536}), 0);
    counts = toc_matcher_rule_counts(matcher, 0);
    for (int i = 0; i < 50; i++) {
        toc_matcher_feed(matcher, event);
        cr_assert_leq(matcher->state.bytes[0], 8192);
    }
    cr_expect_gt(counts->evicted.groups, 1000);
    give_all_back(matcher);
}

Test(property, elements_of_one_event_may_push_each_other_out) {
    crowd("correlation: {type: event_count, group-by: [m.len], timespan: 1h, condition: {gte: 2}}\n"
          "threshold: {type: limit, track: [m.index], timespan: 1h}\n");
    crowd("correlation: {type: value_count, group-by: [m.len], timespan: 1h, condition: {field: "
          "m.index, gte: 2}}\n");
    crowd("correlation: {type: value_sum, group-by: [m.len], timespan: 1h, condition: {field: "
          "m.index, lt: 2}}\n");
    crowd("correlation: {type: temporal_ordered, group-by: [m.len], timespan: 1h, steps: [{name: "
          "x}, {name: y, when: x.msgs.size() == 2}]}\n");
}
