// SPDX-License-Identifier: Apache-2.0
// Which sub-expressions of a signature its tests make true, and which false.
#include <errno.h>

#include "base/cleanup.h"
#include "detect/case_run.h"
#include "detect/ruleset.h"
#include "detect/taken.h"

struct prober {
    bool *stands;                 /* by item: it has a value of its own */
    struct toc_taken taken;       /* under the parameters of the test at hand */
    struct toc_coverage *covered; /* one for each item */
    struct toc_arena *scratch;
};

static void count(struct toc_coverage *covered, const struct cel_value *value) {
    if (covered->value ? value->kind == CEL_ERROR : value->kind != CEL_BOOL)
        covered->n_errors++;
    else if (covered->value || value->b)
        covered->n_true++;
    else
        covered->n_false++;
}

/* An expression is run: so are its parts, which stand behind it. */
static void on_run(void *ctx, const struct cel_program *program,
                   const struct cel_activation *activation, uint32_t element) {
    struct prober *prober = ctx;
    const struct toc_taken *taken = &prober->taken;
    bool asked = false;

    (void)element;
    for (size_t i = 0; i < taken->n; i++) {
        struct cel_value value;

        if (!taken->items[i].depth)
            asked = taken->items[i].program == program;
        if (!asked || !taken->items[i].program)
            continue;
        toc_arena_reset(prober->scratch);
        value = cel_run(taken->items[i].program, activation, prober->scratch);
        count(&prober->covered[i], &value);
    }
}

static void on_judged(void *ctx, int64_t value) {
    (void)ctx;
    (void)value;
}

static int probe_case(struct prober *prober, const struct toc_loaded *loaded,
                      const struct toc_case *test, struct toc_arena *work) {
    const struct toc_probe probe = {on_run, on_judged, prober};
    const struct toc_case_watch watch = {.probe = &probe};
    struct toc_case_counts counts;
    int err = toc_take_apart(toc_case_compiled(loaded, test), work, &prober->taken);

    if (!err)
        err = toc_case_run(loaded, test, &watch, &counts);
    toc_taken_clear(&prober->taken);
    return err;
}

/* The same items whatever the parameters are. */
static int list_items(struct prober *prober, const struct toc_loaded *loaded,
                      struct toc_arena *keep, size_t *ret_n) {
    struct toc_taken *taken = &prober->taken;
    int err = toc_take_apart(loaded->own, keep, taken);

    *ret_n = taken->n;
    prober->covered = err ? NULL : toc_arena_array(keep, taken->n + 1, sizeof(struct toc_coverage));
    prober->stands = err ? NULL : toc_arena_array(keep, taken->n + 1, sizeof(bool));
    if (!prober->covered || !prober->stands)
        err = err ? err : -ENOMEM;
    for (size_t i = 0; !err && i < taken->n; i++) {
        prober->stands[i] = taken->items[i].program != NULL;
        prober->covered[i] = (struct toc_coverage){
            .signature = &loaded->pub,
            .where = taken->items[i].expression->where,
            .expr = taken->items[i].expression->text + taken->items[i].text.at,
            .n = taken->items[i].text.n,
            .value = taken->items[i].value,
        };
    }
    toc_taken_clear(taken);
    return err;
}

static int probe(const struct toc_loaded *loaded, struct toc_arena *keep, struct toc_arena *work,
                 struct toc_arena *scratch, toc_coverage_fn fn, void *ctx) {
    struct prober prober = {.scratch = scratch};
    size_t n = 0;
    int err = list_items(&prober, loaded, keep, &n);

    for (size_t i = 0; loaded->cases && i < loaded->pub.n_tests && !err; i++) {
        toc_arena_reset(work);
        err = probe_case(&prober, loaded, &loaded->cases[i], work);
    }
    for (size_t i = 0; i < n && !err; i++)
        if (prober.stands[i])
            fn(ctx, &prober.covered[i]);
    return err;
}

int toc_ruleset_coverage(const struct toc_ruleset *ruleset, toc_coverage_fn fn, void *ctx) {
    _cleanup_toc_arena_ struct toc_arena *keep = NULL, *work = NULL, *scratch = NULL;
    int err = toc_arena_new(TOC_MAX_SCRATCH, &keep);

    if (!err)
        err = toc_arena_new(TOC_MAX_SCRATCH, &work);
    if (!err)
        err = toc_arena_new(TOC_MAX_SCRATCH, &scratch);
    for (size_t i = 0; i < ruleset->n_signatures && !err; i++) {
        toc_arena_reset(keep);
        if (ruleset->signatures[i]->own)
            err = probe(ruleset->signatures[i], keep, work, scratch, fn, ctx);
    }
    return err;
}
