// SPDX-License-Identifier: Apache-2.0
// The conditions of all shipped signatures as one set give what each of them gives alone.
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/matcher.h"
#include "detect/ruleset.h"

/* Every alert, in a few words. */
static void note(void *ctx, const struct toc_alert *alert) {
    struct toc_buf *buf = ctx;

    toc_buf_addf(buf, "%s %d %llu %s", alert->rule->signature->id, alert->summary,
                 (unsigned long long)alert->count, alert->message);
    for (size_t i = 0; i < alert->n_matched; i++)
        toc_buf_addf(buf, " %u", alert->matched[i]);
    toc_buf_addc(buf, '\n');
}

static void look_on(void *ctx, const struct cel_program *program,
                    const struct cel_activation *activation, uint32_t element) {
    (void)program;
    (void)activation;
    (void)element;
    ++*(size_t *)ctx;
}

static void ignore(void *ctx, int64_t value) {
    (void)ctx;
    (void)value;
}

/* All events of all tests through one matcher of all rules; who is looked on at judges alone. */
static void match_all(const struct toc_ruleset *ruleset, const struct toc_probe *probe,
                      struct toc_buf *ret, uint64_t *unobserved) {
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;

    cr_assert_eq(toc_matcher_new(ruleset, note, ret, &matcher), 0);
    matcher->probe = probe;
    for (size_t i = 0; i < ruleset->n_signatures; i++) {
        const struct toc_loaded *loaded = ruleset->signatures[i];

        for (size_t j = 0; j < loaded->pub.n_tests; j++)
            for (size_t k = 0; k < loaded->cases[j].n_events; k++)
                toc_matcher_feed(matcher, loaded->cases[j].events[k]);
    }
    toc_matcher_end(matcher);
    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        const struct toc_rule_counts *counts = toc_matcher_rule_counts(matcher, i);

        unobserved[i] = counts->unobserved;
        toc_buf_addf(ret, "%s: %llu matched, %llu errors\n",
                     toc_ruleset_rule(ruleset, i)->signature->id,
                     (unsigned long long)counts->matched, (unsigned long long)counts->errors);
    }
}

Test(alone, as_in_the_set) {
    const char *source = getenv("TOC_SOURCE_DIR");
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf in_set = {0}, alone = {0};
    _cleanup_free_ char *dir = NULL, *strict = NULL;
    _cleanup_free_ uint64_t *set_unobserved = NULL, *alone_unobserved = NULL;
    size_t runs = 0, n;
    const struct toc_probe probe = {look_on, ignore, &runs};

    if (!source)
        cr_skip_test("TOC_SOURCE_DIR is not set");
    cr_assert_gt(asprintf(&dir, "%s/signatures", source), 0);
    cr_assert_gt(asprintf(&strict, "%s/rules/paranoid.yaml", source), 0);
    cr_assert_eq(
        toc_ruleset_load(&(struct toc_ruleset_options){.signature_dirs = (const char *const[]){dir},
                                                       .n_signature_dirs = 1,
                                                       .packs = (const char *const[]){strict},
                                                       .n_packs = 1,
                                                       .tests = true},
                         &diags, &ruleset),
        0, "%s", diags.n ? diags.items[0].message : "");
    n = toc_ruleset_n_rules(ruleset);
    set_unobserved = calloc(n, sizeof(uint64_t));
    alone_unobserved = calloc(n, sizeof(uint64_t));
    cr_assert(set_unobserved && alone_unobserved);
    match_all(ruleset, NULL, &in_set, set_unobserved);
    match_all(ruleset, &probe, &alone, alone_unobserved);
    cr_expect_gt(runs, 1000);
    cr_expect_gt(in_set.n, 1000);
    cr_expect_str_eq(toc_buf_cstr(&in_set), toc_buf_cstr(&alone));
    // Where the list is not there the set may know from the rest that nothing would match.
    for (size_t i = 0; i < n; i++)
        cr_expect_leq(set_unobserved[i], alone_unobserved[i], "%s",
                      toc_ruleset_rule(ruleset, i)->signature->id);
}
