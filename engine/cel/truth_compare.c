// SPDX-License-Identifier: Apache-2.0
// Comparisons with literals: what two of them come to.
#include <string.h>

#include "cel/compare.h"
#include "cel/parse.h"
#include "cel/truth.h"

enum relation { EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, NONE };

static enum relation relation_of(const struct cel_node *node) {
    static const char *const names[] = {"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"};
    unsigned i = 0;

    if (node->kind != CEL_NODE_CALL || node->member || node->n != 2)
        return NONE;
    while (i < NONE && !cel_name_is(&node->name, names[i]))
        i++;
    return (enum relation)i;
}

static bool is_literal(const struct cel_node *node) {
    uint8_t kind = node->value.kind;

    return node->kind == CEL_NODE_CONST && !node->name.n &&
           (kind == CEL_BOOL || kind == CEL_INT || kind == CEL_UINT || kind == CEL_STRING);
}

static bool holds(enum relation relation, int order) {
    switch (relation) {
    case EQUAL: return order == 0;
    case NOT_EQUAL: return order != 0;
    case LESS: return order < 0;
    case LESS_EQUAL: return order <= 0;
    case GREATER: return order > 0;
    case GREATER_EQUAL: return order >= 0;
    case NONE: break;
    }
    return false;
}

enum cel_truth cel_truth_of_literals(const struct cel_node *node) {
    enum relation relation = relation_of(node);

    if (relation == NONE || !is_literal(node->kids[0]) || !is_literal(node->kids[1]) ||
        node->kids[0]->value.kind != node->kids[1]->value.kind)
        return CEL_UNDECIDED;
    return holds(relation, cel_compare(&node->kids[0]->value, &node->kids[1]->value)) ? CEL_ALWAYS
                                                                                      : CEL_NEVER;
}

/* `x relation literal`, whichever way round it is written. */
struct bound {
    const struct cel_node *what;
    enum relation relation;
    const struct cel_value *value;
};

static bool bound_of(const struct cel_node *node, struct bound *ret) {
    static const enum relation mirror[] = {EQUAL, NOT_EQUAL,  GREATER, GREATER_EQUAL,
                                           LESS,  LESS_EQUAL, NONE};
    enum relation relation = relation_of(node);
    bool swapped = relation != NONE && is_literal(node->kids[0]);

    if (relation == NONE || is_literal(node->kids[0]) == is_literal(node->kids[1]))
        return false;
    *ret = (struct bound){.what = node->kids[swapped],
                          .relation = swapped ? mirror[relation] : relation,
                          .value = &node->kids[!swapped]->value};
    return true;
}

static bool is_upper(enum relation relation) {
    return relation == LESS || relation == LESS_EQUAL;
}

static bool is_lower(enum relation relation) {
    return relation == GREATER || relation == GREATER_EQUAL;
}

/* Nothing is below `upper` and above `lower`; `order` is that of their values. */
static bool leaves_nothing(const struct bound *upper, const struct bound *lower, int order) {
    bool strict = upper->relation == LESS || lower->relation == GREATER;

    if (order < 0 || (order == 0 && strict))
        return true;
    // No whole number lies between two neighbours.
    return upper->value->kind == CEL_INT && upper->relation == LESS && lower->relation == GREATER &&
           lower->value->i != INT64_MAX && lower->value->i + 1 == upper->value->i;
}

static bool same_text(const struct cel_unit *unit, const struct cel_node *a,
                      const struct cel_node *b) {
    const char *text = unit->source->text;

    return a->end - a->at == b->end - b->at && !memcmp(text + a->at, text + b->at, a->end - a->at);
}

bool cel_truth_excludes(const struct cel_unit *unit, const struct cel_node *x,
                        const struct cel_node *y) {
    struct bound a, b;
    int order;

    if (!bound_of(x, &a) || !bound_of(y, &b) || a.value->kind != b.value->kind ||
        a.what->type->kind != a.value->kind || !same_text(unit, a.what, b.what))
        return false;
    order = cel_compare(a.value, b.value);
    if (a.relation == EQUAL)
        return !holds(b.relation, order);
    if (b.relation == EQUAL)
        return !holds(a.relation, -order);
    if (is_upper(a.relation) && is_lower(b.relation))
        return leaves_nothing(&a, &b, order);
    return is_lower(a.relation) && is_upper(b.relation) && leaves_nothing(&b, &a, -order);
}
