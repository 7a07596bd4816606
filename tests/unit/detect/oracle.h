// SPDX-License-Identifier: Apache-2.0
// What should come of a stream, worked out the slow way: from the whole history at every event,
// without windows, evictions or hashes.
#pragma once

#include "stream.h"

/* How a window of counts, sums or distinct values is judged. */
struct oracle_count {
    char what;   /* 'c' events, 's' the sum, 'd' distinct values */
    bool at_end; /* judged when the window closes, by value == bound; else value >= bound */
    int bound;
    bool until; /* a close ends the group */
};

/* Steps that fill when the value fits: step i takes values v with v % n == i, and if `loose` all.
 */
struct oracle_steps {
    int n;
    bool loose, ordered;
};

struct oracle_threshold {
    char type; /* 'l'imit, 't'hreshold, 'b'oth, bac'k'off */
    int count;
};

/* Each writes alerts as stream_log does. Windows last `span` ms. */
void oracle_counts(const struct stream_event *events, size_t n, const struct oracle_count *count,
                   int64_t span, struct toc_buf *log);
void oracle_steps(const struct stream_event *events, size_t n, const struct oracle_steps *steps,
                  int64_t span, struct toc_buf *log);
void oracle_thresholds(const struct stream_event *events, size_t n,
                       const struct oracle_threshold *threshold, int64_t span, struct toc_buf *log);
