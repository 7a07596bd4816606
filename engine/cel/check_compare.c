// SPDX-License-Identifier: Apache-2.0
// Comparisons: the types of both sides, names of closed sets, and conditions that never hold.
#include <string.h>

#include "base/text.h"
#include "cel/check.h"
#include "cel/field.h"
#include "cel/parse.h"

enum relation { EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, IN };

static const struct {
    const char *name, *symbol;
} relations[] = {
    [EQUAL] = {"_==_", "=="},      [NOT_EQUAL] = {"_!=_", "!="}, [LESS] = {"_<_", "<"},
    [LESS_EQUAL] = {"_<=_", "<="}, [GREATER] = {"_>_", ">"},     [GREATER_EQUAL] = {"_>=_", ">="},
    [IN] = {"@in", "in"},
};

/* A name that the closed set does not have can never be equal to a value of it. */
static void check_name(struct cel_checker *checker, struct cel_node *at,
                       const struct cel_value *value, const struct toc_names *names) {
    const char *candidates[256], *nearest;
    struct toc_diag *diag;
    uint16_t ignored;
    size_t n = 0;

    if (value->kind != CEL_STRING || toc_names_value(names, value->s, value->n, &ignored))
        return;
    diag = cel_check_error(checker, at, "\"%.*s\" is no %s: this can never be true",
                           (int)(value->n < 60 ? value->n : 60), value->s, names->name);
    for (; n < names->n && n < 256; n++)
        candidates[n] = names->items[n].name;
    nearest = toc_nearest(value->s, value->n, candidates, n);
    if (nearest) {
        toc_diag_set_hint(diag, "did you mean \"%s\"?", nearest);
    } else if (n && n <= 12) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};

        for (size_t i = 0; i < n; i++)
            toc_buf_addf(&buf, "%s%s", i ? ", " : "", candidates[i]);
        if (toc_buf_cstr(&buf))
            toc_diag_set_hint(diag, "it is one of %s", buf.p);
    }
}

/* Every name in a constant or in a list of constants. */
static void check_names(struct cel_checker *checker, struct cel_node *node,
                        const struct toc_names *names) {
    if (node->kind == CEL_NODE_CONST && node->value.kind == CEL_LIST) {
        for (size_t i = 0; i < cel_list_size(&node->value); i++) {
            struct cel_value item = cel_list_at(&node->value, i, NULL);

            check_name(checker, node, &item, names);
        }
    } else if (node->kind == CEL_NODE_CONST) {
        check_name(checker, node, &node->value, names);
    } else if (node->kind == CEL_NODE_LIST) {
        for (uint32_t i = 0; i < node->n; i++)
            if (node->kids[i]->kind == CEL_NODE_CONST)
                check_name(checker, node->kids[i], &node->kids[i]->value, names);
    }
}

static void mismatch(struct cel_checker *checker, struct cel_node *node, enum relation relation) {
    const struct cel_type *a = node->kids[0]->type, *b = node->kids[1]->type;
    struct toc_diag *diag;

    diag = cel_check_error(checker, node, "`%s` does not compare %s with %s",
                           relations[relation].symbol, cel_type_name(a).s, cel_type_name(b).s);
    cel_hint_numbers(diag, node);
    if (a->kind == CEL_STRING && b->kind == CEL_INT)
        toc_diag_set_hint(diag, "a string is written in quotes");
    node->type = &cel_type_bool;
}

/* What an int field compared with a constant always gives: 1, 0, or -1 when it depends. */
static int always(enum relation relation, int64_t low, int64_t high, int64_t c) {
    switch (relation) {
    case EQUAL: return c < low || c > high ? 0 : -1;
    case NOT_EQUAL: return c < low || c > high ? 1 : -1;
    case LESS: return low >= c ? 0 : high < c ? 1 : -1;
    case LESS_EQUAL: return low > c ? 0 : high <= c ? 1 : -1;
    case GREATER: return high <= c ? 0 : low > c ? 1 : -1;
    case GREATER_EQUAL: return high < c ? 0 : low >= c ? 1 : -1;
    case IN: break;
    }
    return -1;
}

static enum relation mirrored(enum relation relation) {
    static const enum relation mirror[] = {EQUAL, NOT_EQUAL,  GREATER, GREATER_EQUAL,
                                           LESS,  LESS_EQUAL, IN};

    return mirror[relation];
}

static bool int_field(const struct cel_node *node) {
    return node->kind == CEL_NODE_FIELD && !node->test && node->type->kind == CEL_INT;
}

/* A literal: what has a name may be set to another value. */
static bool int_const(const struct cel_node *node) {
    return node->kind == CEL_NODE_CONST && node->value.kind == CEL_INT && !node->name.n;
}

