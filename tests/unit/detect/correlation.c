// SPDX-License-Identifier: Apache-2.0
// Correlations and thresholds: which alerts come of a stream, and when.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "stream.h"
#include "workspace.h"

TestSuite(correlation, .init = workspace_enter, .fini = workspace_leave);

/* A signature of sends that carry bytes, by sender, in windows of ten seconds. */
#define COUNT(rest)                                                                                \
    "events: [sendmmsg]\nwhen: batch.bytes >= 0\nmessage: m\ncorrelation:\n  group-by: "           \
    "[proc.comm]\n  timespan: 10s\n" rest
#define STEPS(rest) "message: m\ncorrelation:\n  group-by: [proc.comm]\n  timespan: 10s\n" rest
#define LIMIT(rest)                                                                                \
    "events: [sendmmsg]\nwhen: batch.bytes >= 0\nmessage: m\nthreshold: {track: "                  \
    "[proc.comm], " rest

struct row {
    const char *title, *body, *script, *expected;
};

static const struct row rows[] = {
#include "correlation_rows.def"
};

static char *alerts_of(const struct toc_ruleset *ruleset, const char *script) {
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    const struct toc_matcher_counts *counts;
    struct toc_buf log = {0};

    cr_assert_eq(toc_matcher_new(ruleset, stream_log, &log, &matcher), 0);
    stream_run(matcher, script);
    counts = toc_matcher_counts(matcher);
    cr_expect_eq(counts->matched, counts->alerts + counts->held_back + counts->excepted);
    cr_assert_not_null(toc_buf_cstr(&log));
    return log.p;
}

Test(correlation, rows) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = stream_load(rows[i].body, NULL);
        _cleanup_free_ char *got = alerts_of(ruleset, rows[i].script);
        _cleanup_free_ char *again = alerts_of(ruleset, rows[i].script);

        cr_expect_str_eq(got, rows[i].expected, "%s\nexpected: %s\n     got: %s", rows[i].title,
                         rows[i].expected, got);
        cr_expect_str_eq(got, again);
    }
}

Test(correlation, a_pack_gives_another_threshold_and_exceptions_come_first) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset =
        stream_load(COUNT("  type: event_count\n  condition: {gte: 2}\nthreshold: {type: limit, "
                          "timespan: 1h}\n"),
                    "format: 1\npack: p\nthreshold: {a: {type: backoff, multiplier: 2, track: "
                    "[proc.comm]}}\nexcept: [{id: a, when: proc.comm == 'x', reason: R}]\n");
    _cleanup_free_ char *got = alerts_of(
        ruleset, "> 0 x 1, > 0 x 1, > 1 a 1, > 1 a 1, > 2 b 1, > 2 b 1, > 3 a 1, > 3 a 1, "
                 "> 4 a 1, > 4 a 1");

    cr_expect_str_eq(got, "1 \"a\" x2; 2 \"b\" x2; 3 \"a\" x2; summary 4 \"a\" x1; ", "%s", got);
}

Test(correlation, a_start_ends_what_was_before) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset =
        stream_load(COUNT("  type: event_count\n  condition: {lt: 3}\n"), NULL);
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    _cleanup_toc_builder_ struct toc_builder *builder = NULL, *other = NULL;
    _cleanup_toc_buf_ struct toc_buf log = {0};

    cr_assert_eq(toc_matcher_new(ruleset, stream_log, &log, &matcher), 0);
    stream_run(matcher, "> 0 a 1");
    toc_buf_adds(&log, "| ");
    cr_assert_eq(toc_builder_new(&builder), 0);
    stream_feed(matcher, builder, &(struct stream_event){'>', 5, "a", 1});
    toc_matcher_feed(matcher, event_from(&other, "{\"event\":{\"name\":\"tocsin_start\"}}"));
    toc_buf_adds(&log, "| ");
    stream_feed(matcher, builder, &(struct stream_event){'>', 6, "a", 1});
    toc_matcher_reset(matcher);
    toc_matcher_end(matcher);
    cr_expect_str_eq(toc_buf_cstr(&log), "0 \"a\" x1; | 5 \"a\" x1; | ", "%s", log.p);
}
