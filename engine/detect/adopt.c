// SPDX-License-Identifier: Apache-2.0
// One matcher goes on where another stopped: a reload between two events.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/matcher.h"

/* By id, then pack, as rules are sorted. */
static int order(const struct toc_rule_body *a, const struct toc_rule_body *b) {
    int by_id = strcmp(a->pub.signature->id, b->pub.signature->id);

    return by_id ? by_id : strcmp(a->pub.pack, b->pub.pack);
}

static void add(struct toc_rule_counts *to, const struct toc_rule_counts *more) {
    to->matched += more->matched;
    to->unobserved += more->unobserved;
    to->errors += more->errors;
    to->excepted += more->excepted;
}

/* Fills in which rule of `from` each of `to` goes on for:
 * TOC_NO_RULE when there is none or when it means something else now. */
static void pair(struct toc_matcher *to, const struct toc_matcher *from, uint32_t *from_rule) {
    uint32_t j = 0;

    for (uint32_t i = 0; i < to->rules->n; i++) {
        const struct toc_rule_body *rule = &to->rules->items[i];

        from_rule[i] = TOC_NO_RULE;
        while (j < from->rules->n && order(&from->rules->items[j], rule) < 0)
            j++;
        if (j == from->rules->n || order(&from->rules->items[j], rule) != 0)
            continue;
        add(&to->rule_counts[i], &from->rule_counts[j]);
        if (rule->digest == from->rules->items[j].digest)
            from_rule[i] = j;
    }
}

int toc_matcher_adopt(struct toc_matcher *to, struct toc_matcher *from) {
    _cleanup_free_ uint32_t *from_rule = calloc(to->rules->n + 1, sizeof(*from_rule));
    struct toc_matcher_counts *counts = &to->counts;

    if (!from_rule)
        return -ENOMEM;
    pair(to, from, from_rule);
    memcpy(to->seen, from->seen, sizeof(*to->seen));
    memcpy(to->host_id, from->host_id, sizeof(to->host_id));
    memcpy(to->host_name, from->host_name, sizeof(to->host_name));
    to->context = from->context;
    // What rules that are gone still held is told now.
    toc_matcher_end(from);
    *counts = from->counts;
    return 0;
}
