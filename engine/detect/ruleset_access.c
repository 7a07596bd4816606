// SPDX-License-Identifier: Apache-2.0
// A ruleset from outside: what it holds, and its end.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "detect/ruleset.h"

struct toc_loaded *toc_ruleset_find(const struct toc_ruleset *ruleset, const char *id) {
    size_t low = 0, high = ruleset->n_signatures;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(ruleset->signatures[middle]->pub.id, id);

        if (order == 0)
            return ruleset->signatures[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

int toc_ruleset_keep(struct toc_ruleset *ruleset, struct toc_compiled *compiled) {
    if (ruleset->n_tuned == ruleset->cap_tuned) {
        size_t cap = ruleset->cap_tuned ? 2 * ruleset->cap_tuned : 16;
        struct toc_compiled **tuned = realloc(ruleset->tuned, cap * sizeof(*tuned));

        if (!tuned) {
            toc_compiled_free(&compiled);
            return -ENOMEM;
        }
        ruleset->tuned = tuned;
        ruleset->cap_tuned = cap;
    }
    ruleset->tuned[ruleset->n_tuned++] = compiled;
    return 0;
}

size_t toc_ruleset_n_signatures(const struct toc_ruleset *ruleset) {
    return ruleset->n_signatures;
}

const struct toc_signature *toc_ruleset_signature(const struct toc_ruleset *ruleset, size_t i) {
    return &ruleset->signatures[i]->pub;
}

size_t toc_ruleset_n_rules(const struct toc_ruleset *ruleset) {
    return ruleset->n_bodies;
}

const struct toc_rule *toc_ruleset_rule(const struct toc_ruleset *ruleset, size_t i) {
    return &ruleset->bodies[i].pub;
}

const struct toc_setting *toc_ruleset_settings(const struct toc_ruleset *ruleset, size_t rule) {
    return ruleset->bodies[rule].settings;
}

uint64_t toc_ruleset_events(const struct toc_ruleset *ruleset) {
    return ruleset->events;
}

uint64_t toc_ruleset_digest(const struct toc_ruleset *ruleset) {
    return ruleset->digest;
}

int toc_matcher_new(const struct toc_ruleset *ruleset, toc_alert_fn fn, void *ctx,
                    struct toc_matcher **ret) {
    return toc_matcher_over(&ruleset->rules, fn, ctx, ret);
}

void toc_ruleset_free(struct toc_ruleset **ret) {
    struct toc_ruleset *ruleset = ret ? *ret : NULL;

    if (!ruleset)
        return;
    for (size_t i = 0; i < ruleset->n_bodies; i++)
        toc_rule_body_clear(&ruleset->bodies[i]);
    for (size_t i = 0; i < ruleset->n_packs; i++)
        for (unsigned event = 0; event < 64; event++)
            cel_program_free(&ruleset->packs[i].scope[event]);
    for (size_t i = 0; i < ruleset->n_tuned; i++)
        toc_compiled_free(&ruleset->tuned[i]);
    for (size_t i = 0; i < ruleset->n_signatures; i++)
        toc_loaded_free(&ruleset->signatures[i]);
    toc_rules_clear(&ruleset->rules);
    free(ruleset->bodies);
    free(ruleset->packs);
    free(ruleset->tuned);
    free(ruleset->signatures);
    toc_arena_free(&ruleset->arena);
    free(ruleset);
    *ret = NULL;
}
