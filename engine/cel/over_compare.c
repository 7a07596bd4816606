// SPDX-License-Identifier: Apache-2.0
// A known value against a constant, or another known value.
#include "cel/over_node.h"

/* Numbers of names from here on stand for whatever has no name. */
#define LAST_BIT 63
#define LAST_NUMBER 4095

const struct cel_over *over_test(const struct over_side *c, enum cel_over_op op, int64_t low,
                                 int64_t high) {
    struct cel_over_atom atom = {
        .op = (uint16_t)op, .value = c->value, .less = CEL_OVER_NO_VALUE, .low = low, .high = high};

    return over_one(c->over, &atom);
}

const struct cel_over *over_any_of(const struct over_side *c, uint64_t bits) {
    return bits ? over_test(c, CEL_OVER_ANY_OF, (int64_t)bits, 0) : over_nothing(c->over);
}

/* low <= value - less <= high, for the relation between the two, or between value and `number`. */
const struct cel_over *over_range(const struct over_side *c, uint16_t less,
                                  enum over_relation relation, int64_t number) {
    struct cel_over_atom atom = {
        .op = CEL_OVER_RANGE, .value = c->value, .less = less, .low = INT64_MIN, .high = INT64_MAX};
    struct cel_over_atom above = atom;

    if ((relation == OVER_LESS && number == INT64_MIN) ||
        (relation == OVER_GREATER && number == INT64_MAX))
        return over_nothing(c->over);
    if (relation == OVER_NOT_EQUAL) {
        if (number == INT64_MIN || number == INT64_MAX)
            return NULL;
        atom.high = number - 1;
        above.low = number + 1;
        return over_either(c->over, over_one(c->over, &atom), over_one(c->over, &above));
    }
    if (relation == OVER_EQUAL || relation >= OVER_GREATER)
        atom.low = relation == OVER_GREATER ? number + 1 : number;
    if (relation <= OVER_LESS_EQUAL)
        atom.high = relation == OVER_LESS ? number - 1 : number;
    return over_one(c->over, &atom);
}

/* Of the greatest of several only a lower bound says something. */
static const struct cel_over *most(const struct over_side *c, enum over_relation relation,
                                   int64_t number) {
    if (relation == OVER_EQUAL)
        relation = OVER_GREATER_EQUAL;
    return relation == OVER_GREATER || relation == OVER_GREATER_EQUAL
               ? over_range(c, CEL_OVER_NO_VALUE, relation, number)
               : NULL;
}

static const struct cel_over *against_number(const struct over_side *c, enum over_relation relation,
                                             const struct cel_value *value) {
    if (value->kind == CEL_UINT && value->u > INT64_MAX)
        return NULL;
    if ((value->kind != CEL_INT && value->kind != CEL_UINT) || c->names || c->is_truth)
        return NULL;
    if (c->bits) {
        if (value->i || relation > OVER_NOT_EQUAL)
            return NULL;
        return over_test(c, relation == OVER_EQUAL ? CEL_OVER_NONE_OF : CEL_OVER_ANY_OF,
                         (int64_t)c->bits, 0);
    }
    switch (c->form) {
    case CEL_OVER_NUMBER: return over_range(c, CEL_OVER_NO_VALUE, relation, value->i);
    case CEL_OVER_MOST: return most(c, relation, value->i);
    case CEL_OVER_HASH:
        return relation == OVER_EQUAL ? over_any_of(c, UINT64_C(1) << (value->u & LAST_BIT)) : NULL;
    case CEL_OVER_SET: break;
    }
    return NULL;
}

/* The names `bits` of the value's; `in`: it is one of them. */
const struct cel_over *over_in(const struct over_side *c, uint64_t bits, bool in) {
    if (bits >> LAST_BIT || c->form != CEL_OVER_SET)
        return NULL;
    return over_any_of(c, in ? bits : ~bits);
}

static const struct cel_over *against_name(const struct over_side *c, enum over_relation relation,
                                           const struct cel_value *value) {
    uint16_t number;

    if (relation > OVER_NOT_EQUAL)
        return NULL;
    if (c->is_truth && value->kind == CEL_BOOL)
        return over_in(c, UINT64_C(1) << value->b, relation == OVER_EQUAL);
    if (value->kind != CEL_STRING || !c->names ||
        !toc_names_value(c->names, value->s, value->n, &number))
        return NULL;
    if (c->form == CEL_OVER_NUMBER)
        return number < LAST_NUMBER ? over_range(c, CEL_OVER_NO_VALUE, relation, number) : NULL;
    return number < LAST_BIT ? over_in(c, UINT64_C(1) << number, relation == OVER_EQUAL) : NULL;
}

const struct cel_over *over_against(const struct over_side *side, enum over_relation relation,
                                    const struct cel_value *value) {
    return side->names || side->is_truth ? against_name(side, relation, value)
                                         : against_number(side, relation, value);
}
