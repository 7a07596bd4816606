// SPDX-License-Identifier: Apache-2.0
// Signatures and packs become a ruleset; a matcher runs it over events and gives alerts.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "event/record.h"

/* Sigma's levels, in order. */
enum toc_level {
    TOC_LEVEL_INFORMATIONAL,
    TOC_LEVEL_LOW,
    TOC_LEVEL_MEDIUM,
    TOC_LEVEL_HIGH,
    TOC_LEVEL_CRITICAL,
};
const char *toc_level_name(enum toc_level level);
extern const char *const toc_level_names[5];

/* ---- Rulesets ---- */

/* Where an expression of a signature stands. */
enum toc_expression_kind {
    TOC_EXPR_EACH,
    TOC_EXPR_WHEN,
    TOC_EXPR_CLAUSE_WHEN,  /* of a step or a quantity */
    TOC_EXPR_CLAUSE_FIELD, /* what is counted, added up … */
    TOC_EXPR_UNTIL,
    TOC_EXPR_CONDITION, /* of an aggregate, over its quantities */
    TOC_EXPR_GROUP_BY,
    TOC_EXPR_TRACK,
};

/* One expression of a signature. */
struct toc_expression {
    const char *where; /* "when", "steps.probe.when", "let.sent.sum", "group-by" … */
    const char *text;  /* as written */
    uint64_t events;   /* that it is run over; 0: over quantities */
    uint8_t kind;      /* enum toc_expression_kind */
    uint8_t index;     /* of the step, the quantity, the element of the list */
    bool needed;       /* without it nothing can match: no `until`, no `group-by` */
};

/* each, when, until, condition; two for each of eight clauses; eight to group by and to track. */
#define TOC_MAX_EXPRESSIONS 36

/* What a person wrote in one signature file, checked. Strings are NUL-terminated and live as long
 * as the ruleset. */
struct toc_signature {
    const char *id, *title, *status, *description, *file;
    enum toc_level level;
    const char *const *tags, *const *references, *const *falsepositives;
    size_t n_tags, n_references, n_falsepositives;
    const char *author, *date, *modified, *license; /* NULL when not given */
    uint64_t events;                                /* bits of event ids: all it looks at */
    uint8_t stages;                                 /* bits of enum toc_stage_name */
    const char *each_var, *each_list;               /* NULL without `each` */
    const char *when, *message;                     /* as written; when NULL: every event */
    const char *correlation;                        /* its type; NULL without */
    const char *const *params;                      /* "limit: 256", the value as a CEL literal */
    size_t n_params;
    uint64_t clauses[8]; /* events of each step or quantity; without any, those of the signature */
    size_t n_clauses;
    const struct toc_expression *expressions; /* all of them but those of the message */
    size_t n_expressions;
    uint64_t digest; /* of what decides matching: not of comments or tests */
    size_t n_tests;
};

struct toc_ruleset;

struct toc_ruleset_options {
    const char *const
        *signature_dirs; /* every *.yaml in them, recursively; a file is taken as it is */
    size_t n_signature_dirs;
    const char *const *packs; /* paths of pack files */
    size_t n_packs;           /* 0: every signature once, without a pack */
    const char *const
        *pack_dirs; /* where `extends: name` is looked for, after the pack's own folder */
    size_t n_pack_dirs;
    bool tests; /* keep those of signatures, with recordings that they name; else only check */
};

/* Loads everything and reports every problem it finds in one go, ordered by file and line. -EINVAL
 * when there were errors, -ENOENT when a path does not exist, -ENOMEM. Warnings do not fail. */
int toc_ruleset_load(const struct toc_ruleset_options *options, struct toc_diags *diags,
                     struct toc_ruleset **ret);
void toc_ruleset_free(struct toc_ruleset **ruleset);
#define _cleanup_toc_ruleset_ __attribute__((cleanup(toc_ruleset_free)))

/* Every signature loaded, in order of id, whether a pack runs it or not. */
size_t toc_ruleset_n_signatures(const struct toc_ruleset *ruleset);
const struct toc_signature *toc_ruleset_signature(const struct toc_ruleset *ruleset, size_t i);

/* What runs: signatures as packs tuned them, in order of id, then pack. */
struct toc_rule {
    const struct toc_signature *signature;
    const char *pack; /* "" without one */
    enum toc_level level;
};
size_t toc_ruleset_n_rules(const struct toc_ruleset *ruleset);
const struct toc_rule *toc_ruleset_rule(const struct toc_ruleset *ruleset, size_t i);

