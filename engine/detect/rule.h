// SPDX-License-Identifier: Apache-2.0
// What a matcher runs: compiled signatures as packs tuned them, by event. Immutable.
#pragma once

#include "cel/set.h"
#include "detect/compile.h"
#include "detect/detect.h"

/* An exception of a pack: where `when` holds, the alert is dropped. */
struct toc_exception {
    struct cel_program *when;
    int64_t until; /* ns: it applies to events before; INT64_MAX: for ever */
};

/* A pack at run time. */
struct toc_pack_rules {
    const char *name;
    bool has_scope;
    struct cel_program *scope[64]; /* by event id; NULL: every such event is in scope */
    uint64_t digest;
};

#define TOC_NO_PACK SIZE_MAX

#define TOC_NO_CONDITION UINT32_MAX

struct toc_rule_body {
    struct toc_rule pub;
    const struct toc_compiled *compiled; /* borrowed */
    struct toc_exception *exceptions;    /* owned by the ruleset */
    size_t n_exceptions;
    const struct toc_setting *settings;
    const struct toc_threshold *threshold; /* the pack's, else the signature's; NULL without */
    struct toc_threshold *own_threshold;   /* the pack's; owned by the ruleset */
    uint32_t condition; /* of `when`, over `each`, in toc_rules.set; TOC_NO_CONDITION without */
    size_t pack;        /* index in toc_rules.packs, or TOC_NO_PACK */
    uint64_t digest;    /* of all that decides its alerts but the pack's scope */
};

/* Rules in the order of their alerts. Owns only the set and the index. */
struct toc_rules {
    struct toc_rule_body *items;
    size_t n;
    const struct toc_pack_rules *packs;
    size_t n_packs;
    struct cel_set *set;    /* the conditions of all of them */
    uint32_t *index;        /* rule numbers, event after event */
    uint32_t first[64 + 1]; /* where each event's begin in it */
};

/* Makes the set and the index. -ENOMEM. */
int toc_rules_index(struct toc_rules *rules);
void toc_rules_clear(struct toc_rules *rules);

/* A matcher over rules that belong to no ruleset. They outlive it. */
struct toc_matcher;
int toc_matcher_over(const struct toc_rules *rules, toc_alert_fn fn, void *ctx,
                     struct toc_matcher **ret);
