// SPDX-License-Identifier: Apache-2.0
// Sorting in place, where qsort would take memory from the heap.
#pragma once

#include <stddef.h>

/* A heap sort: n log n whatever the order; items that compare equal may change places. */
void toc_sort(void *items, size_t n, size_t size, int (*compare)(const void *a, const void *b));
