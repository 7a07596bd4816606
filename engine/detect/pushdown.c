// SPDX-License-Identifier: Apache-2.0
// From rules to tables: what each needs of a call, and what all need together.
#include "detect/pushdown.h"

#include <errno.h>
#include <string.h>

#include "detect/ruleset.h"
#include "event/catalogue.h"

/* Arguments by their own names: each is a slot by another. An expression names only what all of its
 * events have. */
#define ARGUMENTS                                                                                  \
    ARGUMENT("args.vlen", NUMBER, REQUESTED)                                                       \
    ARGUMENT("args.flags", NUMBER, FLAGS)                                                          \
    ARGUMENT("args.sockfd", NUMBER, FD)                                                            \
    ARGUMENT("args.fd", NUMBER, FD)                                                                \
    ARGUMENT("ptr_space(args.msgvec)", SET, VEC_SPACE)                                             \
    ARGUMENT("ptr_space(args.mmsg)", SET, VEC_SPACE)                                               \
    ARGUMENT("ptr_space(args.msg)", SET, VEC_SPACE)                                                \
    ARGUMENT("ptr_space(args.timeout)", SET, TIMEOUT_SPACE)

static const struct cel_over_value values[] = {
#define SLOT(name, path, form, stage, names) {path, CEL_OVER_##form},
#include "event/filter_slots.def"
#define ARGUMENT(path, form, slot) {path, CEL_OVER_##form},
    ARGUMENTS
#undef ARGUMENT
};

static const uint16_t slot_of_argument[] = {
#define ARGUMENT(path, form, slot) TOC_FILTER_##slot,
    ARGUMENTS
#undef ARGUMENT
};

_Static_assert(TOC_FILTER_SLOTS < TOC_FILTER_ROOM, "a bit for each, and a number for none");

uint64_t toc_pushdown_events(void) {
    uint64_t events = 0;

    for (uint16_t id = 0; id < 64; id++) {
        const struct toc_event_info *info = toc_event_info(id);

        if (info && info->groups & (GROUP_SEND | GROUP_RECV) &&
            !(info->groups & (GROUP_URING | GROUP_OWN)))
            events |= UINT64_C(1) << id;
    }
    return events;
}

struct rule {
    const struct toc_rule_body *body;
    unsigned event;
    struct toc_need
        *need; /* whose words are those of the last expression that asked for anything */
};

static const struct cel_over anything = {.anything = true};

static uint16_t to_slot(uint16_t value) {
    return value < TOC_FILTER_SLOTS || value == CEL_OVER_NO_VALUE
               ? value
               : slot_of_argument[value - TOC_FILTER_SLOTS];
}

static void to_slots(struct cel_over *over) {
    for (size_t i = 0; i < over->n; i++) {
        for (size_t k = 0; k < over->terms[i].n; k++) {
            struct cel_over_atom *atom = &over->terms[i].atoms[k];

            atom->value = to_slot(atom->value);
            atom->less = to_slot(atom->less);
        }
    }
}

/* Of one of the signature's expressions, over the events it is run over. */
static int expression(const struct rule *rule, size_t i, struct cel_over *ret) {
    const struct toc_signature *signature = rule->body->pub.signature;
    const struct toc_expression *e = &signature->expressions[i];
    const struct toc_part part = toc_compiled_part(rule->body->compiled, i);
    const struct cel_source source = {.text = e->text, .n = strlen(e->text)};
    const struct cel_over_options options = {
        .values = values,
        .n_values = sizeof(values) / sizeof(values[0]),
        .each = signature->each_list,
    };
    int err = cel_over(&source, part.scope, &options, ret);

    if (err == -ENOMEM)
        return err;
    if (err)
        *ret = anything;
    to_slots(ret);
    if (!ret->anything)
        return 0;
    rule->need->where = e->where;
    rule->need->text = err ? e->text : e->text + ret->why_at;
    rule->need->n = err ? source.n : ret->why_n;
    return 0;
}

static const struct toc_expression *is_at(const struct rule *rule, size_t i, uint8_t kind) {
    const struct toc_expression *e = &rule->body->pub.signature->expressions[i];

    return e->kind == kind && e->events >> rule->event & 1 ? e : NULL;
}

