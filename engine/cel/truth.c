// SPDX-License-Identifier: Apache-2.0
// What a condition amounts to, from its literals up through && || ! ?: and macros.
#include "cel/truth.h"

#include "cel/parse.h"

static enum cel_truth truth_of(const struct cel_unit *unit, const struct cel_node *node);

static enum cel_truth from_bool(bool b) {
    return b ? CEL_ALWAYS : CEL_NEVER;
}

static enum cel_truth inverse(enum cel_truth truth) {
    return truth == CEL_UNDECIDED ? truth : from_bool(truth == CEL_NEVER);
}

/* More operands than a person writes are not compared with each other: the time is quadratic. */
#define MAX_COMPARED 64

/* The first operand of an && that cannot hold when one before it does, or NULL. */
static const struct cel_node *contradiction(const struct cel_unit *unit,
                                            const struct cel_node *node,
                                            const struct cel_node **ret_other) {
    uint32_t n = node->n < MAX_COMPARED ? node->n : MAX_COMPARED;

    for (uint32_t i = 1; i < n; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (cel_truth_excludes(unit, node->kids[j], node->kids[i])) {
                *ret_other = node->kids[j];
                return node->kids[i];
            }
        }
    }
    return NULL;
}

/* Of && and ||: `decisive` as soon as one operand is it, the opposite when all are that. */
static enum cel_truth truth_of_junction(const struct cel_unit *unit, const struct cel_node *node) {
    enum cel_truth decisive = node->kind == CEL_NODE_AND ? CEL_NEVER : CEL_ALWAYS;
    enum cel_truth truth = inverse(decisive);
    const struct cel_node *other;

    for (uint32_t i = 0; i < node->n; i++) {
        enum cel_truth one = truth_of(unit, node->kids[i]);

        if (one == decisive)
            return decisive;
        if (one == CEL_UNDECIDED)
            truth = CEL_UNDECIDED;
    }
    if (node->kind == CEL_NODE_AND && contradiction(unit, node, &other))
        return CEL_NEVER;
    return truth;
}

static enum cel_truth truth_of_loop(const struct cel_unit *unit, const struct cel_node *node) {
    bool is_all = node->macro == CEL_MACRO_ALL;
    const struct cel_node *range = node->kids[0];

    if (!is_all && node->macro != CEL_MACRO_EXISTS)
        return CEL_UNDECIDED;
    if (range->kind == CEL_NODE_LIST && !range->n)
        return from_bool(is_all);
    // A list without elements, or one that is not there, says otherwise.
    return !is_all && truth_of(unit, node->kids[1]) == CEL_NEVER ? CEL_NEVER : CEL_UNDECIDED;
}

static enum cel_truth truth_of(const struct cel_unit *unit, const struct cel_node *node) {
    switch ((enum cel_node_kind)node->kind) {
    case CEL_NODE_CONST:
        // What has a name is a constant of the scope.
        return node->value.kind == CEL_BOOL && !node->name.n ? from_bool(node->value.b)
                                                             : CEL_UNDECIDED;
    case CEL_NODE_AND:
    case CEL_NODE_OR: return truth_of_junction(unit, node);
    case CEL_NODE_LOOP: return truth_of_loop(unit, node);
    case CEL_NODE_CALL:
        if (node->n == 1 && cel_name_is(&node->name, "!_"))
            return inverse(truth_of(unit, node->kids[0]));
        return cel_truth_of_literals(node);
    case CEL_NODE_COND:
        switch (truth_of(unit, node->kids[0])) {
        case CEL_ALWAYS: return truth_of(unit, node->kids[1]);
        case CEL_NEVER: return truth_of(unit, node->kids[2]);
        case CEL_UNDECIDED: break;
        }
        return CEL_UNDECIDED;
    default: return CEL_UNDECIDED;
    }
}

/* The part that decides: what a message should point at. */
static const struct cel_node *culprit(const struct cel_unit *unit, const struct cel_node *node,
                                      enum cel_truth truth, const struct cel_node **ret_other) {
    bool found = true;

    while (found && (node->kind == CEL_NODE_AND || node->kind == CEL_NODE_OR)) {
        found = false;
        for (uint32_t i = 0; i < node->n && !found; i++) {
            if (truth_of(unit, node->kids[i]) != truth)
                continue;
            node = node->kids[i];
            found = true;
        }
    }
    if (node->kind != CEL_NODE_AND)
        return node;
    return contradiction(unit, node, ret_other) ?: node;
}

static void report(struct cel_unit *unit, const struct cel_node *node, enum cel_truth truth,
                   bool is_root) {
    const struct cel_node *other = NULL, *at = culprit(unit, node, truth, &other);
    bool is_error = is_root && truth == CEL_NEVER;
    struct toc_diag *(*add)(struct cel_unit *, size_t, size_t, const char *, ...) =
        is_error ? cel_unit_error : cel_unit_warning;
    struct toc_diag *diag;

    diag = add(unit, at->at, at->end - at->at, "%s %s true%s",
               is_root && at == node ? "the condition" : "this",
               truth == CEL_ALWAYS ? "is always" : "can never be",
               is_root && at != node ? ", and so the condition" : "");
    if (other)
        toc_diag_set_hint(diag, "`%.*s` excludes it", (int)(other->end - other->at),
                          unit->source->text + other->at);
}

/* The operands of && and || of an undecided condition, one by one. */
static void check_parts(struct cel_unit *unit, const struct cel_node *node) {
    for (uint32_t i = 0; i < node->n; i++) {
        const struct cel_node *kid = node->kids[i];
        enum cel_truth truth = kid ? truth_of(unit, kid) : CEL_UNDECIDED;
        bool is_operand = node->kind == CEL_NODE_AND || node->kind == CEL_NODE_OR;

        if (kid && truth == CEL_UNDECIDED)
            check_parts(unit, kid);
        else if (kid && is_operand)
            report(unit, kid, truth, false);
    }
}

void cel_check_truth(struct cel_unit *unit, const struct cel_node *condition) {
    enum cel_truth truth = truth_of(unit, condition);

    if (truth == CEL_UNDECIDED)
        check_parts(unit, condition);
    else if (truth == CEL_NEVER || condition->kind != CEL_NODE_CONST)
        report(unit, condition, truth, true);
}
