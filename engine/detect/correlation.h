// SPDX-License-Identifier: Apache-2.0
// `correlation`: what a signature says, and the programs made of it.
#pragma once

#include "cel/cel.h"
#include "detect/group.h"
#include "detect/why.h"
#include "detect/window.h"

enum toc_correlation_type {
    TOC_EVENT_COUNT,
    TOC_VALUE_COUNT,
    TOC_VALUE_SUM,
    TOC_TEMPORAL,
    TOC_TEMPORAL_ORDERED,
    TOC_AGGREGATE,
};
extern const char *const toc_correlation_names[6];

/* Variables of a message: the element, steps or quantities, count, value. */
#define TOC_MAX_VARS (1 + TOC_MAX_CLAUSES + 2)

enum toc_bound_op { TOC_GTE, TOC_GT, TOC_LT, TOC_LTE, TOC_EQ, TOC_NEQ, TOC_N_BOUNDS };

/* ---- As written: nodes live as long as the document ---- */

/* A step, a quantity or `until`: some events. */
struct toc_clause_spec {
    const struct toc_node *name; /* whose text, or for a quantity whose key, is the name */
    const struct toc_node *when, *field;
    const char *text;
    uint64_t events;
    uint8_t measure; /* enum toc_measure_kind */
};

struct toc_correlation_spec {
    enum toc_correlation_type type;
    int64_t timespan;
    const struct toc_node *group_by, *condition;
    const struct toc_node *bounds[TOC_N_BOUNDS];
    struct toc_clause_spec clauses[TOC_MAX_CLAUSES], until;
    size_t n_clauses;
    bool has_until;
    bool good;      /* no errors: else it is for finding more of them */
    bool all_named; /* every step or quantity has a name that others may use */
};

struct toc_loaded;

/* Reads the map under `correlation`. `own` are the signature's own events (0 when it names none):
 * those of clauses that name none. *ret is NULL when not even its type is known; *ret_good becomes
 * false when errors were added. 0 or -ENOMEM. */
int toc_correlation_read(const struct toc_loaded *loaded, const struct toc_node *map, uint64_t own,
                         struct toc_arena *arena, struct toc_correlation_spec **ret,
                         bool *ret_good);
/* The events of `list`; false when errors were added. */
bool toc_events_read(const struct toc_yaml *doc, const struct toc_node *list, uint64_t *ret);
/* Events that alerts can be about (all but those of `until`), and all that it looks at. */
uint64_t toc_correlation_events(const struct toc_correlation_spec *spec);
uint64_t toc_correlation_all(const struct toc_correlation_spec *spec);

/* ---- Compiled ---- */

struct toc_clause {
    const char *name;
    uint64_t events;
    struct cel_scope scope;
    struct cel_program *when, *field; /* NULL: every event; no value */
    struct toc_whys why;              /* of the condition of a step or a quantity */
    uint8_t measure;
    bool kept; /* a later step or the message may look at the event of this one */
};

/* What a quantity is while a condition is true. */
struct toc_range {
    int64_t low, high;
};

struct toc_correlation {
    enum toc_correlation_type type;
    int64_t timespan;
    bool slides; /* judged at every event; else when the window closes */
    struct cel_scope group_scope, condition_scope;
    struct toc_group_by group;
    bool group_of_event; /* whatever the element is */
    struct toc_clause clauses[TOC_MAX_CLAUSES], until;
    size_t n_clauses;
    bool has_until;
    int64_t bounds[TOC_N_BOUNDS];
    uint8_t has_bounds;                      /* bits */
    struct cel_program *condition;           /* of an aggregate, over its quantities */
    struct toc_range needs[TOC_MAX_CLAUSES]; /* outside of it, it is false */
    bool empty_truth;                        /* what it gives of an empty window */
    const char *measured; /* what `value` is, for people; NULL for temporal ones */
};

static inline bool toc_is_temporal(enum toc_correlation_type type) {
    return type == TOC_TEMPORAL || type == TOC_TEMPORAL_ORDERED;
}

struct toc_compiled;

/* Compiles the correlation of a signature whose scope, with parameters and `each`, is there; adds
 * the variables of messages to compiled->message_scope. 0, -EINVAL when errors were added, -ENOMEM.
 */
int toc_correlation_compile(const struct toc_loaded *loaded, struct toc_compiled *compiled,
                            struct toc_arena *arena);
void toc_correlation_clear(struct toc_correlation *correlation);

/* Do the bounds hold? */
bool toc_bounds_hold(const struct toc_correlation *correlation, int64_t value);
