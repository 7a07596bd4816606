// SPDX-License-Identifier: Apache-2.0
// From events to the rules that look at them: groups of events with the same rules, whose
// conditions are one set.
#include "detect/rule.h"

#include <errno.h>
#include <stdlib.h>

#include "detect/group_memo.h"

static bool looks_at(const struct toc_rule_body *rule, unsigned event) {
    return rule->pub.signature->events >> event & 1;
}

/* What remembers may have to act where its condition is false: groups end, steps are filled. */
static bool may_be_skipped(const struct toc_rule_body *rule) {
    const struct toc_correlation *correlation = rule->compiled->correlation;

    if (rule->pub.signature->stages & 1u << TOC_stage_pending)
        return false;
    return !correlation || (!correlation->has_until && !toc_is_temporal(correlation->type));
}

/* A condition over a list that the event does not hold as such is run on its own. */
static int add_condition(struct toc_rule_group *group, const struct toc_rule_body *rule,
                         bool *ret_in_set) {
    int err = -ENOTSUP;

    if (rule->compiled->when && may_be_skipped(rule))
        err = cel_set_add(group->set, rule->compiled->when, rule->compiled->list);
    *ret_in_set = !err;
    return err == -ENOTSUP ? cel_set_add_unknown(group->set) : err;
}

static int add_rule(const struct toc_rules *rules, uint32_t number, struct toc_rule_group *group) {
    const struct toc_rule_body *rule = &rules->items[number];
    struct toc_rule_place *place = &group->places[group->n++];

    *place = (struct toc_rule_place){.correlation = rule->compiled->correlation,
                                     .events = rule->compiled->scope.root_variants,
                                     .rule = number,
                                     .stages = rule->pub.signature->stages,
                                     .scoped = rule->pack != TOC_NO_PACK &&
                                               rules->packs[rule->pack].has_scope};
    return add_condition(group, rule, &place->in_set);
}

static int fill(const struct toc_rules *rules, unsigned event, struct toc_rule_group *group) {
    int err = cel_set_new(&group->set);

    group->places = calloc(rules->n + 1, sizeof(*group->places));
    if (!group->places)
        return -ENOMEM;
    for (size_t i = 0; !err && i < rules->n; i++)
        if (looks_at(&rules->items[i], event))
            err = add_rule(rules, (uint32_t)i, group);
    for (size_t i = 0; !err && i < group->n; i++)
        err = toc_memo_watch(group, &rules->items[group->places[i].rule], &group->places[i]);
    return err ? err : cel_set_seal(group->set);
}

static bool same_rules(const struct toc_rules *rules, unsigned a, unsigned b) {
    for (size_t i = 0; i < rules->n; i++)
        if (looks_at(&rules->items[i], a) != looks_at(&rules->items[i], b))
            return false;
    return true;
}

int toc_rules_index(struct toc_rules *rules) {
    for (unsigned event = 0; event < 64; event++) {
        unsigned other = 0;
        int err;

        while (other < event && !same_rules(rules, other, event))
            other++;
        if (other < event) {
            rules->group_of[event] = rules->group_of[other];
            continue;
        }
        rules->group_of[event] = (uint8_t)rules->n_groups++;
        err = fill(rules, event, &rules->groups[rules->group_of[event]]);
        if (err)
            return err;
    }
    return 0;
}

void toc_rule_body_clear(struct toc_rule_body *body) {
    for (size_t i = 0; i < body->n_exceptions; i++)
        cel_program_free(&body->exceptions[i].when);
    free(body->exceptions);
    toc_threshold_free(&body->own_threshold);
}

void toc_rules_clear(struct toc_rules *rules) {
    for (size_t i = 0; i < rules->n_groups; i++) {
        cel_set_free(&rules->groups[i].set);
        free(rules->groups[i].places);
    }
    rules->n_groups = 0;
}
