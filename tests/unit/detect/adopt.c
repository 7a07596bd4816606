// SPDX-License-Identifier: Apache-2.0
// A matcher that goes on where another stopped: what outlives a change of the rules.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "workspace.h"

TestSuite(adopt, .init = workspace_enter, .fini = workspace_leave);

#define COUNTING                                                                                   \
    "correlation: {type: event_count, group-by: [proc.pid], timespan: 10s, condition: {gte: 4}}\n"

static const char tests_of_four[] =
    "tests:\n"
    "  - name: four\n"
    "    events:\n"
    "      - {at: 0s, given: {batch: {requested: 6}, proc: {pid: 1}}}\n"
    "      - {at: 1s, given: {batch: {requested: 6}, proc: {pid: 1}}}\n"
    "      - {at: 2s, given: {batch: {requested: 6}, proc: {pid: 1}}}\n"
    "      - {at: 3s, given: {batch: {requested: 6}, proc: {pid: 1}}}\n"
    "    alerts: 1\n"
    "  - {name: one, given: {batch: {requested: 6}}, alerts: 0}\n";

/* The plain signature under an id, as a correlation; with a limit of its own. */
static void write_counting(const char *id, int limit) {
    _cleanup_toc_buf_ struct toc_buf text = {0};
    size_t head =
        (size_t)(strstr(plain_signature, "params:") - plain_signature) - strlen("id: a\n");
    char path[64];

    snprintf(path, sizeof(path), "s/%s.yaml", id);
    toc_buf_addf(&text, "format: 1\nid: %s\n%.*s", id, (int)(head - strlen("format: 1\n")),
                 plain_signature + strlen("format: 1\nid: a\n"));
    toc_buf_addf(&text,
                 "params: {limit: %d}\nwhen: batch.requested > params.limit\n" COUNTING
                 "message: \"{proc.pid}\"\n%s",
                 limit, tests_of_four);
    workspace_write(path, toc_buf_cstr(&text));
}

static void count(void *ctx, const struct toc_alert *alert) {
    (void)alert;
    ++*(unsigned *)ctx;
}

static void feed(struct toc_matcher *matcher, unsigned seconds) {
    struct toc_builder *builder = NULL;
    char json[256];

    snprintf(json, sizeof(json),
             "{\"event\":{\"time\":\"2026-01-01T00:00:%02uZ\"},\"proc\":{\"pid\":7},"
             "\"batch\":{\"requested\":6}}",
             seconds);
    toc_matcher_feed(matcher, event_from(&builder, json));
    toc_builder_free(&builder);
}

static void load(struct toc_ruleset **ret) {
    _cleanup_free_ char *text = NULL;

    cr_assert_eq(workspace_load(NULL, 0, &text, ret), 0, "%s", text);
}

static const struct {
    const char *what;
    const char *other; /* a signature that comes with the new rules, before or behind */
    int limit;         /* of the counting one then; 5 before */
    unsigned alerts;   /* after two events with the old rules and two with the new ones */
} rows[] = {
    {"nothing changes", NULL, 5, 1},
    {"another comes before it", "aa", 5, 3},
    {"another comes behind it", "z", 5, 3},
    {"it means something else now", NULL, 4, 0},
};

Test(adopt, what_is_remembered_outlives_a_change_of_other_rules) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *old_rules = NULL, *new_rules = NULL;
        _cleanup_toc_matcher_ struct toc_matcher *old = NULL, *new = NULL;
        unsigned alerts = 0;

        write_counting("m", 5);
        load(&old_rules);
        if (rows[i].other) {
            char path[32];

            snprintf(path, sizeof(path), "s/%s.yaml", rows[i].other);
            workspace_write_changed(path, plain_signature, "id: a\n",
                                    rows[i].other[0] == 'z' ? "id: z\n" : "id: aa\n");
        }
        write_counting("m", rows[i].limit);
        load(&new_rules);
        cr_assert_eq(toc_matcher_new(old_rules, count, &alerts, &old), 0);
        cr_assert_eq(toc_matcher_new(new_rules, count, &alerts, &new), 0);
        feed(old, 1);
        feed(old, 2);
        cr_assert_eq(toc_matcher_adopt(new, old), 0);
        toc_matcher_free(&old);
        toc_ruleset_free(&old_rules);
        feed(new, 3);
        feed(new, 4);
        // The plain signature alerts for each event, the counting one for the fourth.
        cr_expect_eq(alerts, rows[i].alerts, "%s: %u alerts", rows[i].what, alerts);
        cr_expect_eq(toc_matcher_counts(new)->events, 4);
        if (rows[i].other) {
            char path[32];

            snprintf(path, sizeof(path), "s/%s.yaml", rows[i].other);
            remove(path);
        }
    }
}
