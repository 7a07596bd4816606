// SPDX-License-Identifier: Apache-2.0
// How a benchmark tells its figures: a line of JSON each, which bench.py puts into its table.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

/* True: the smallest run that goes through everything is asked for, not a measurement. */
static inline bool toc_bench_smoke(void) {
    return getenv("TOC_BENCH_SMOKE") != NULL;
}

/* In an emulated machine, which has one processor, of this thread alone. */
static inline double toc_bench_now_ns(void) {
    static int clock = -1;
    struct timespec t;

    if (clock < 0)
        clock = getenv("TOC_HASTE") ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

struct toc_figure {
    const char *name;            /* of a row of targets.py */
    const double *values, *base; /* of each round; base NULL: there is none */
    size_t n;
    const char *base_is; /* what the baseline is; NULL with base */
    const char *note;    /* more to know, or NULL */
};

void toc_figure_print(const struct toc_figure *figure);

/* Sorts them. n is at least 1. */
double toc_median(double *values, size_t n);
