// SPDX-License-Identifier: Apache-2.0
// Within the reasons: what is known of a test, and what no expression of its signature tells.
#pragma once

#include "base/buf.h"
#include "detect/taken.h"

#define TOC_REASON_LINES 12

/* Of one expression over the whole test. */
struct toc_tally {
    unsigned n_run, n_true;
};

struct toc_explainer {
    const struct toc_compiled *compiled;
    struct toc_arena *work, *scratch;
    struct toc_taken taken;
    struct toc_tally tallies[TOC_MAX_EXPRESSIONS]; /* of the first run */
    unsigned n_run[TOC_MAX_EXPRESSIONS];           /* of the second */
    bool missing, counted;
    int64_t most; /* that was held against bounds */
    struct toc_buf *out;
    unsigned lines;
};

/* Events that the signature does not look at. */
void toc_reason_unseen(struct toc_explainer *explainer, const struct toc_case *test);
/* Steps that nothing filled, groups that ended, how far a count came. */
void toc_reason_correlation(struct toc_explainer *explainer);
/* No part was false: what kept the alert from coming is elsewhere. */
void toc_reason_held(struct toc_explainer *explainer);
