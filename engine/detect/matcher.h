// SPDX-License-Identifier: Apache-2.0
// The inside of a matcher: its scratch and its state. One thread.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "cel/cel.h"
#include "detect/agenda.h"
#include "detect/correlation.h"
#include "detect/group_memo.h"
#include "detect/rule.h"
#include "detect/seen.h"
#include "detect/state.h"

/* What one expression may allocate while it runs: a hundred times what a list over 1024 messages
 * takes; beyond it the expression fails and is counted. */
#define TOC_MAX_SCRATCH (16u << 20)

/* A message is one line for a person: longer ones are cut, with an ellipsis. */
#define TOC_MAX_MESSAGE 4096

/* Machine ids have 32 characters, host names at most 255 bytes (escaped: four times as long). */
#define TOC_HOST_BYTES 1024

/* Looks on while the expressions of signatures run: those who explain and measure tests. */
struct toc_probe {
    /* Before each run; the element of `each` at hand has that number. */
    void (*run)(void *ctx, const struct cel_program *program,
                const struct cel_activation *activation, uint32_t element);
    /* A count or a sum that is held against the bounds of its correlation. */
    void (*judged)(void *ctx, int64_t value);
    void *ctx;
};

struct toc_matcher {
    const struct toc_probe *probe; /* NULL: nobody looks on */
    uint32_t element;              /* of `each`, at hand */
    const struct toc_rules *rules;
    toc_alert_fn fn;
    void *ctx;
    struct toc_arena *scratch;
    struct toc_matcher_counts counts;
    struct toc_rule_counts *rule_counts;
    uint8_t *in_scope; /* by pack, for the event at hand: enum toc_in_scope */
    struct toc_expr_context context;
    struct cel_set_run **runs;         /* one for each group of rules */
    struct toc_group_memo **memos;     /* likewise */
    struct toc_agenda **agendas;       /* likewise */
    uint64_t *candidates;              /* bits by place in a group, for the event at hand */
    const struct toc_changes *changes; /* of the event at hand; NULL: nothing is known */
    unsigned group;                    /* of the rule at hand */
    struct cel_set_run *run;           /* that judges it; NULL: none does */
    uint32_t place;                    /* of it in the group */
    struct toc_seen *seen;
    char host_id[TOC_HOST_BYTES], host_name[TOC_HOST_BYTES];
    /* The alert at hand. */
    uint32_t matched[TOC_MAX_MSGS];
    size_t n_matched;
    bool cut;      /* the list was longer */
    bool excepted; /* an exception applied to some */
    struct toc_buf message, why, key, values, value_key, note, action;
    /* Correlations and thresholds; without any, no memory is taken. */
    struct toc_state state;
    struct cel_value vars[TOC_MAX_VARS];
    struct toc_group_memo *kept;            /* of the slot at hand; NULL: it is not known */
    struct toc_group_memo *memo, fresh;     /* of the rule at hand; NULL: there is none */
    bool counted;                           /* the event at hand counted somewhere */
    toc_block element_groups[TOC_MAX_MSGS]; /* by place in `matched`: where it counted */
    toc_block groups[TOC_MAX_MSGS];         /* that it counted in */
    size_t n_groups;
    uint32_t fired[TOC_MAX_MSGS]; /* the elements of one of them */
};

/* What an alert is about. */
struct toc_occasion {
    const struct toc_event *event;
    int64_t time; /* of the alert */
    int64_t at;   /* stream time */
    const uint32_t *matched;
    size_t n_matched;
    const struct toc_correlation *correlation; /* NULL without; its variables are in vars */
    int64_t start, end;                        /* of its window */
    uint64_t count, held_back;
    const char *notes[TOC_MAX_CLAUSES]; /* of the steps' events (note.h); NULL: there is none */
};

enum toc_in_scope { TOC_SCOPE_UNKNOWN, TOC_SCOPE_IN, TOC_SCOPE_OUT };

/* Turns to an event: before its rules are run. */
void toc_matcher_turn(struct toc_matcher *matcher);
/* Whether the pack's scope holds for it; where that cannot be judged it does. */
bool toc_matcher_judge_scope(struct toc_matcher *matcher, size_t pack,
                             const struct toc_event *event);
static inline bool toc_matcher_in_scope(struct toc_matcher *matcher, size_t pack,
                                        const struct toc_event *event) {
    return pack == TOC_NO_PACK || !matcher->rules->packs[pack].has_scope ||
           toc_matcher_judge_scope(matcher, pack, event);
}

/* What the event says was done because of a rule; false: nothing. Texts are NUL-terminated, in
 * `texts`, and good until it changes. */
bool toc_event_enforced(const struct toc_event *event, const struct toc_rule *rule,
                        struct toc_buf *texts, struct toc_enforced *ret);

enum toc_verdict { TOC_NO_MATCH, TOC_MATCH, TOC_EXCEPTED };

/* Runs a rule's condition and exceptions over an event; fills matched. Counts what was unobserved
 * and what failed. */
enum toc_verdict toc_match_rule(struct toc_matcher *matcher, uint32_t rule,
                                const struct toc_event *event);

/* The same for one element, which vars[0] of the activation is, or for the event without `each`. */
enum toc_verdict toc_match_one(struct toc_matcher *matcher, uint32_t rule,
                               const struct cel_activation *activation);
/* Counts an expression's result that is not what it should be. */
void toc_match_count_error(struct toc_rule_counts *counts, const struct cel_value *value);

/* Makes the alert of a rule that fired and hands it over, if its threshold lets it pass. */
void toc_matcher_alert(struct toc_matcher *matcher, uint32_t rule, struct toc_occasion *occasion);
/* Tells what a threshold held back. */
void toc_matcher_summary(struct toc_matcher *matcher, uint32_t rule, struct toc_cell *cell,
                         int64_t end);

/* Windows that are over by `at`, or all at the end of input: judged or told, then forgotten. */
void toc_matcher_due(struct toc_matcher *matcher, int64_t at, bool all);
/* The same for one rule, at its end: it remembers nothing after. */
void toc_matcher_drop(struct toc_matcher *matcher, uint32_t rule);

/* The activation of a rule over an event; `vars` holds the element of `each`. */
struct cel_activation toc_matcher_activation(struct toc_matcher *matcher,
                                             const struct toc_event *event,
                                             const struct cel_value *vars);

/* The list of `each`: from the record, so that it outlives a reset of the scratch arena. */
struct cel_value toc_match_list(struct toc_matcher *matcher, const struct toc_compiled *compiled,
                                const struct toc_event *event);

/* Runs an expression of a signature: what the scratch arena held is gone. */
static inline struct cel_value toc_matcher_run(struct toc_matcher *matcher,
                                               const struct cel_program *program,
                                               const struct cel_activation *activation) {
    if (__builtin_expect(matcher->probe != NULL, 0))
        matcher->probe->run(matcher->probe->ctx, program, activation, matcher->element);
    toc_arena_reset(matcher->scratch);
    return cel_run(program, activation, matcher->scratch);
}

/* Shows the expressions of a key to who looks on. */
static inline void toc_matcher_show_group(struct toc_matcher *matcher,
                                          const struct toc_group_by *group,
                                          const struct cel_activation *activation) {
    for (size_t i = 0; matcher->probe && i < group->n; i++)
        matcher->probe->run(matcher->probe->ctx, group->programs[i], activation, matcher->element);
}
