// SPDX-License-Identifier: Apache-2.0
// A translation under way.
#pragma once

#include "event/builder.h"
#include "event/recording_translate.h"
#include "event/recording_translate_plan.h"
#include "event/recording_translated.h"

struct toc_translator {
    struct toc_plans plans;
    struct toc_builder *builder;
    struct toc_translated
        *slots[TOC_CHANGE_SLOTS]; /* owned; NULL until there is something to keep */
    struct toc_changes changes;   /* of ours, given last */
    uint32_t words[TOC_TRANSLATED_TOLD];
    /* Of the record at hand. */
    const char *data;
    uint32_t n;
    bool bad;
    uint64_t unknown;
    struct toc_translated *kept; /* to keep it in, or NULL */
    /* The view copied last, which the next one may be: of theirs, of ours, what it lacks. */
    uint32_t view, our_view;
    const struct toc_plan *view_plan;
    uint64_t view_unknown;
};

/* Copies what an object of theirs, at `from`, and those below it hold to ours, at `to`. Sets `bad`
 * where the record is not well formed, and counts `unknown`. */
void toc_copy_object(struct toc_translator *t, const struct toc_plan *plan, const char *from,
                     char *to);
