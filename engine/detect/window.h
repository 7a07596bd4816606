// SPDX-License-Identifier: Apache-2.0
// What one group counts in its window: events, a sum, distinct values, the least or the greatest.
#pragma once

#include "detect/state.h"

enum toc_measure_kind {
    TOC_MEASURE_COUNT,
    TOC_MEASURE_SUM,
    TOC_MEASURE_DISTINCT,
    TOC_MEASURE_MIN,
    TOC_MEASURE_MAX,
};

/* Wide enough for 2^64 numbers of 64 bits. */
__extension__ typedef __int128 toc_wide __attribute__((aligned(8)));

/* Zeroed: an empty window. Lives in a cell, which its memory is charged to. A window that slides
 * keeps every entry with its time (those of one time as one); one that is judged at its end keeps
 * totals only. When there is no more memory, its oldest entries go, and are counted. */
struct toc_window {
    toc_wide sum;
    int64_t low, high;
    uint64_t entries; /* what was added and has not expired */
    toc_block ring;   /* of struct toc_entry */
    uint32_t cap, head, n;
    toc_block oldest, youngest; /* distinct values, by the time they were last seen */
    uint32_t distinct;
};

/* Adds a number at the state's time. */
void toc_window_add(struct toc_state *state, struct toc_cell *cell, struct toc_window *window,
                    enum toc_measure_kind kind, bool slides, int64_t value);
/* Adds a value by its key; `tag` tells the windows of one cell apart. Returns where it is kept,
 * until the table's `dropped` tells that a value went; 0 when there was no memory for it. */
toc_block toc_window_add_key(struct toc_state *state, struct toc_cell *cell,
                             struct toc_window *window, uint32_t tag, const void *key, size_t n);
/* Adds a value that is there. */
void toc_window_add_again(struct toc_state *state, struct toc_window *window, toc_block value);
/* Forgets what is not younger than `until`. The time of the oldest that is left; INT64_MAX: none
 * is.
 */
int64_t toc_window_expire(struct toc_state *state, struct toc_cell *cell, struct toc_window *window,
                          enum toc_measure_kind kind, int64_t until);
/* The least or the greatest; false: of nothing. */
bool toc_window_extreme(const struct toc_state *state, const struct toc_window *window,
                        enum toc_measure_kind kind, bool slides, int64_t *ret);
/* False when there is no such value: the least of nothing. Beyond 64 bits it saturates. */
static inline bool toc_window_value(const struct toc_state *state, const struct toc_window *window,
                                    enum toc_measure_kind kind, bool slides, int64_t *ret) {
    if (kind == TOC_MEASURE_MIN || kind == TOC_MEASURE_MAX)
        return toc_window_extreme(state, window, kind, slides, ret);
    if (kind == TOC_MEASURE_DISTINCT)
        *ret = window->distinct;
    else
        *ret = window->sum > INT64_MAX   ? INT64_MAX
               : window->sum < INT64_MIN ? INT64_MIN
                                         : (int64_t)window->sum;
    return true;
}
/* Frees what it owns. */
void toc_window_clear(struct toc_state *state, struct toc_cell *cell, struct toc_window *window);
