// SPDX-License-Identifier: Apache-2.0
// The heap sort.
#include "base/sort.h"

static void swap(char *a, char *b, size_t size) {
    for (size_t i = 0; i < size; i++) {
        char c = a[i];

        a[i] = b[i];
        b[i] = c;
    }
}

/* Lets the item at `at` sink to where none below it comes after it. */
static void sink(char *items, size_t at, size_t n, size_t size,
                 int (*compare)(const void *, const void *)) {
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && compare(items + child * size, items + (child + 1) * size) < 0)
            child++;
        if (compare(items + at * size, items + child * size) >= 0)
            return;
        swap(items + at * size, items + child * size, size);
    }
}

void toc_sort(void *items, size_t n, size_t size, int (*compare)(const void *a, const void *b)) {
    for (size_t i = n / 2; i-- > 0;)
        sink(items, i, n, size, compare);
    for (size_t last = n; last-- > 1;) {
        swap(items, (char *)items + last * size, size);
        sink(items, 0, last, size, compare);
    }
}
