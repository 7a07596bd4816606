// SPDX-License-Identifier: Apache-2.0
// The signatures and packs that are shipped: they load without a word, and their tests pass.
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "detect/ruleset.h"

static void count(void *ctx, const struct toc_test_result *result) {
    ++*(size_t *)ctx;
    cr_expect(result->passed, "%s: %s:\n%s", result->signature->id, result->name, result->failure);
}

static void expect_covered(void *ctx, const struct toc_coverage *coverage) {
    ++*(size_t *)ctx;
    cr_expect(coverage->n_true, "%s: %s: no test makes this true: %.*s", coverage->signature->id,
              coverage->where, (int)coverage->n, coverage->expr);
}

Test(shipped, all_load_and_pass) {
    const char *source = getenv("TOC_SOURCE_DIR");
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_free_ char *dir = NULL, *quiet = NULL, *strict = NULL;
    size_t tests = 0, expressions = 0;

    if (!source)
        cr_skip_test("TOC_SOURCE_DIR is not set");
    cr_assert_gt(asprintf(&dir, "%s/signatures", source), 0);
    cr_assert_gt(asprintf(&quiet, "%s/rules/default.yaml", source), 0);
    cr_assert_gt(asprintf(&strict, "%s/rules/paranoid.yaml", source), 0);
    cr_assert_eq(toc_ruleset_load(
                     &(struct toc_ruleset_options){.signature_dirs = (const char *const[]){dir},
                                                   .n_signature_dirs = 1,
                                                   .packs = (const char *const[]){quiet, strict},
                                                   .n_packs = 2,
                                                   .tests = true},
                     &diags, &ruleset),
                 0, "%s", diags.n ? diags.items[0].message : "");
    cr_expect_eq(diags.n, 0, "%s", diags.n ? diags.items[0].message : "");
    cr_expect_eq(toc_ruleset_test(ruleset, count, &tests), 0);
    cr_expect_eq(toc_ruleset_coverage(ruleset, expect_covered, &expressions), 0);
    cr_expect_geq(expressions, 2 * toc_ruleset_n_signatures(ruleset));
    for (size_t i = 0; i < ruleset->n_signatures; i++)
        cr_expect(ruleset->signatures[i]->own->threshold,
                  "%s: nothing holds it back: a flood of calls is a flood of alerts",
                  ruleset->signatures[i]->pub.id);
    cr_expect_geq(tests, 2 * toc_ruleset_n_signatures(ruleset));
}
