// SPDX-License-Identifier: Apache-2.0
// The conditions of rules as one set, and the index from events to the rules that look at them.
#include "detect/rule.h"

#include <errno.h>
#include <stdlib.h>

/* A condition over a list that the record does not hold as such is run on its own. */
static int fill_set(struct toc_rules *rules) {
    int err = cel_set_new(&rules->set);

    for (size_t i = 0; !err && i < rules->n; i++) {
        struct toc_rule_body *rule = &rules->items[i];

        rule->condition = TOC_NO_CONDITION;
        if (!rule->compiled->when)
            continue;
        err = cel_set_add(rules->set, rule->compiled->when, rule->compiled->list, &rule->condition);
        if (err == -ENOTSUP) {
            rule->condition = TOC_NO_CONDITION;
            err = 0;
        }
    }
    return err;
}

void toc_rules_clear(struct toc_rules *rules) {
    cel_set_free(&rules->set);
    free(rules->index);
    rules->index = NULL;
}

int toc_rules_index(struct toc_rules *rules) {
    size_t total = 0, at = 0;
    int err = fill_set(rules);

    if (err)
        return err;
    for (size_t i = 0; i < rules->n; i++)
        total += (size_t)__builtin_popcountll(rules->items[i].pub.signature->events);
    rules->index = calloc(total + 1, sizeof(*rules->index));
    if (!rules->index)
        return -ENOMEM;
    for (unsigned event = 0; event < 64; event++) {
        rules->first[event] = (uint32_t)at;
        for (size_t i = 0; i < rules->n; i++)
            if (rules->items[i].pub.signature->events >> event & 1)
                rules->index[at++] = (uint32_t)i;
    }
    rules->first[64] = (uint32_t)at;
    return 0;
}
