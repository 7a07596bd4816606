// SPDX-License-Identifier: Apache-2.0
// What is wrong with a pack, and with which words it is said.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "workspace.h"

TestSuite(pack, .init = workspace_enter, .fini = workspace_leave);

static const struct {
    const char *body, *expected;
} rows[] = {
#include "pack_rows.def"
};

static const char *const one[] = {"p.yaml"};

static void write_signatures(void) {
    workspace_write("s/a.yaml", plain_signature);
    workspace_write_changed("b.yaml", plain_signature, "id: a\n", "id: b-two\n");
}

static void write_pack(const char *path, const char *name, const char *body) {
    char text[4096];

    snprintf(text, sizeof(text), "format: 1\npack: %s\n%s", name, body);
    workspace_write(path, text);
}

Test(pack, every_mistake_has_its_words) {
    workspace_write("s/a.yaml", plain_signature);
    workspace_write_changed("s/b-two.yaml", plain_signature, "id: a\n", "id: b-two\n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_free_ char *text = NULL;

        write_pack("p.yaml", "p", rows[i].body);
        workspace_load(one, 1, &text, &ruleset);
        cr_expect_str_eq(text, rows[i].expected, "%s\nexpected:\n%sgot:\n%s", rows[i].body,
                         rows[i].expected, text);
    }
}

/* What a pack runs of these: a (low, stable, attack.t1685), b-two (high, test, attack.t1499). */
static const struct {
    const char *body, *expected;
} selections[] = {
    {"", "a:low b-two:high "},
    {"include: {}\n", "a:low b-two:high "},
    {"include: {min-level: medium}\n", "b-two:high "},
    {"include: {min-level: critical}\n", ""},
    {"include: {ids: ['*']}\n", "a:low b-two:high "},
    {"include: {ids: ['b-*']}\n", "b-two:high "},
    {"include: {ids: [a, b-two]}\n", "a:low b-two:high "},
    {"include: {status: [test]}\n", "b-two:high "},
    {"include: {status: [stable, test]}\n", "a:low b-two:high "},
    {"include: {tags: [attack.t1685]}\n", "a:low "},
    {"include: {tags: ['attack.*']}\n", "a:low b-two:high "},
    {"include: {tags: ['attack.*'], status: [test], min-level: low}\n", "b-two:high "},
    {"include: {ids: ['*']}\nexclude: [a]\n", "b-two:high "},
    {"level: {a: critical}\n", "a:critical b-two:high "},
    {"include: {min-level: medium}\nlevel: {b-two: low}\n", "b-two:low "},
};

