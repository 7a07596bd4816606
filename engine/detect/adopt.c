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

static void add_evicted(struct toc_evicted *to, const struct toc_evicted *more) {
    to->groups += more->groups;
    to->values += more->values;
    to->thresholds += more->thresholds;
    to->too_large += more->too_large;
}

static void add(struct toc_rule_counts *to, const struct toc_rule_counts *more) {
    to->matched += more->matched;
    to->unobserved += more->unobserved;
    to->errors += more->errors;
    to->excepted += more->excepted;
    add_evicted(&to->evicted, &more->evicted);
}

/* Fills in which rule of `from` each of `to` goes on for: TOC_NO_RULE when there is none or when it
 * means something else now. */
static void pair(const struct toc_matcher *to, const struct toc_matcher *from, uint32_t *same_id,
                 uint32_t *from_rule) {
    uint32_t j = 0;

    for (uint32_t i = 0; i < to->rules->n; i++) {
        const struct toc_rule_body *rule = &to->rules->items[i];

        same_id[i] = from_rule[i] = TOC_NO_RULE;
        while (j < from->rules->n && order(&from->rules->items[j], rule) < 0)
            j++;
        if (j == from->rules->n || order(&from->rules->items[j], rule) != 0)
            continue;
        same_id[i] = j;
        if (rule->digest == from->rules->items[j].digest)
            from_rule[i] = j;
    }
}

/* What rules that do not go on still held is told now. */
static void drop_others(struct toc_matcher *from, const uint32_t *from_rule, size_t n) {
    for (uint32_t j = 0; j < from->rules->n; j++) {
        bool goes_on = false;

        for (size_t i = 0; i < n && !goes_on; i++)
            goes_on = from_rule[i] == j;
        if (!goes_on)
            toc_matcher_drop(from, j);
    }
}

int toc_matcher_adopt(struct toc_matcher *to, struct toc_matcher *from) {
    size_t n = to->rules->n;
    _cleanup_free_ uint32_t *from_rule = calloc(2 * n + 1, sizeof(*from_rule));
    const uint32_t *same_id = from_rule + n;

    if (!from_rule)
        return -ENOMEM;
    pair(to, from, from_rule + n, from_rule);
    drop_others(from, from_rule, n);
    toc_state_adopt(&to->state, &from->state, from_rule);
    for (size_t i = 0; i < n; i++) {
        if (same_id[i] == TOC_NO_RULE)
            continue;
        add(&to->rule_counts[i], &from->rule_counts[same_id[i]]);
    }
    memcpy(to->seen, from->seen, sizeof(*to->seen));
    memcpy(to->host_id, from->host_id, sizeof(to->host_id));
    memcpy(to->host_name, from->host_name, sizeof(to->host_name));
    to->context = from->context;
    to->counts = from->counts;
    return 0;
}
