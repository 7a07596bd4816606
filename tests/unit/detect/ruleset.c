// SPDX-License-Identifier: Apache-2.0
// Folders of signatures: what is found, conflicts, the order of errors; and the tests inside.
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "workspace.h"

TestSuite(ruleset, .init = workspace_enter, .fini = workspace_leave);

Test(ruleset, files_are_found_below_a_folder) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_free_ char *text = NULL;

    cr_assert_eq(mkdir("s/sub", 0700), 0);
    workspace_write("s/sub/a.yaml", plain_signature);
    workspace_write_changed("s/b.yaml", plain_signature, "id: a\n", "id: b\n");
    workspace_write("s/notes.txt", "not: [yaml");
    workspace_write("s/.hidden.yaml", "not: [yaml");
    cr_assert_eq(symlink(".", "s/sub/again"), 0);
    cr_assert_eq(symlink("sub/a.yaml", "s/z.yaml"), 0);
    cr_assert_eq(workspace_load(NULL, 0, &text, &ruleset), 0, "%s", text);
    cr_assert_eq(toc_ruleset_n_signatures(ruleset), 2);
    cr_expect_str_eq(toc_ruleset_signature(ruleset, 0)->id, "a");
    cr_expect_str_eq(toc_ruleset_signature(ruleset, 1)->id, "b");
    cr_expect_eq(toc_ruleset_events(ruleset), toc_event_bit(TOC_EVENT_sendmmsg));
}

Test(ruleset, what_is_missing_is_said) {
    static const char *const dirs[] = {"s", "nowhere"}, *const packs[] = {"none.yaml"};
    struct toc_ruleset_options options = {
        .signature_dirs = dirs, .n_signature_dirs = 2, .packs = packs, .n_packs = 1};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;

    cr_expect_eq(toc_ruleset_load(&options, &diags, &ruleset), -ENOENT);
    cr_expect_null(ruleset);
    cr_assert_eq(diags.n, 2);
    cr_expect_str_eq(diags.items[0].message, "cannot open: No such file or directory");
    cr_expect_str_eq(diags.items[1].file, "nowhere");
}

Test(ruleset, a_conflict_names_both_files) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_free_ char *text = NULL;

    cr_assert_eq(mkdir("s/sub", 0700), 0);
    workspace_write("s/a.yaml", plain_signature);
    workspace_write("s/sub/a.yaml", plain_signature);
    cr_expect_eq(workspace_load(NULL, 0, &text, &ruleset), -EINVAL);
    cr_expect_str_eq(text, "s/sub/a.yaml:2:5: error: there is another signature `a`\n"
                           "id: a\n    ^\n  hint: the other one is s/a.yaml\n");
}

Test(ruleset, every_error_of_every_file_in_order) {
    static const char *const packs[] = {"p.yaml"};
    static const char *const expected[] = {"p.yaml:3:11:",    "s/a.yaml:5:8:", "s/a.yaml:10:13:",
                                           "s/a.yaml:13:55:", "s/b.yaml:2:1:", "s/c.yaml:1:1:"};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_free_ char *text = NULL;
    const char *at;

    workspace_write("s/c.yaml", "id: c\n");
    workspace_write("s/b.yaml", "format: [1\n");
    workspace_write_changed(
        "s/a.yaml",
        "format: 1\nid: a\ntitle: T\nstatus: stable\nlevel: lo\ndescription: D\n\n"
        "events: [sendmmsg]\n\nwhen: batch.requestd > 5\nmessage: x\ntests:\n"
        "  - {name: y, given: {batch: {requested: 6}}, alerts: yes}\n",
        NULL, NULL);
    workspace_write("p.yaml", "format: 1\npack: p\nexclude: [nothing]\n");
    cr_expect_eq(workspace_load(packs, 1, &text, &ruleset), -EINVAL);
    at = text;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        at = at ? strstr(at, expected[i]) : NULL;
        cr_expect_not_null(at, "%s is missing or out of order in\n%s", expected[i], text);
    }
}

static uint64_t digest_of(const char *find, const char *replace) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_free_ char *text = NULL;

    workspace_write_changed("s/a.yaml", plain_signature, find, replace);
    cr_assert_eq(workspace_load(NULL, 0, &text, &ruleset), 0, "%s", text);
    return toc_ruleset_signature(ruleset, 0)->digest;
}

Test(ruleset, the_digest_of_a_signature_is_of_its_meaning) {
    uint64_t plain = digest_of(NULL, NULL);

    cr_expect_eq(digest_of("title: A title", "title: \"Another\" # with a comment"), plain);
    cr_expect_eq(digest_of("name: six", "name: seven"), plain);
    cr_expect_eq(digest_of("when: batch.requested > params.limit",
                           "when: |\n  batch.requested > params.limit\n"),
                 plain);
    cr_expect_neq(digest_of("limit: 5", "limit: 6"), plain);
    cr_expect_neq(digest_of("events: [sendmmsg]", "events: [sendmmsg]\nstages: [call]"), plain);
    cr_expect_neq(digest_of("batch.requested >", "batch.requested >="), plain);
}