Test(pack, what_it_runs) {
    workspace_write("s/a.yaml", plain_signature);
    workspace_write_changed("t.yaml", plain_signature,
                            "id: a\ntitle: A title\nstatus: stable\nlevel: low",
                            "id: b-two\ntitle: A title\nstatus: test\nlevel: high");
    workspace_write_changed(
        "s/b-two.yaml",
        "format: 1\nid: b-two\ntitle: T\nstatus: test\nlevel: high\n"
        "description: D\ntags: [attack.t1499]\nevents: [close]\nwhen: args.fd > 1\n"
        "message: x\ntests:\n  - {name: y, given: {args: {fd: 2}}, alerts: 1}\n"
        "  - {name: n, given: {args: {fd: 1}}, alerts: 0}\n",
        NULL, NULL);
    for (size_t i = 0; i < sizeof(selections) / sizeof(selections[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_toc_buf_ struct toc_buf got = {0};
        _cleanup_free_ char *text = NULL;

        write_pack("p.yaml", "p", selections[i].body);
        cr_assert_eq(workspace_load(one, 1, &text, &ruleset), 0, "%s", text);
        for (size_t j = 0; j < toc_ruleset_n_rules(ruleset); j++) {
            const struct toc_rule *rule = toc_ruleset_rule(ruleset, j);

            toc_buf_addf(&got, "%s:%s ", rule->signature->id, toc_level_name(rule->level));
            cr_expect_str_eq(rule->pack, "p");
        }
        cr_expect_str_eq(toc_buf_cstr(&got), selections[i].expected, "%s", selections[i].body);
    }
}

static uint64_t digest_of(const char *body) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_free_ char *text = NULL;

    write_pack("p.yaml", "p", body);
    cr_assert_eq(workspace_load(one, 1, &text, &ruleset), 0, "%s", text);
    return toc_ruleset_digest(ruleset);
}

Test(pack, the_digest_follows_the_meaning) {
    static const char *const others[] = {
        "set: {a: {limit: 6}}\n",
        "add: {a: {ports: [54]}}\n",
        "level: {a: high}\n",
        "scope: proc.uid > 0\n",
        "except: [{id: a, when: proc.uid == 0, reason: r}]\n",
        "except: [{id: a, when: proc.uid == 0, reason: r, until: 2099-01-01}]\n",
    };
    uint64_t plain, seen[6];

    write_signatures();
    plain = digest_of("");
    cr_expect_eq(digest_of("# a comment\ntitle: T\nx-mine: 1\n"), plain);
    cr_expect_eq(digest_of("set: {a: {limit: 5}}\n"), plain);
    for (size_t i = 0; i < 6; i++) {
        seen[i] = digest_of(others[i]);
        cr_expect_neq(seen[i], plain, "%s", others[i]);
        for (size_t j = 0; j < i; j++)
            cr_expect_neq(seen[i], seen[j], "%s %s", others[i], others[j]);
    }
}

Test(pack, two_of_a_name) {
    static const char *const packs[] = {"p.yaml", "q.yaml"};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_free_ char *text = NULL;

    write_signatures();
    write_pack("p.yaml", "p", "");
    write_pack("q.yaml", "p", "");
    cr_expect_neq(workspace_load(packs, 2, &text, &ruleset), 0);
    cr_expect_str_eq(text, "q.yaml:2:7: error: there is already a pack `p`\npack: p\n      ^\n");
}

/* A freeze is for what a send shows of itself. */
Test(pack, what_cannot_be_frozen) {
    static const struct {
        const char *events, *when, *expected;
    } looks_at[] = {
        {"[sendmmsg]", "when: 'args.vlen > 3'", ""},
        {"[sendmmsg]", "when: 'msgs.exists(m, m.enter.iov.bytes > 3)'", ""},
        {"[recvmmsg]", "when: 'args.vlen > 3'",
         "p.yaml:3:15: error: `freeze` is for sends: a receive writes into the very memory that "
         "would be frozen\n"},
        {"[sendmmsg, recvmsg]", "when: 'batch.requested > 3'",
         "p.yaml:3:15: error: `freeze` is for"},
        {"[sendmmsg, sendmsg, sendto]", "when: 'batch.requested > 3'", ""},
        {"[send*]", "when: 'batch.requested > 3'",
         "p.yaml:3:15: error: `freeze` holds sendmmsg, sendmsg and sendto, and this is for others, "
         "too\n"},
        {"[sendmmsg]", "when: 'msgs.exists(m, m.enter.iov.data == b\"x\")'", ""},
        {"[sendmmsg]", "when: 'msgs.exists(m, \"name\" in m.changed)'", "cannot be enforced"},
    };

    for (size_t i = 0; i < sizeof(looks_at) / sizeof(looks_at[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_free_ char *text = NULL;
        char looks[256];

        snprintf(looks, sizeof(looks), "events: %s\n%s\n", looks_at[i].events, looks_at[i].when);
        workspace_write_changed("s/a.yaml", plain_signature,
                                "events: [sendmmsg]\n"
                                "params: {limit: 5, ports: [53], word: x, empty: []}\n"
                                "when: batch.requested > params.limit\n",
                                looks);
        write_pack("p.yaml", "p", "enforce: {a: {freeze: true}}\n");
        workspace_load(one, 1, &text, &ruleset);
        cr_expect_eq(!strstr(text, "p.yaml:3"), !*looks_at[i].expected, "%s", text);
        cr_expect(strstr(text, looks_at[i].expected), "%s: %s", looks_at[i].when, text);
    }
}

/* The condition of an action must be known when the call begins. */
Test(pack, what_cannot_be_enforced) {
    static const struct {
        const char *when, *expected;
    } whens[] = {
        {"when: args.vlen > 3", ""},
        {"when: batch.completed > 3", "`batch.completed`"},
        {"when: event.ret > 3 && args.vlen > 3", "`event.ret`"},
        {"when: msgs.exists(m, \"name\" in m.changed)", "`m.changed`"},
        {"when: args.vlen > 3 && has(event.ret)", "`event.ret`"},
        {"when: 'msgs.exists(m, m.enter.iov.data == b\"x\")'", "`iov.data`"},
    };

    for (size_t i = 0; i < sizeof(whens) / sizeof(whens[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_free_ char *text = NULL;

        workspace_write_changed("s/a.yaml", plain_signature, "when: batch.requested > params.limit",
                                whens[i].when);
        write_pack("p.yaml", "p", "enforce: {a: {deny: EPERM}}\n");
        workspace_load(one, 1, &text, &ruleset);
        cr_expect_eq(!strstr(text, "cannot be enforced"), !*whens[i].expected, "%s", text);
        cr_expect(strstr(text, whens[i].expected), "%s: %s", whens[i].when, text);
    }
}
