// SPDX-License-Identifier: Apache-2.0
// One test, with a matcher of its own.
#include "detect/case_run.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "detect/rule.h"

static void ignore(void *ctx, const struct toc_alert *alert) {
    (void)ctx;
    (void)alert;
}

static int run(const struct toc_case *test, const struct toc_rules *rules,
               const struct toc_case_watch *watch, struct toc_case_counts *ret) {
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    int err = toc_matcher_over(rules, watch->alert ? watch->alert : ignore, watch->ctx, &matcher);

    if (err)
        return err;
    matcher->probe = watch->probe;
    for (size_t i = 0; i < test->n_events; i++)
        toc_matcher_feed(matcher, test->events[i]);
    toc_matcher_end(matcher);
    *ret = (struct toc_case_counts){
        .unobserved = toc_matcher_rule_counts(matcher, 0)->unobserved,
        .held_back = toc_matcher_counts(matcher)->held_back,
    };
    return 0;
}

int toc_case_run(const struct toc_loaded *loaded, const struct toc_case *test,
                 const struct toc_case_watch *watch, struct toc_case_counts *ret) {
    const struct toc_compiled *compiled = toc_case_compiled(loaded, test);
    struct toc_rule_body body = {
        .pub = {.signature = &loaded->pub, .pack = "", .level = loaded->pub.level},
        .compiled = compiled,
        .threshold = compiled->threshold,
        .pack = TOC_NO_PACK,
    };
    struct toc_rules rules = {.items = &body, .n = 1};
    int err = toc_rules_index(&rules);

    if (!err)
        err = run(test, &rules, watch, ret);
    toc_rules_clear(&rules);
    return err;
}
