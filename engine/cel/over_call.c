// SPDX-License-Identifier: Apache-2.0
// Over-approximations of comparisons and `in`: which side is known.
#include <stdio.h>

#include "cel/compile.h"
#include "cel/over_node.h"
#include "cel/parse.h"

/* More numbers than these are one range, from the least to the greatest. */
#define MAX_NUMBERS 8

static enum over_relation relation_of(const struct cel_node *node) {
    static const char *const names[] = {"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"};
    unsigned i = 0;

    while (i < OVER_NO_RELATION && !cel_name_is(&node->name, names[i]))
        i++;
    return (enum over_relation)i;
}

static enum over_relation opposite(enum over_relation relation) {
    static const enum over_relation other[] = {OVER_NOT_EQUAL,  OVER_EQUAL,      OVER_GREATER_EQUAL,
                                               OVER_GREATER,    OVER_LESS_EQUAL, OVER_LESS,
                                               OVER_NO_RELATION};

    return other[relation];
}

static enum over_relation mirrored(enum over_relation relation) {
    static const enum over_relation mirror[] = {OVER_EQUAL,         OVER_NOT_EQUAL, OVER_GREATER,
                                                OVER_GREATER_EQUAL, OVER_LESS,      OVER_LESS_EQUAL,
                                                OVER_NO_RELATION};

    return mirror[relation];
}

static bool known_field(struct over_side *c, const struct cel_node *node) {
    char path[OVER_PATH];

    if (node->kind != CEL_NODE_FIELD || !over_path(c->over, node, c->locals, path))
        return false;
    c->value = over_find(c->over, path);
    c->names = node->field->kind == TOC_KIND_ENUM ? node->field->names : NULL;
    c->is_truth = node->field->kind == TOC_KIND_BOOL;
    return c->value != CEL_OVER_NO_VALUE && node->field->kind != TOC_KIND_NAMES &&
           node->field->kind != TOC_KIND_LIST;
}

/* math.bitAnd(value, bits) */
static bool known_bits(struct over_side *c, const struct cel_node *call) {
    for (uint32_t i = 0; i < 2 && call->n == 2 && cel_name_is(&call->name, "math.bitAnd"); i++) {
        const struct cel_node *bits = call->kids[1 - i];

        if (bits->kind != CEL_NODE_CONST || bits->value.kind != CEL_INT || bits->value.i <= 0 ||
            !known_field(c, call->kids[i]))
            continue;
        c->bits = bits->value.u;
        return c->over->options->values[c->value].form == CEL_OVER_NUMBER && !c->names;
    }
    return false;
}

/* The class of a value, whatever else the function is given. */
static bool known_class(struct over_side *c, const struct cel_node *call) {
    const struct cel_function *function = call->n_overloads == 1 ? call->overloads[0] : NULL;
    char inner[OVER_PATH], path[OVER_PATH + 32];

    // Given a length, it may fail.
    if (!function || !function->classify || (call->n > 1 && c->over->options->or_fails) ||
        !function->result->names || !call->n || call->kids[0]->kind != CEL_NODE_FIELD ||
        !over_path(c->over, call->kids[0], c->locals, inner))
        return false;
    snprintf(path, sizeof(path), "%s(%s)", function->name, inner);
    c->value = over_find(c->over, path);
    c->names = function->result->names;
    return c->value != CEL_OVER_NO_VALUE;
}

static bool known_element(struct over_side *c, const struct cel_node *node) {
    const struct over_local *local = c->locals;

    while (node->kind == CEL_NODE_LOCAL && local && local->slot != node->slot)
        local = local->outer;
    if (node->kind != CEL_NODE_LOCAL || !local || !local->names)
        return false;
    c->value = over_find(c->over, local->path);
    c->names = local->names;
    return c->value != CEL_OVER_NO_VALUE;
}

static bool is_known(struct over_side *c, const struct cel_node *node) {
    bool known = known_field(c, node) || known_element(c, node) ||
                 (node->kind == CEL_NODE_CALL && (known_bits(c, node) || known_class(c, node)));

    if (known)
        c->form = c->over->options->values[c->value].form;
    return known;
}

/* size(names) > 0 and the like: where none would not do, there is one. */
static const struct cel_over *sized(const struct over_side *c, const struct cel_node *node,
                                    enum over_relation relation, const struct cel_value *number) {
    struct over_side set = *c;
    char path[OVER_PATH];

    if (node->kind != CEL_NODE_CALL || !cel_name_is(&node->name, "size") || node->n != 1 ||
        node->kids[0]->kind != CEL_NODE_FIELD || node->kids[0]->field->kind != TOC_KIND_NAMES ||
        !over_path(c->over, node->kids[0], c->locals, path) || number->kind != CEL_INT)
        return NULL;
    set.value = over_find(c->over, path);
    if (set.value == CEL_OVER_NO_VALUE)
        return NULL;
    if ((relation == OVER_GREATER && number->i >= 0) ||
        (relation == OVER_GREATER_EQUAL && number->i > 0) ||
        (relation == OVER_NOT_EQUAL && number->i == 0) || (relation == OVER_EQUAL && number->i > 0))
        return over_any_of(&set, UINT64_MAX);
    return NULL;
}