/* Where a value was written. */
struct toc_origin {
    const char *how; /* "signature", "set", "add", "level" … */
    const char *file;
    uint32_t line;
    const struct toc_origin *before; /* what it was added to or replaced; NULL: the first */
};

/* One thing that a rule runs with: its level, a parameter, an exception, a scope. */
struct toc_setting {
    const char *name;  /* "level", "params.limit", "threshold", "except", "scope" */
    const char *value; /* a CEL literal, an expression, or a word */
    const char *note;  /* the reason of an exception, or NULL */
    const struct toc_origin *origin;
    const struct toc_setting *next;
};

/* The settings of a rule, in order; NULL without a pack. They live as long as the ruleset. */
const struct toc_setting *toc_ruleset_settings(const struct toc_ruleset *ruleset, size_t rule);

/* Events that any rule looks at, as bits. */
uint64_t toc_ruleset_events(const struct toc_ruleset *ruleset);
/* Of everything that decides an alert. */
uint64_t toc_ruleset_digest(const struct toc_ruleset *ruleset);

/* ---- Matching ---- */

struct toc_why {
    const char *expr;  /* a part of a condition, as written, or the name of a quantity */
    const char *value; /* as a CEL literal */
};

#define TOC_ALERT_WHY 8

/* Expressions that a correlation groups by, or a threshold tracks. */
#define TOC_MAX_GROUP_BY 8

struct toc_group_part {
    const char *expr;  /* as written */
    const char *value; /* as JSON; null: not observed */
};

/* Steps or quantities of a correlation: more than a person follows. */
#define TOC_MAX_CLAUSES 8

/* An event that filled a step of a correlation. */
struct toc_alert_step {
    const char *name;  /* of the step */
    const char *event; /* "sendmmsg" */
    const char *call;  /* event.call, or "" */
    int64_t time;
    bool has_time;
    struct toc_why why[TOC_ALERT_WHY]; /* of the step's condition */
    size_t n_why;
};

struct toc_enforced {
    const char *asked, *done; /* "deny: EPERM", "denied with EPERM"; NULL: nothing was */
    bool failed;              /* it could not be done: the call was denied */
};

/* Lives only during the call of toc_alert_fn. */
struct toc_alert {
    bool summary; /* no alert but what a threshold held back of them: has no event, no why */
    const struct toc_rule *rule;
    enum toc_level level; /* the rule's; one above when an action failed */
    struct toc_enforced action;
    const struct toc_event *event; /* of a window judged at its end the one that opened it */
    const char *uid;               /* deterministic: signature digest, host, cpu, seq, group */
    int64_t time; /* event.time, ns; of a window judged at its end, and of a summary: its end */
    const char *message;     /* NUL-terminated */
    const uint32_t *matched; /* indexes into the `each` list, ascending */
    size_t n_matched;
    bool has_matched; /* the signature has `each` */
    struct toc_group_part group[TOC_MAX_GROUP_BY];
    size_t n_group;
    bool has_window;
    int64_t window_start, window_end; /* ns, stream time */
    uint64_t count;     /* events (with `each` elements) that it stands for; of value_count the
                           distinct values, of an aggregate what its quantities counted together */
    uint64_t held_back; /* alerts before it, of the same track, that a threshold did not let pass */
    bool incomplete;    /* evidence of this event was lost or cut */
    /* The first n_quantities are those that the correlation compared, then fields of `when`. */
    struct toc_why why[TOC_MAX_CLAUSES + TOC_ALERT_WHY];
    size_t n_why, n_quantities;
    struct toc_alert_step steps[TOC_MAX_CLAUSES]; /* in order of the signature */
    size_t n_steps;
    const char *host_id, *host_name; /* of the latest tocsin_start; "" before one */
};

typedef void (*toc_alert_fn)(void *ctx, const struct toc_alert *alert);

/* What a rule forgot for want of memory. */
struct toc_evicted {
    uint64_t groups;     /* of a correlation */
    uint64_t values;     /* of one group: its oldest entries or distinct values */
    uint64_t thresholds; /* tracks of a threshold */
    uint64_t too_large;  /* what did not fit at all */
};

