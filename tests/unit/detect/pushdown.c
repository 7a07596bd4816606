// SPDX-License-Identifier: Apache-2.0
// Push-down: whatever the rules, leaving out the calls that a table rejects changes no alert.
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/pushdown.h"
#include "detect/ruleset.h"
#include "facts.h"
#include "pushdown_random.h"
#include "workspace.h"

TestSuite(pushdown, .init = workspace_enter, .fini = workspace_leave);

#define EVENTS 40

/* ---- With and without ---- */

static void note(void *ctx, const struct toc_alert *alert) {
    toc_buf_addf(ctx, "%s at %lld count %llu\n", alert->rule->signature->id, (long long)alert->time,
                 (unsigned long long)alert->count);
}

struct tally {
    size_t rejected, passed, decided;
};

/* Every stage by itself, as the kernel asks it. */
static bool is_needed(const struct toc_filter_table *table, const struct facts *facts,
                      const struct toc_event *event) {
    struct toc_filter_facts all;
    bool needed = true;

    facts_of(facts, event, &all);
    for (enum toc_filter_stage stage = 0; stage < TOC_FILTER_STAGES; stage++) {
        struct toc_filter_facts known = all;

        facts_until(stage, &known);
        if (stage == TOC_FILTER_RESULT && table->decides && toc_filter_is_sure(table, &known))
            cr_assert(toc_filter_passes(table, &all), "what is needed for sure is needed");
        if (toc_filter_passes(table, &known))
            continue;
        cr_assert(table->stages >> stage & 1 || stage > 0, "a stage that is not asked decides");
        needed = false;
    }
    cr_assert_eq(needed, toc_filter_passes(table, &all), "what is known later says it, too");
    return needed;
}

static void compare(const struct toc_ruleset *ruleset, const struct facts *facts,
                    struct tally *tally) {
    _cleanup_toc_buf_ struct toc_buf json = {0}, whole = {0}, filtered = {0};
    _cleanup_toc_matcher_ struct toc_matcher *a = NULL, *b = NULL;
    struct toc_filter_table tables[64] = {0};

    for (unsigned event = 0; event < 64; event++)
        cr_assert_eq(toc_pushdown_event(ruleset, event, &tables[event]), 0);
    tally->decided += tables[TOC_EVENT_sendmmsg].decides + tables[TOC_EVENT_recvmmsg].decides;
    cr_assert(!toc_matcher_new(ruleset, note, &whole, &a) &&
              !toc_matcher_new(ruleset, note, &filtered, &b));
    for (unsigned i = 0; i < EVENTS; i++) {
        _cleanup_toc_builder_ struct toc_builder *builder = NULL;
        const struct toc_event *event;
        bool needed;

        random_event(&json, i);
        event = event_from(&builder, toc_buf_cstr(&json));
        needed = is_needed(&tables[event->variant], facts, event);
        ++*(needed ? &tally->passed : &tally->rejected);
        toc_matcher_feed(a, event);
        if (needed)
            toc_matcher_feed(b, event);
    }
    toc_matcher_end(a);
    toc_matcher_end(b);
    toc_buf_addc(&whole, '.');
    toc_buf_addc(&filtered, '.');
    cr_assert_str_eq(toc_buf_cstr(&whole), toc_buf_cstr(&filtered));
}

Test(pushdown, leaves_out_nothing_that_matters) {
    static const char *const packs[] = {"p.yaml"};
    const char *given = getenv("TOC_ROUNDS");
    int rounds = given ? atoi(given) : 300;
    struct tally tally = {0};
    struct facts *facts;
    int loaded = 0;

    facts_new(&facts);
    for (int round = 0; round < rounds; round++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_free_ char *text = NULL;

        random_begin(round);
        for (unsigned i = 0; i < 1 + round % 3u; i++)
            random_rule(i);
        random_pack();
        // Some conditions can never be true, or are no conditions of every event.
        if (workspace_load(packs, 1, &text, &ruleset))
            continue;
        loaded++;
        compare(ruleset, facts, &tally);
    }
    facts_free(&facts);
    printf("%d rulesets, %zu tables, %zu calls rejected, %zu not\n", loaded, tally.decided,
           tally.rejected, tally.passed);
    cr_expect_gt(loaded, rounds / 4);
    cr_expect_gt(tally.rejected, tally.passed / 10);
}
