// SPDX-License-Identifier: Apache-2.0
// The index from events to the rules that look at them.
#include "detect/rule.h"

#include <errno.h>
#include <stdlib.h>

int toc_rules_index(struct toc_rules *rules) {
    size_t total = 0, at = 0;

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