struct toc_rule_counts {
    uint64_t matched, unobserved, errors, excepted;
    uint64_t no_field; /* asked for what this kind of address or event cannot have */
    struct toc_evicted evicted;
};

/* Memory of correlations and thresholds. What needs more than a quarter of the total at once is not
 * kept. */
struct toc_state_limits {
    size_t signature_bytes; /* for each rule */
    size_t total_bytes;
};

/* 64 KiB hold about 300 groups. */
#define TOC_STATE_SIGNATURE_BYTES ((size_t)8 << 20)
#define TOC_STATE_TOTAL_BYTES ((size_t)32 << 20)

struct toc_matcher_counts {
    uint64_t events;    /* fed */
    uint64_t matched;   /* alerts before exceptions and rate control */
    uint64_t alerts;    /* handed to the function */
    uint64_t held_back; /* by thresholds: matched = alerts + held_back + excepted */
    uint64_t excepted;
    uint64_t evicted; /* calls forgotten that alerted while pending: they may alert again */
};

struct toc_matcher;

/* The ruleset outlives the matcher. */
int toc_matcher_new(const struct toc_ruleset *ruleset, toc_alert_fn fn, void *ctx,
                    struct toc_matcher **ret);
/* Other limits than the defaults: before the first event. -ENOMEM. */
int toc_matcher_limit(struct toc_matcher *matcher, const struct toc_state_limits *limits);
/* Matches one event; alerts come in order of signature id, then pack, before it returns. */
void toc_matcher_feed(struct toc_matcher *matcher, const struct toc_event *event);
/* The end of input: windows that wait for their end are judged, what was held back is told. */
void toc_matcher_end(struct toc_matcher *matcher);
/* Forgets all state but the counts: between recordings. */
void toc_matcher_reset(struct toc_matcher *matcher);
/* Makes a new matcher, to which nothing was fed, go on where another stopped, whose rules may be
 * others: the host, the counts, calls that alerted while pending, and what was remembered for rules
 * that are the same (digest and pack) move over. What is left of the others is told through the old
 * one's function, as at the end of input; after that it can only be freed. -ENOMEM: nothing
 * happened. */
int toc_matcher_adopt(struct toc_matcher *matcher, struct toc_matcher *old);
const struct toc_matcher_counts *toc_matcher_counts(const struct toc_matcher *matcher);
const struct toc_rule_counts *toc_matcher_rule_counts(const struct toc_matcher *matcher,
                                                      size_t rule);
void toc_matcher_free(struct toc_matcher **matcher);
#define _cleanup_toc_matcher_ __attribute__((cleanup(toc_matcher_free)))

/* ---- The tests inside signatures ---- */

struct toc_test_result {
    const struct toc_signature *signature;
    const char *name;
    uint32_t line;
    bool passed;
    const char *failure; /* expected and got, one fact a line; NULL when passed */
};
typedef void (*toc_test_fn)(void *ctx, const struct toc_test_result *result);

/* Runs every test of a ruleset that kept them. Returns how many failed, or -errno. */
int toc_ruleset_test(const struct toc_ruleset *ruleset, toc_test_fn fn, void *ctx);

/* A sub-expression of a signature, and what its tests made it. */
struct toc_coverage {
    const struct toc_signature *signature;
    const char *where; /* as struct toc_expression has it */
    const char *expr;  /* n bytes, as written */
    size_t n;
    bool value; /* asked for a value, not for truth: then n_true counts values */
    uint64_t n_true, n_false, n_errors; /* n_errors: unobserved and the like */
};
typedef void (*toc_coverage_fn)(void *ctx, const struct toc_coverage *coverage);

/* Tells of each sub-expression whose truth decides, and of each expression that gives a value (a
 * field, a key), in order of signature id and of toc_signature.expressions. 0 or
 * -errno. */
int toc_ruleset_coverage(const struct toc_ruleset *ruleset, toc_coverage_fn fn, void *ctx);

/* ---- Expressions on their own ---- */

struct cel_scope;

/* Fills a scope with what an expression over these events may use: the catalogue, the constants,
 * ptr_space. `extra` more constants (params) may be added by the caller; see expression.h. */
void toc_scope_init(struct cel_scope *scope, uint64_t events);
/* What cel_activation.user must point to for ptr_space. */
struct toc_expr_context {
    uint64_t task_size; /* of the recording's host; 0: the usual 2^47 - 4096 */
};
