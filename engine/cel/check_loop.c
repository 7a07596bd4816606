// SPDX-License-Identifier: Apache-2.0
// Macros: the types of their variables and of what they make.
#include "cel/check.h"

static void expect_condition(struct cel_checker *checker, struct cel_node *node,
                             struct cel_node *condition) {
    if (condition->type->kind == CEL_BOOL || cel_is_dyn(condition->type))
        return;
    cel_focus_whole(condition);
    cel_check_error(checker, condition, "the condition of `%.*s`: expected bool, found %s",
                    (int)node->name.n, node->name.s, cel_type_name(condition->type).s);
}

/* The types of the loop's variables: an element, or an index or key and a value. */
static void variable_types(struct cel_checker *checker, struct cel_node *node,
                           const struct cel_type *types[2]) {
    const struct cel_type *range = node->kids[0]->type;
    bool two = node->vars[1].n;

    types[0] = types[1] = &cel_type_dyn;
    if (range->kind == CEL_LIST) {
        types[two] = cel_elem(range);
        if (two)
            types[0] = &cel_type_int;
    } else if (range->kind == CEL_MAP) {
        types[0] = cel_key(range);
        types[1] = cel_elem(range);
    } else if (!cel_is_dyn(range)) {
        cel_check_error(checker, node, "`%.*s` goes over a list or a map, found %s",
                        (int)node->name.n, node->name.s, cel_type_name(range).s);
    }
}

static void optional_type(struct cel_checker *checker, struct cel_node *node,
                          const struct cel_type *types[2]) {
    const struct cel_type *range = node->kids[0]->type;

    types[0] = range->kind == CEL_OPTIONAL ? cel_elem(range) : &cel_type_dyn;
    if (range->kind != CEL_OPTIONAL && !cel_is_dyn(range))
        cel_check_error(checker, node, "`%.*s` takes an optional, found %s", (int)node->name.n,
                        node->name.s, cel_type_name(range).s);
}

/* What transformMap and transformMapEntry make. */
static const struct cel_type *map_type(struct cel_checker *checker, const struct cel_node *node,
                                       const struct cel_type *key) {
    const struct cel_type *value = node->kids[2]->type;

    if (node->macro == CEL_MACRO_MAP)
        return cel_type_map_of(key, value, checker->unit->keep);
    return value->kind == CEL_MAP ? value : &cel_type_map_dyn;
}

static const struct cel_type *flat_type(struct cel_checker *checker, struct cel_node *node) {
    struct cel_node *result = node->kids[1];

    if (result->type->kind == CEL_OPTIONAL || cel_is_dyn(result->type))
        return result->type;
    cel_focus_whole(result);
    cel_check_error(checker, result, "`%.*s` makes an optional, found %s", (int)node->name.n,
                    node->name.s, cel_type_name(result->type).s);
    return &cel_type_dyn;
}

static const struct cel_type *result_type(struct cel_checker *checker, struct cel_node *node,
                                          const struct cel_type *types[2]) {
    struct toc_arena *keep = checker->unit->keep;

    switch ((enum cel_macro)node->macro) {
    case CEL_MACRO_ALL:
    case CEL_MACRO_EXISTS:
    case CEL_MACRO_EXISTS_ONE:
        expect_condition(checker, node, node->kids[1]);
        return &cel_type_bool;
    case CEL_MACRO_LIST:
        if (node->kids[1])
            expect_condition(checker, node, node->kids[1]);
        return cel_type_list_of(node->kids[2] ? node->kids[2]->type : types[0], keep);
    case CEL_MACRO_MAP:
    case CEL_MACRO_ENTRY:
        if (node->kids[1])
            expect_condition(checker, node, node->kids[1]);
        return map_type(checker, node, types[0]);
    case CEL_MACRO_BIND: return node->kids[1]->type;
    case CEL_MACRO_OPT_MAP: return cel_type_optional_of(node->kids[1]->type, keep);
    case CEL_MACRO_OPT_FLAT: return flat_type(checker, node);
    }
    return &cel_type_dyn;
}

void cel_check_loop(struct cel_checker *checker, struct cel_node *node) {
    const struct cel_local *outer = checker->locals;
    struct cel_local locals[2];
    const struct cel_type *types[2] = {NULL, NULL};

    cel_check_node(checker, node->kids[0]);
    if (node->macro == CEL_MACRO_BIND)
        types[0] = node->kids[0]->type;
    else if (node->macro == CEL_MACRO_OPT_MAP || node->macro == CEL_MACRO_OPT_FLAT)
        optional_type(checker, node, types);
    else
        variable_types(checker, node, types);
    if (checker->n_slots + 2 > CEL_MAX_SLOTS) {
        cel_unit_limit(checker->unit, node->at, 1, "more than 12 macros inside each other");
        return;
    }
    node->slot = checker->n_slots;
    for (unsigned i = 0; i < 2 && node->vars[i].n; i++) {
        locals[i] = (struct cel_local){.name = node->vars[i],
                                       .type = types[i],
                                       .slot = (uint16_t)(node->slot + i),
                                       .next = checker->locals};
        checker->locals = &locals[i];
    }
    checker->n_slots += 2;
    for (uint32_t i = 1; i < node->n; i++)
        if (node->kids[i])
            cel_check_node(checker, node->kids[i]);
    checker->n_slots -= 2;
    checker->locals = outer;
    node->type = result_type(checker, node, types);
}
