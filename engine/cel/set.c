// SPDX-License-Identifier: Apache-2.0
// Sets of conditions and what runs them: what is added, and what goes away.
#include "cel/set.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cel/compile.h"
#include "cel/set_class.h"
#include "cel/set_index.h"
#include "cel/set_reuse.h"
#include "cel/set_run.h"

/* Trees of ten thousand conditions of a hundred operands each. */
#define SET_MAX_BYTES (256u << 20)

int cel_set_new(struct cel_set **ret) {
    _cleanup_cel_set_ struct cel_set *set = calloc(1, sizeof(*set));

    if (!set || toc_arena_new(SET_MAX_BYTES, &set->arena) < 0)
        return -ENOMEM;
    set->n_domains = 1; /* SET_RECORD */
    *ret = TAKE_PTR(set);
    return 0;
}

void cel_set_free(struct cel_set **set) {
    if (!set || !*set)
        return;
    toc_arena_free(&(*set)->arena);
    cel_set_index_free(*set);
    cel_set_guards_free(*set);
    cel_set_classes_free(&(*set)->classes);
    free((*set)->conditions);
    free((*set)->leaves);
    free((*set)->places);
    free(*set);
    *set = NULL;
}

static int reserve(struct cel_set *set) {
    size_t cap = set->cap_conditions ? set->cap_conditions * 2 : 64;
    struct set_condition *conditions;

    if (set->n_conditions < set->cap_conditions)
        return 0;
    conditions = reallocarray(set->conditions, cap, sizeof(*conditions));
    if (!conditions)
        return -ENOMEM;
    set->conditions = conditions;
    set->cap_conditions = cap;
    return 0;
}

static int append(struct cel_set *set, const struct set_condition *condition) {
    if (reserve(set) < 0)
        return -ENOMEM;
    set->conditions[set->n_conditions] = *condition;
    if (cel_set_guard(set, (uint32_t)set->n_conditions) < 0)
        return -ENOMEM;
    set->n_conditions++;
    return 0;
}

static int add_reads(struct cel_set *set, struct set_condition *condition,
                     const struct cel_program *const *programs, size_t n) {
    condition->reads = toc_arena_alloc(set->arena, (n + 1) * sizeof(condition->reads[0]));
    if (!condition->reads)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        condition->reads[condition->n_reads++] = cel_program_reads(programs[i]);
    return 0;
}

int cel_set_add(struct cel_set *set, const struct cel_program *when,
                const struct cel_program *list) {
    struct set_condition condition = {.judged = true};

    if (list) {
        condition.domain = cel_set_domain(set, cel_program_code(list));
        if (condition.domain == SET_RECORD)
            return -ENOTSUP;
    }
    condition.root = cel_set_tree(set, cel_program_code(when), condition.domain, SET_VARIABLE);
    if (!condition.root || add_reads(set, &condition, &when, 1) < 0)
        return -ENOMEM;
    return append(set, &condition);
}

int cel_set_watch(struct cel_set *set, const struct cel_program *const *programs, size_t n,
                  const struct cel_program *list) {
    struct set_condition watch = {0};

    if (list)
        watch.domain = cel_set_domain(set, cel_program_code(list));
    return add_reads(set, &watch, programs, n) < 0 ? -ENOMEM : append(set, &watch);
}

int cel_set_add_unknown(struct cel_set *set) {
    static const struct set_condition unknown;

    return append(set, &unknown);
}

int cel_set_seal(struct cel_set *set) {
    int err = cel_set_index(set);

    return err ? err : cel_set_classify(set);
}

size_t cel_set_size(const struct cel_set *set) {
    return set->n_conditions;
}

/* ---- Runs ---- */

static size_t most_objects(const struct cel_set *set) {
    size_t most = 1;

    for (size_t i = 0; i < set->n_domains; i++)
        most = set->plans[i].n_objects > most ? set->plans[i].n_objects : most;
    return most;
}

int cel_set_run_new(const struct cel_set *set, struct cel_set_run **ret) {
    struct cel_set_run *run =
        calloc(1, sizeof(*run) + set->n_leaves * SET_MAX_CHUNKS * sizeof(run->memos[0]));

    if (!run)
        return -ENOMEM;
    run->set = set;
    if (set->classes && cel_reuse_new(set, &run->reuse) < 0) {
        cel_set_run_free(&run);
        return -ENOMEM;
    }
    run->bits = calloc(set->words, SET_CLAUSES * sizeof(*run->bits));
    run->hits = calloc(set->n_guards + 1, sizeof(*run->hits));
    run->gaps = calloc(set->n_indexes * SET_MAX_CHUNKS + 1, sizeof(*run->gaps));
    run->reached = calloc(most_objects(set), sizeof(*run->reached));
    run->asking = calloc(set->n_indexes + 1, sizeof(const struct set_index *));
    run->usual = calloc(set->n_indexes + 1, sizeof(*run->usual));
    if (!run->bits || !run->hits || !run->gaps || !run->reached || !run->usual || !run->asking) {
        cel_set_run_free(&run);
        return -ENOMEM;
    }
    *ret = run;
    return 0;
}

void cel_set_run_free(struct cel_set_run **run) {
    if (!*run)
        return;
    free((*run)->bits);
    free((*run)->hits);
    free((*run)->gaps);
    free((*run)->reached);
    free((*run)->usual);
    free((*run)->asking);
    cel_reuse_free(&(*run)->reuse);
    free(*run);
    *run = NULL;
}
