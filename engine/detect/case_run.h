// SPDX-License-Identifier: Apache-2.0
// Runs one test of a signature over its events.
#pragma once

#include "detect/matcher.h"
#include "detect/signature.h"

/* Who looks on. */
struct toc_case_watch {
    toc_alert_fn alert;            /* NULL: nobody counts them */
    void *ctx;                     /* of alert */
    const struct toc_probe *probe; /* NULL: nobody */
};

/* What is counted once the test has run. */
struct toc_case_counts {
    uint64_t unobserved, held_back;
};

/* The programs that a test runs: the signature's, or those under its own parameters. */
static inline const struct toc_compiled *toc_case_compiled(const struct toc_loaded *loaded,
                                                           const struct toc_case *test) {
    return test->with ? test->with : loaded->own;
}

/* 0 or -ENOMEM. */
int toc_case_run(const struct toc_loaded *loaded, const struct toc_case *test,
                 const struct toc_case_watch *watch, struct toc_case_counts *ret);
