// SPDX-License-Identifier: Apache-2.0
// What to change where an operator has numbers of two types: the literal, if there is one.
#include "cel/check.h"

/* What cannot be given another type by writing it otherwise: a field, a sum, 1.5 as an int. */
static bool is_literal(const struct cel_node *node) {
    return node->kind == CEL_NODE_CONST;
}

/* How the literal of one side is written so that it has the type of the other. */
static bool rewrite(struct toc_diag *diag, const struct cel_node *literal, enum cel_kind want) {
    const struct cel_value *value = &literal->value;

    if (!is_literal(literal))
        return false;
    if (want == CEL_INT && value->kind == CEL_UINT && value->u <= INT64_MAX)
        toc_diag_set_hint(diag, "an int is written %llu, without the u",
                          (unsigned long long)value->u);
    else if (want == CEL_UINT && value->kind == CEL_INT && value->i >= 0)
        toc_diag_set_hint(diag, "a uint is written %lldu", (long long)value->i);
    else if (want == CEL_DOUBLE && value->kind == CEL_INT)
        toc_diag_set_hint(diag, "a double is written %lld.0", (long long)value->i);
    else if (want == CEL_DOUBLE && value->kind == CEL_UINT)
        toc_diag_set_hint(diag, "a double is written %llu.0", (unsigned long long)value->u);
    else
        return false;
    return true;
}

void cel_hint_numbers(struct toc_diag *diag, const struct cel_node *node) {
    const struct cel_type *a = node->kids[0]->type, *b = node->kids[1]->type;

    if (!cel_is_number(a) || !cel_is_number(b) || a->kind == b->kind)
        return;
    // The second is what people write as a literal.
    if (rewrite(diag, node->kids[1], a->kind) || rewrite(diag, node->kids[0], b->kind))
        return;
    toc_diag_set_hint(diag, a->kind == CEL_DOUBLE || b->kind == CEL_DOUBLE
                                ? "double() and int() convert"
                                : "uint() and int() convert");
}