/* The expressions of that kind joined by or; anything when there is none. */
static int any_of_kind(const struct rule *rule, uint8_t kind, uint8_t index, struct cel_over *ret) {
    bool found = false;

    *ret = (struct cel_over){0};
    for (size_t i = 0; i < rule->body->pub.signature->n_expressions; i++) {
        const struct toc_expression *e = is_at(rule, i, kind);
        struct cel_over one;
        int err;

        if (!e || e->index != index)
            continue;
        err = expression(rule, i, &one);
        if (err)
            return err;
        cel_over_or(ret, &one);
        found = true;
    }
    if (!found)
        *ret = anything;
    return 0;
}

/* What fills a step or adds to a quantity. */
static int clauses(const struct rule *rule, const struct toc_correlation *correlation,
                   struct cel_over *ret) {
    *ret = (struct cel_over){0};
    for (size_t i = 0; i < correlation->n_clauses; i++) {
        struct cel_over one;
        int err;

        if (!(correlation->clauses[i].events >> rule->event & 1))
            continue;
        err = any_of_kind(rule, TOC_EXPR_CLAUSE_WHEN, (uint8_t)i, &one);
        if (err)
            return err;
        cel_over_or(ret, &one);
    }
    return 0;
}

/* What a correlation counts, and what ends its groups. */
static int correlated(const struct rule *rule, const struct toc_correlation *correlation,
                      struct cel_over *over) {
    struct cel_over other;
    int err = 0;

    if (!(rule->body->compiled->scope.root_variants >> rule->event & 1))
        *over = (struct cel_over){0};
    if (correlation->type >= TOC_TEMPORAL) {
        err = clauses(rule, correlation, &other);
        if (err)
            return err;
        cel_over_and(over, &other);
    }
    if (!correlation->has_until || !(correlation->until.events >> rule->event & 1))
        return 0;
    err = any_of_kind(rule, TOC_EXPR_UNTIL, 0, &other);
    if (!err)
        cel_over_or(over, &other);
    return err;
}

/* A scope that cannot be judged holds. */
static int scoped(const struct toc_pack_rules *pack, const struct rule *rule,
                  struct cel_over *over) {
    const struct toc_setting *setting = rule->body->settings;
    const struct cel_over_options options = {
        .values = values, .n_values = sizeof(values) / sizeof(values[0]), .or_fails = true};
    struct cel_source source;
    struct cel_scope scope;
    struct cel_over within;
    int err;

    while (setting && strcmp(setting->name, "scope") != 0)
        setting = setting->next;
    if (!setting || !pack->scope[rule->event])
        return 0;
    source = (struct cel_source){.text = setting->value, .n = strlen(setting->value)};
    toc_scope_init(&scope, UINT64_C(1) << rule->event);
    err = cel_over(&source, &scope, &options, &within);
    if (err)
        return err == -ENOMEM ? err : 0;
    to_slots(&within);
    cel_over_and(over, &within);
    return 0;
}

int toc_pushdown_rule(const struct toc_ruleset *ruleset, size_t number, unsigned event,
                      struct toc_need *ret) {
    const struct toc_rule_body *body = &ruleset->bodies[number];
    const struct toc_signature *signature = body->pub.signature;
    const struct rule rule = {body, event, ret};
    int err;

    *ret = (struct toc_need){.where = "when", .text = "every event", .n = 11};
    // What is not filtered: calls that have not returned, and returns without a beginning.
    if (!(signature->events >> event & 1) || !(signature->stages & 1u << TOC_stage_call))
        return 0;
    err = any_of_kind(&rule, TOC_EXPR_WHEN, 0, &ret->over);
    if (!err && body->compiled->correlation)
        err = correlated(&rule, body->compiled->correlation, &ret->over);
    if (!err && body->pack != TOC_NO_PACK && ruleset->packs[body->pack].has_scope)
        err = scoped(&ruleset->packs[body->pack], &rule, &ret->over);
    return err;
}

int toc_pushdown_event(const struct toc_ruleset *ruleset, unsigned event,
                       struct toc_filter_table *ret) {
    struct cel_over all = {0};

    *ret = (struct toc_filter_table){0};
    if (!(toc_pushdown_events() >> event & 1))
        return 0;
    for (size_t i = 0; i < ruleset->n_bodies && !all.anything; i++) {
        struct toc_need need;
        int err = toc_pushdown_rule(ruleset, i, event, &need);

        if (err)
            return err;
        cel_over_or(&all, &need.over);
    }
    toc_pushdown_table(&all, ret);
    return 0;
}
