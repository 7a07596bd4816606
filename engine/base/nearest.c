// SPDX-License-Identifier: Apache-2.0
// Did you mean: the candidate that takes the fewest slips of the keyboard to reach.
#include "base/text.h"

#include <string.h>

/* Longer words are no names of ours, and the table stays on the stack. */
#define MAX_WORD 64

static size_t min(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that turn a into b. */
static size_t distance(const char *a, size_t a_n, const char *b, size_t b_n) {
    size_t rows[3][MAX_WORD + 1];

    for (size_t j = 0; j <= b_n; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_n; i++) {
        size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *before2 = rows[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= b_n; j++) {
            size_t best = before[j - 1] + (a[i - 1] != b[j - 1]);

            best = min(best, min(before[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = min(best, before2[j - 2] + 1);
            now[j] = best;
        }
    }
    return rows[a_n % 3][b_n];
}

const char *toc_nearest(const char *word, size_t n, const char *const *candidates, size_t count) {
    size_t best_distance = n / 3 + 1;
    const char *best = NULL;

    if (n > MAX_WORD)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t candidate_n = strlen(candidates[i]), d;

        if (candidate_n > MAX_WORD)
            continue;
        d = distance(word, n, candidates[i], candidate_n);
        if (d < best_distance) {
            best_distance = d;
            best = candidates[i];
        }
    }
    return best;
}