static void write_result(void *ctx, const struct toc_test_result *result) {
    toc_buf_addf(ctx, "%s:%u %s\n%s%s", result->name, result->line,
                 result->passed ? "ok" : "failed", result->failure ? result->failure : "",
                 result->failure ? "\n" : "");
}

#define GIVEN(requested) "given: {batch: {requested: " #requested "}}"

/* The tests of the plain signature, replaced. */
static const struct {
    const char *tests, *expected;
    int failed;
} selftests[] = {
    {"  - {name: a, " GIVEN(6) ", alerts: 1, message: '? sent 6', unobserved: 0}\n"
                               "  - {name: b, " GIVEN(5) ", alerts: 0}\n",
     "a:13 ok\nb:14 ok\n", 0},
    {"  - {name: a, " GIVEN(5) ", alerts: 1}\n  - {name: b, " GIVEN(6) ", alerts: 0}\n",
     "a:13 failed\n- alerts: 1\n+ alerts: 0\n  `batch.requested > params.limit` is false\n"
     "b:14 failed\n- alerts: 0\n+ alerts: 1\n  `batch.requested > params.limit` is true\n",
     2},
    {"  - {name: a, given: {}, alerts: 1}\n  - {name: b, given: {}, alerts: 0, unobserved: 0}\n",
     "a:13 failed\n- alerts: 1\n+ alerts: 0\n  `batch.requested > params.limit` is unobserved\n"
     "    batch.requested is unobserved\n"
     "b:14 failed\n- unobserved: 0\n+ unobserved: 1\n",
     2},
    {"  - {name: a, " GIVEN(6) ", alerts: 1, message: no}\n"
                               "  - {name: b, " GIVEN(6) ", with: {limit: 6}, alerts: 0}\n",
     "a:13 failed\n- message: no\n+ message: ? sent 6\nb:14 ok\n", 1},
    {"  - {name: a, events: [{" GIVEN(6) "}, {at: 1.5s, " GIVEN(
         7) "}], alerts: 2}\n"
            "  - {name: b, given: {event: {name: close}}, alerts: 0}\n",
     "a:13 ok\nb:14 ok\n", 0},
    {"  - {name: a, given: {event: {name: close}}, alerts: 1}\n"
     "  - {name: b, events: [], alerts: 0}\n",
     "a:13 failed\n- alerts: 1\n+ alerts: 0\n  the signature does not look at close\nb:14 ok\n", 1},
};

Test(ruleset, the_tests_inside_a_signature) {
    const char *tests = strstr(plain_signature, "  - {");

    for (size_t i = 0; i < sizeof(selftests) / sizeof(selftests[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_toc_buf_ struct toc_buf got = {0};
        _cleanup_free_ char *text = NULL;

        workspace_write_changed("s/a.yaml", plain_signature, tests, selftests[i].tests);
        cr_assert_eq(workspace_load(NULL, 0, &text, &ruleset), 0, "%s", text);
        cr_expect_eq(toc_ruleset_test(ruleset, write_result, &got), selftests[i].failed);
        cr_expect_str_eq(toc_buf_cstr(&got), selftests[i].expected, "expected:\n%s\ngot:\n%s",
                         selftests[i].expected, got.p);
    }
}

Test(ruleset, a_failed_test_with_each_names_the_elements) {
    static const char body[] =
        "format: 1\nid: a\ntitle: T\nstatus: stable\nlevel: low\ndescription: D\n"
        "events: [sendmmsg]\neach: {m: msgs}\nwhen: |-\n  m.index > 0\n  && m.len\n     > 5\n"
        "message: x\ntests:\n"
        "  - {name: a, given: {msgs: [{index: 0, len: 6}, {index: 1, len: 5}, {index: 2}]}, "
        "alerts: 1}\n"
        "  - {name: b, given: {msgs: [{index: 1, len: 6}, {index: 2, len: 7}]}, alerts: 1, "
        "matched: [0]}\n"
        "  - {name: c, given: {msgs: []}, alerts: 1}\n"
        "  - {name: d, given: {msgs: []}, alerts: 0}\n";
    static const char expected[] =
        "a:15 failed\n- alerts: 1\n+ alerts: 0\n"
        "  msgs[0]: `m.index > 0` is false\n"
        "  msgs[1]: `m.len > 5` is false\n"
        "  msgs[2]: `m.len > 5` is unobserved\n    m.len is unobserved\n"
        "b:16 failed\n- matched: [0]\n+ matched: [0, 1]\n"
        "c:17 failed\n- alerts: 1\n+ alerts: 0\n  `msgs` is empty\nd:18 ok\n";
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_toc_buf_ struct toc_buf got = {0};
    _cleanup_free_ char *text = NULL;

    workspace_write("s/a.yaml", body);
    cr_assert_eq(workspace_load(NULL, 0, &text, &ruleset), 0, "%s", text);
    cr_expect_eq(toc_ruleset_test(ruleset, write_result, &got), 3);
    cr_expect_str_eq(toc_buf_cstr(&got), expected, "got:\n%s", got.p);
}
