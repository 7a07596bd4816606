// SPDX-License-Identifier: Apache-2.0
// `threshold`: how many of the alerts of a signature are written, and what is told of the others.
#pragma once

#include "detect/group.h"
#include "detect/yaml.h"

enum toc_threshold_type {
    TOC_THRESHOLD_LIMIT,   /* at most `count` in each window */
    TOC_THRESHOLD_EVERY,   /* `threshold`: each count-th of a window */
    TOC_THRESHOLD_BOTH,    /* once a window, at the count-th */
    TOC_THRESHOLD_BACKOFF, /* at count, count * multiplier, … */
};

struct toc_threshold {
    enum toc_threshold_type type;
    struct toc_group_by track;
    uint64_t count, multiplier;
    int64_t timespan; /* 0 for backoff */
};

/* Reads and compiles the map under `threshold`; the scope outlives the result. *ret is NULL when
 * errors were added. 0 or -ENOMEM. */
int toc_threshold_compile(const struct toc_yaml *doc, const struct toc_node *map,
                          const struct cel_scope *scope, struct toc_arena *arena,
                          struct toc_threshold **ret);
void toc_threshold_free(struct toc_threshold **threshold);
