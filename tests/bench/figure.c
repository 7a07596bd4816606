// SPDX-License-Identifier: Apache-2.0
// Figures as lines of JSON, and their median.
#include "figure.h"

#include <stdio.h>

static void print_values(const char *key, const double *values, size_t n) {
    printf(",\"%s\":[", key);
    for (size_t i = 0; i < n; i++)
        printf("%s%.3f", i ? "," : "", values[i]);
    putchar(']');
}

void toc_figure_print(const struct toc_figure *figure) {
    printf("{\"figure\":\"%s\"", figure->name);
    print_values("values", figure->values, figure->n);
    if (figure->base) {
        print_values("base", figure->base, figure->n);
        printf(",\"base_is\":\"%s\"", figure->base_is);
    }
    if (figure->note)
        printf(",\"note\":\"%s\"", figure->note);
    puts("}");
    fflush(stdout);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double toc_median(double *values, size_t n) {
    qsort(values, n, sizeof(*values), by_size);
    return values[n / 2];
}
