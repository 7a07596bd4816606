// SPDX-License-Identifier: Apache-2.0
// What a matcher runs: compiled signatures as packs tuned them, by event. Immutable.
#pragma once

#include "cel/set.h"
#include "detect/compile.h"
#include "detect/detect.h"
#include "event/action.h"

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

struct toc_rule_body {
    struct toc_rule pub;
    const struct toc_compiled *compiled; /* borrowed */
    struct toc_exception *exceptions;    /* owned */
    size_t n_exceptions;
    const struct toc_setting *settings;
    const struct toc_threshold *threshold; /* the pack's, else the signature's; NULL without */
    const struct toc_action *action;       /* what the pack wants done; NULL: nothing */
    struct toc_threshold *own_threshold;   /* the pack's; owned */
    size_t pack;                           /* index in toc_rules.packs, or TOC_NO_PACK */
    uint64_t digest;                       /* of all that decides its alerts but the pack's scope */
};

/* Frees what it owns. */
void toc_rule_body_clear(struct toc_rule_body *body);

/* A rule in a group, with what every event asks of it side by side. */
struct toc_rule_place {
    const struct toc_correlation *correlation; /* NULL: it has none */
    uint64_t events;                           /* that its condition is about, a bit each */
    uint32_t rule;
    uint32_t memo;    /* of a correlation whose groups are remembered */
    uint32_t watch;   /* what tells that its group may be another; 0: nothing does */
    uint32_t amounts; /* … that what it counts may be, but for numbers of the record. 0: nothing
                       * does, or it does more about an event than to count it */
    uint8_t stages;   /* of its signature */
    bool in_set;      /* false: the set does not know the condition */
    bool scoped;      /* its pack has a scope */
};

/* The rules that look at the same events, in the order of their alerts. */
struct toc_rule_group {
    struct cel_set *set; /* their conditions, by place */
    struct toc_rule_place *places;
    size_t n, n_memos;
};

/* Rules in the order of their alerts. Owns only the groups. */
struct toc_rules {
    const struct toc_rule_body *items;
    size_t n;
    const struct toc_pack_rules *packs;
    size_t n_packs;
    struct toc_rule_group groups[64];
    size_t n_groups;
    uint8_t group_of[64]; /* by event */
};

/* Makes the groups. -ENOMEM; toc_rules_clear frees what there is in either case. */
int toc_rules_index(struct toc_rules *rules);
void toc_rules_clear(struct toc_rules *rules);

/* A matcher over rules that belong to no ruleset. They outlive it. */
struct toc_matcher;
int toc_matcher_over(const struct toc_rules *rules, toc_alert_fn fn, void *ctx,
                     struct toc_matcher **ret);
