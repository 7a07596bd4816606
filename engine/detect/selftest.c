// SPDX-License-Identifier: Apache-2.0
// Runs the tests inside signatures, and says what differs.
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/case_run.h"
#include "detect/reason.h"
#include "detect/ruleset.h"

/* What came out of one test. */
struct outcome {
    uint64_t alerts;
    struct toc_buf message; /* of the first alert */
    struct toc_buf matched; /* of the first alert, uint32_t each */
};

static void note(void *ctx, const struct toc_alert *alert) {
    struct outcome *outcome = ctx;

    if (alert->summary || outcome->alerts++)
        return;
    toc_buf_adds(&outcome->message, alert->message);
    toc_buf_add(&outcome->matched, alert->matched, alert->n_matched * sizeof(*alert->matched));
}

static void add_indexes(struct toc_buf *buf, const uint32_t *indexes, size_t n) {
    toc_buf_addc(buf, '[');
    for (size_t i = 0; i < n; i++)
        toc_buf_addf(buf, "%s%u", i ? ", " : "", indexes[i]);
    toc_buf_addc(buf, ']');
}

static void differ_count(struct toc_buf *failure, const char *what, uint64_t expected,
                         uint64_t got) {
    if (expected != got)
        toc_buf_addf(failure, "- %s: %llu\n+ %s: %llu\n", what, (unsigned long long)expected, what,
                     (unsigned long long)got);
}

static void differ_matched(struct toc_buf *failure, const struct toc_case *test,
                           const uint32_t *matched, size_t n) {
    if (n == test->n_matched && (!n || !memcmp(matched, test->matched, n * sizeof(*matched))))
        return;
    toc_buf_adds(failure, "- matched: ");
    add_indexes(failure, test->matched, test->n_matched);
    toc_buf_adds(failure, "\n+ matched: ");
    add_indexes(failure, matched, n);
    toc_buf_addc(failure, '\n');
}

/* What was expected after "-", what came after "+". */
static void compare(const struct toc_case *test, const struct outcome *outcome,
                    const struct toc_case_counts *counts, struct toc_buf *failure) {
    const struct toc_buf *message = &outcome->message;

    differ_count(failure, "alerts", test->alerts, outcome->alerts);
    if (test->has_matched && test->alerts)
        differ_matched(failure, test, (const uint32_t *)outcome->matched.p,
                       outcome->matched.n / sizeof(uint32_t));
    if (test->has_unobserved)
        differ_count(failure, "unobserved", test->unobserved, counts->unobserved);
    if (test->has_held_back)
        differ_count(failure, "held_back", test->held_back, counts->held_back);
    if (test->message && outcome->alerts &&
        (message->n != strlen(test->message) || memcmp(message->p, test->message, message->n) != 0))
        toc_buf_addf(failure, "- message: %s\n+ message: %.*s\n", test->message, (int)message->n,
                     message->p ? message->p : "");
}

static int run_case(const struct toc_loaded *loaded, const struct toc_case *test,
                    struct toc_buf *failure) {
    struct outcome outcome = {0};
    const struct toc_case_watch watch = {.alert = note, .ctx = &outcome};
    struct toc_case_counts counts;
    int err = toc_case_run(loaded, test, &watch, &counts);

    if (!err)
        compare(test, &outcome, &counts, failure);
    if (!err && test->alerts != outcome.alerts)
        err = toc_reason_explain(loaded, test, test->alerts > outcome.alerts, failure);
    toc_buf_free(&outcome.message);
    toc_buf_free(&outcome.matched);
    return err;
}

/* 1: it failed, 0: it passed. */
static int test_one(const struct toc_loaded *loaded, const struct toc_case *test, toc_test_fn fn,
                    void *ctx) {
    _cleanup_toc_buf_ struct toc_buf failure = {0};
    struct toc_test_result result = {
        .signature = &loaded->pub, .name = test->name, .line = test->line};
    int err = run_case(loaded, test, &failure);

    if (err || failure.failed)
        return err ? err : -ENOMEM;
    if (failure.n)
        failure.n--; // the last newline
    result.passed = !failure.n;
    result.failure = result.passed ? NULL : toc_buf_cstr(&failure);
    fn(ctx, &result);
    return !result.passed;
}

int toc_ruleset_test(const struct toc_ruleset *ruleset, toc_test_fn fn, void *ctx) {
    int failed = 0;

    for (size_t i = 0; i < ruleset->n_signatures; i++) {
        const struct toc_loaded *loaded = ruleset->signatures[i];

        for (size_t j = 0; loaded->cases && j < loaded->pub.n_tests; j++) {
            int one = test_one(loaded, &loaded->cases[j], fn, ctx);

            if (one < 0)
                return one;
            failed += one;
        }
    }
    return failed;
}