static const struct cel_over *compare(const struct over *over, const struct over_local *locals,
                                      const struct cel_node *a, const struct cel_node *b,
                                      enum over_relation relation);

/* a > (test ? x : y) */
static const struct cel_over *compare_choice(const struct over *over,
                                             const struct over_local *locals,
                                             const struct cel_node *a, const struct cel_node *cond,
                                             enum over_relation relation) {
    const struct cel_over *yes, *no;

    if (over->options->or_fails)
        return NULL;
    yes = over_both(over, over_tree(over, cond->kids[0], locals, true),
                    compare(over, locals, a, cond->kids[1], relation));
    no = over_both(over, over_tree(over, cond->kids[0], locals, false),
                   compare(over, locals, a, cond->kids[2], relation));
    return over_either(over, yes, no);
}

static const struct cel_over *compare(const struct over *over, const struct over_local *locals,
                                      const struct cel_node *a, const struct cel_node *b,
                                      enum over_relation relation) {
    struct over_side c = {.over = over, .locals = locals}, other = c;

    if (b->kind == CEL_NODE_COND)
        return compare_choice(over, locals, a, b, relation);
    if (b->kind == CEL_NODE_CONST && !is_known(&c, a))
        return sized(&c, a, relation, &b->value);
    if (b->kind == CEL_NODE_CONST)
        return over_against(&c, relation, &b->value);
    if (!known_field(&c, a) || !known_field(&other, b) || c.names || other.names || c.is_truth ||
        other.is_truth || over->options->values[c.value].form != CEL_OVER_NUMBER ||
        over->options->values[other.value].form != CEL_OVER_NUMBER)
        return NULL;
    return over_range(&c, other.value, relation, 0);
}

static const struct cel_over *one_of_numbers(const struct over_side *c,
                                             const struct cel_node *list) {
    const struct cel_over *sum = over_nothing(c->over);
    const struct cel_value *value;
    int64_t low = INT64_MAX, high = INT64_MIN;
    size_t n = 0;

    while ((value = cel_constant_item(list, n))) {
        if (value->kind != CEL_INT)
            return NULL;
        low = value->i < low ? value->i : low;
        high = value->i > high ? value->i : high;
        if (n++ < MAX_NUMBERS || c->form == CEL_OVER_HASH)
            sum = over_either(c->over, sum, over_against(c, OVER_EQUAL, value));
    }
    if (n != cel_constant_items(list))
        return NULL;
    if (n <= MAX_NUMBERS || c->form != CEL_OVER_NUMBER)
        return sum;
    return over_test(c, CEL_OVER_RANGE, low, high);
}

/* value in [constants], "name" in names */
static const struct cel_over *member(const struct over *over, const struct over_local *locals,
                                     const struct cel_node *node, bool want) {
    const struct cel_node *a = node->kids[0], *b = node->kids[1];
    struct over_side c = {.over = over, .locals = locals};
    char path[OVER_PATH];
    uint64_t bits;

    if (b->kind == CEL_NODE_FIELD && b->field->kind == TOC_KIND_NAMES) {
        if (!want || !over_path(over, b, locals, path) || !cel_names_of(a, b->field->names, &bits))
            return NULL;
        c.value = over_find(over, path);
        return c.value == CEL_OVER_NO_VALUE ? NULL : over_any_of(&c, bits);
    }
    if (!is_known(&c, a))
        return NULL;
    if (!c.names)
        return want && !c.is_truth && !c.bits ? one_of_numbers(&c, b) : NULL;
    return cel_names_of(b, c.names, &bits) ? over_in(&c, bits, want) : NULL;
}

const struct cel_over *over_call(const struct over *over, const struct cel_node *node,
                                 const struct over_local *locals, bool want) {
    enum over_relation relation = relation_of(node);

    if (node->n != 2 || node->member)
        return NULL;
    if (cel_name_is(&node->name, "@in"))
        return member(over, locals, node, want);
    if (relation == OVER_NO_RELATION)
        return NULL;
    if (!want)
        relation = opposite(relation);
    return node->kids[0]->kind == CEL_NODE_CONST
               ? compare(over, locals, node->kids[1], node->kids[0], mirrored(relation))
               : compare(over, locals, node->kids[0], node->kids[1], relation);
}
