// SPDX-License-Identifier: Apache-2.0
// Diagnostics in the order of their places, each told once.
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

static int by_place(const void *a, const void *b) {
    const struct toc_diag *x = a, *y = b;
    int order = strcmp(x->file ? x->file : "", y->file ? y->file : "");

    if (order)
        return order;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->col != y->col)
        return x->col < y->col ? -1 : 1;
    return strcmp(x->message, y->message);
}

static void forget(struct toc_diags *diags, struct toc_diag *diag) {
    if (diag->severity == TOC_ERROR)
        diags->n_errors--;
    else
        diags->n_warnings--;
    free(diag->file);
    free(diag->message);
    free(diag->hint);
    free(diag->source_line);
}

void toc_diags_sort(struct toc_diags *diags, size_t first) {
    size_t kept = first;

    if (diags->n - first < 2)
        return;
    qsort(diags->items + first, diags->n - first, sizeof(*diags->items), by_place);
    for (size_t i = first; i < diags->n; i++) {
        if (kept > first && !by_place(&diags->items[kept - 1], &diags->items[i]))
            forget(diags, &diags->items[i]);
        else
            diags->items[kept++] = diags->items[i];
    }
    diags->n = kept;
}
