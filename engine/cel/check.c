// SPDX-License-Identifier: Apache-2.0
// Types of literals, operators on conditions, indexes: the checker's map and its simple cases.
#include "cel/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct cel_type_name cel_type_name(const struct cel_type *type) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    struct cel_type_name name = {""};
    const char *text;

    cel_type_text(type, &buf);
    text = toc_buf_cstr(&buf);
    snprintf(name.s, sizeof(name.s), "%s", text ? text : "?");
    return name;
}

struct toc_diag *cel_check_error(struct cel_checker *checker, struct cel_node *node,
                                 const char *format, ...) {
    char text[400];
    va_list args;

    node->type = &cel_type_dyn;
    if (checker->unit->scope->dyn)
        return NULL;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return cel_unit_error(checker->unit, node->focus, node->focus_n, "%s", text);
}

struct toc_diag *cel_check_warning(struct cel_checker *checker, struct cel_node *node,
                                   const char *format, ...) {
    char text[400];
    va_list args;

    if (checker->unit->scope->dyn)
        return NULL;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return cel_unit_warning(checker->unit, node->focus, node->focus_n, "%s", text);
}

void cel_check_kids(struct cel_checker *checker, struct cel_node *node) {
    for (uint32_t i = 0; i < node->n; i++)
        cel_check_node(checker, node->kids[i]);
}

static void expect_bool(struct cel_checker *checker, struct cel_node *node, const char *where) {
    if (node->type->kind == CEL_BOOL || cel_is_dyn(node->type))
        return;
    cel_focus_whole(node);
    cel_check_error(checker, node, "%s: expected bool, found %s", where,
                    cel_type_name(node->type).s);
}

static void check_logic(struct cel_checker *checker, struct cel_node *node) {
    cel_check_kids(checker, node);
    for (uint32_t i = 0; i < node->n; i++)
        expect_bool(checker, node->kids[i], node->kind == CEL_NODE_AND ? "&&" : "||");
    node->type = &cel_type_bool;
}

static void check_cond(struct cel_checker *checker, struct cel_node *node) {
    const struct cel_type *yes, *no;

    cel_check_kids(checker, node);
    expect_bool(checker, node->kids[0], "the condition of ?:");
    yes = node->kids[1]->type;
    no = node->kids[2]->type;
    node->type = cel_type_join(yes, no);
    if (!cel_type_comparable(yes, no))
        cel_check_error(checker, node->kids[2],
                        "the two values of ?: have different types: %s and %s",
                        cel_type_name(yes).s, cel_type_name(no).s);
}

/* The type of an entry's value: of ?x what the optional holds. */
static const struct cel_type *entry_type(struct cel_checker *checker, const struct cel_node *node,
                                         uint32_t i) {
    struct cel_node *kid = node->kids[i];

    if (!node->optionals || !node->optionals[i])
        return kid->type;
    if (kid->type->kind == CEL_OPTIONAL)
        return cel_elem(kid->type);
    if (!cel_is_dyn(kid->type))
        cel_check_error(checker, kid, "an entry with ? takes an optional, found %s",
                        cel_type_name(kid->type).s);
    return &cel_type_dyn;
}

static void check_list(struct cel_checker *checker, struct cel_node *node) {
    const struct cel_type *elem = NULL;

    cel_check_kids(checker, node);
    for (uint32_t i = 0; i < node->n; i++)
        elem = cel_type_join(elem, entry_type(checker, node, i));
    node->type = elem ? cel_type_list_of(elem, checker->unit->keep) : &cel_type_list_dyn;
}

static void check_key(struct cel_checker *checker, struct cel_node *key) {
    uint8_t kind = key->type->kind;

    if (kind != CEL_BOOL && kind != CEL_INT && kind != CEL_UINT && kind != CEL_STRING &&
        !cel_is_dyn(key->type))
        cel_check_error(checker, key, "a map's key is a bool, int, uint or string, found %s",
                        cel_type_name(key->type).s);
}

static void check_map(struct cel_checker *checker, struct cel_node *node) {
    const struct cel_type *key = NULL, *value = NULL;

    for (uint32_t i = 0; i < node->n; i += 2) {
        cel_check_node(checker, node->kids[i]);
        cel_check_node(checker, node->kids[i + 1]);
        check_key(checker, node->kids[i]);
        key = cel_type_join(key, node->kids[i]->type);
        value = cel_type_join(value, entry_type(checker, node, i + 1));
    }
    node->type = key ? cel_type_map_of(key, value, checker->unit->keep) : &cel_type_map_dyn;
}

static const struct cel_type *element_type(struct cel_checker *checker, struct cel_node *node,
                                           const struct cel_type *container) {
    const struct cel_type *index = node->kids[1]->type;
    struct toc_diag *diag;

    if (cel_is_dyn(container))
        return &cel_type_dyn;
    if (container->kind == CEL_MAP) {
        if (!cel_type_comparable(cel_key(container), index) &&
            !(cel_is_number(cel_key(container)) && cel_is_number(index)))
            cel_check_error(checker, node, "the map's keys are %s, found %s",
                            cel_type_name(cel_key(container)).s, cel_type_name(index).s);
        return cel_elem(container);
    }
    if (container->kind == CEL_LIST) {
        if (!cel_is_number(index) && !cel_is_dyn(index))
            cel_check_error(checker, node, "a list's index: expected int, found %s",
                            cel_type_name(index).s);
        return cel_elem(container);
    }
    diag = cel_check_error(checker, node, "expected a list or a map before `[`, found %s",
                           cel_type_name(container).s);
    if (container->kind == CEL_OBJECT)
        toc_diag_set_hint(diag, "fields are written with a point: a.b");
    return &cel_type_dyn;
}

static void check_index(struct cel_checker *checker, struct cel_node *node) {
    const struct cel_type *container, *elem;
    bool optional;

    cel_check_kids(checker, node);
    container = node->kids[0]->type;
    optional = node->optional || container->kind == CEL_OPTIONAL;
    if (container->kind == CEL_OPTIONAL)
        container = cel_elem(container);
    elem = element_type(checker, node, container);
    node->type = optional ? cel_type_optional_of(elem, checker->unit->keep) : elem;
}

void cel_check_node(struct cel_checker *checker, struct cel_node *node) {
    switch ((enum cel_node_kind)node->kind) {
    case CEL_NODE_CONST: node->type = cel_type_of_kind((enum cel_kind)node->value.kind); break;
    case CEL_NODE_IDENT: cel_check_ident(checker, node); break;
    case CEL_NODE_SELECT: cel_check_select(checker, node); break;
    case CEL_NODE_INDEX: check_index(checker, node); break;
    case CEL_NODE_CALL: cel_check_call(checker, node); break;
    case CEL_NODE_AND:
    case CEL_NODE_OR: check_logic(checker, node); break;
    case CEL_NODE_COND: check_cond(checker, node); break;
    case CEL_NODE_LIST: check_list(checker, node); break;
    case CEL_NODE_MAP: check_map(checker, node); break;
    case CEL_NODE_LOOP: cel_check_loop(checker, node); break;
    case CEL_NODE_VAR:
    case CEL_NODE_LOCAL:
    case CEL_NODE_FIELD:
    case CEL_NODE_FAIL: break;
    }
    // Without memory for a type the unit fails as a whole; until then nothing may be NULL.
    if (!node->type) {
        checker->unit->no_memory = true;
        node->type = &cel_type_dyn;
    }
}

void cel_check(struct cel_unit *unit, struct cel_node *node) {
    struct cel_checker checker = {.unit = unit};

    cel_check_node(&checker, node);
}