static bool is_zero(const struct cel_node *node) {
    return node->kind == CEL_NODE_CONST && node->value.kind == CEL_UINT && !node->value.u;
}

/* Nothing of type uint is below 0u. */
static bool check_zero(struct cel_checker *checker, struct cel_node *node, enum relation relation) {
    const struct cel_node *other = node->kids[0];

    if (is_zero(other)) {
        other = node->kids[1];
        relation = mirrored(relation);
    } else if (!is_zero(node->kids[1])) {
        return false;
    }
    if (other->type->kind != CEL_UINT || other->kind == CEL_NODE_CONST)
        return false;
    if (relation == LESS)
        cel_check_error(checker, node, "this can never be true: a uint is not below zero");
    else if (relation == GREATER_EQUAL)
        cel_check_warning(checker, node, "this is always true: a uint is not below zero");
    return true;
}

static void check_range(struct cel_checker *checker, struct cel_node *node,
                        enum relation relation) {
    struct cel_node *field = node->kids[0], *constant = node->kids[1];
    int64_t low, high;
    int result;

    if (int_const(field) && int_field(constant)) {
        field = node->kids[1];
        constant = node->kids[0];
        relation = mirrored(relation);
    }
    if (check_zero(checker, node, relation) || !int_field(field) || !int_const(constant))
        return;
    cel_field_range(field->field, &low, &high);
    result = always(relation, low, high, constant->value.i);
    if (result == 0)
        cel_check_error(checker, node, "this can never be true: `%s` is from %lld to %lld",
                        field->field->name, (long long)low, (long long)high);
    else if (result == 1)
        cel_check_warning(checker, node, "this is always true: `%s` is from %lld to %lld",
                          field->field->name, (long long)low, (long long)high);
    node->type = &cel_type_bool;
}

static void check_equality(struct cel_checker *checker, struct cel_node *node,
                           enum relation relation) {
    struct cel_node *a = node->kids[0], *b = node->kids[1];

    if (!cel_type_comparable(a->type, b->type)) {
        mismatch(checker, node, relation);
        return;
    }
    if (a->type->kind == CEL_STRING && a->type->names)
        check_names(checker, b, a->type->names);
    if (b->type->kind == CEL_STRING && b->type->names)
        check_names(checker, a, b->type->names);
    check_range(checker, node, relation);
}

static bool is_ordered(const struct cel_type *type) {
    return type->kind == CEL_BOOL || cel_is_number(type) || type->kind == CEL_STRING ||
           type->kind == CEL_BYTES || type->kind == CEL_TIMESTAMP || type->kind == CEL_DURATION;
}

static void check_order(struct cel_checker *checker, struct cel_node *node,
                        enum relation relation) {
    const struct cel_type *a = node->kids[0]->type, *b = node->kids[1]->type;

    if ((!is_ordered(a) && !cel_is_dyn(a)) || (!is_ordered(b) && !cel_is_dyn(b)) ||
        (!cel_is_dyn(a) && !cel_is_dyn(b) && a->kind != b->kind &&
         !(cel_is_number(a) && cel_is_number(b))))
        mismatch(checker, node, relation);
    else
        check_range(checker, node, relation);
}

static void check_in(struct cel_checker *checker, struct cel_node *node) {
    struct cel_node *value = node->kids[0], *container = node->kids[1];
    const struct cel_type *elem;

    if (container->type->kind != CEL_LIST && container->type->kind != CEL_MAP) {
        if (!cel_is_dyn(container->type))
            cel_check_error(checker, node, "`in` takes a list or a map, found %s",
                            cel_type_name(container->type).s);
        return;
    }
    elem = container->type->kind == CEL_LIST ? cel_elem(container->type) : cel_key(container->type);
    if (!cel_type_comparable(value->type, elem)) {
        cel_check_error(checker, node, "%s is not in a %s", cel_type_name(value->type).s,
                        cel_type_name(container->type).s);
        return;
    }
    if (value->type->kind == CEL_STRING && value->type->names)
        check_names(checker, container, value->type->names);
    if (elem->kind == CEL_STRING && elem->names)
        check_names(checker, value, elem->names);
}

bool cel_check_comparison(struct cel_checker *checker, struct cel_node *node) {
    for (unsigned i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
        if (node->member || node->n != 2 || !cel_name_is(&node->name, relations[i].name))
            continue;
        node->type = &cel_type_bool;
        if (i == IN)
            check_in(checker, node);
        else if (i == EQUAL || i == NOT_EQUAL)
            check_equality(checker, node, (enum relation)i);
        else
            check_order(checker, node, (enum relation)i);
        node->type = &cel_type_bool;
        return true;
    }
    return false;
}
