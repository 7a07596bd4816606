// SPDX-License-Identifier: Apache-2.0
// Decides calls as they begin: which rules with an action match what is known by then.
#include "detect/enforcer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/demand.h"
#include "detect/matcher.h"
#include "detect/ruleset.h"

struct toc_enforcer {
    struct toc_matcher *matcher; /* its own: nothing it counts is told */
    uint32_t rules[TOC_MAX_ACTIONS];
    size_t n;
    uint64_t events, freezes, payloads;
    const struct toc_action *kernel[TOC_WIRE_DENY_RULES];
    size_t n_kernel;
};

/* Who looks on has each condition run by itself, and each of its results counted. */
static void no_run(void *ctx, const struct cel_program *program,
                   const struct cel_activation *activation, uint32_t element) {
    (void)ctx;
    (void)program;
    (void)activation;
    (void)element;
}

static const struct toc_probe probe = {.run = no_run};

static void no_alert(void *ctx, const struct toc_alert *alert) {
    (void)ctx;
    (void)alert;
}

static int add(struct toc_enforcer *e, const struct toc_ruleset *ruleset, uint32_t rule) {
    const struct toc_rule_body *body = &ruleset->bodies[rule];
    struct toc_rule_demand looks_at;

    if (e->n == TOC_MAX_ACTIONS)
        return -E2BIG;
    e->rules[e->n++] = rule;
    e->events |= body->pub.signature->events;
    if (body->action->freeze)
        e->freezes |= body->pub.signature->events;
    toc_demand_rule(ruleset, rule, &looks_at);
    e->payloads |= looks_at.demand.payload_enter;
    return 0;
}

static int add_kernel(struct toc_enforcer *e, const struct toc_action *action) {
    if (e->n_kernel == TOC_WIRE_DENY_RULES)
        return -E2BIG;
    e->kernel[e->n_kernel++] = action;
    return 0;
}

int toc_enforcer_new(const struct toc_ruleset *ruleset, struct toc_enforcer **ret) {
    struct toc_enforcer *e = calloc(1, sizeof(*e));
    int err = e ? toc_matcher_new(ruleset, no_alert, NULL, &e->matcher) : -ENOMEM;

    if (!err)
        e->matcher->probe = &probe;
    for (size_t i = 0; i < ruleset->n_bodies && !err; i++) {
        const struct toc_rule_body *body = &ruleset->bodies[i];

        if (!body->action)
            continue;
        err = body->action->kernel ? add_kernel(e, body->action) : add(e, ruleset, (uint32_t)i);
    }
    if (err) {
        toc_enforcer_free(&e);
        return err;
    }
    *ret = e;
    return 0;
}

void toc_enforcer_free(struct toc_enforcer **enforcer) {
    if (!*enforcer)
        return;
    toc_matcher_free(&(*enforcer)->matcher);
    free(*enforcer);
    *enforcer = NULL;
}

uint64_t toc_enforcer_events(const struct toc_enforcer *enforcer) {
    return enforcer->events;
}

uint64_t toc_enforcer_freezes(const struct toc_enforcer *enforcer) {
    return enforcer->freezes;
}

uint64_t toc_enforcer_payloads(const struct toc_enforcer *enforcer) {
    return enforcer->payloads;
}

size_t toc_enforcer_kernel(const struct toc_enforcer *enforcer,
                           const struct toc_action *ret[TOC_WIRE_DENY_RULES]) {
    memcpy(ret, enforcer->kernel, sizeof(enforcer->kernel));
    return enforcer->n_kernel;
}

const struct toc_action *toc_enforcer_first(const struct toc_enforcer *enforcer) {
    return enforcer->n ? enforcer->matcher->rules->items[enforcer->rules[0]].action : NULL;
}

size_t toc_enforcer_decide(void *ctx, const struct toc_event *event,
                           struct toc_asked ret[TOC_MAX_ACTIONS]) {
    struct toc_enforcer *e = ctx;
    struct toc_matcher *matcher = e->matcher;
    size_t n = 0;

    toc_matcher_turn(matcher);
    for (size_t i = 0; i < e->n; i++) {
        const struct toc_rule_body *rule = &matcher->rules->items[e->rules[i]];
        struct toc_rule_counts *counts = &matcher->rule_counts[e->rules[i]];
        enum toc_verdict verdict;
        bool unsure;

        if (!(rule->pub.signature->events >> event->variant & 1) ||
            !toc_matcher_in_scope(matcher, rule->pack, event))
            continue;
        *counts = (struct toc_rule_counts){0};
        verdict = toc_match_rule(matcher, e->rules[i], event);
        // A match is one however many elements could not be judged.
        unsure = counts->unobserved || counts->errors || counts->no_field;
        if (verdict == TOC_MATCH || (verdict == TOC_NO_MATCH && unsure))
            ret[n++] = (struct toc_asked){rule->action, .unsure = verdict != TOC_MATCH};
        else if (rule->action->freeze)
            ret[n++] = (struct toc_asked){rule->action, .idle = true};
    }
    return n;
}
