// SPDX-License-Identifier: Apache-2.0
// From checked syntax tree to closures, with constants folded.
#include "cel/compile.h"

#include "cel/parse.h"

static cel_code_ptr *compile_kids(struct cel_unit *unit, const struct cel_node *node,
                                  bool *ret_constant) {
    cel_code_ptr *codes = cel_work(unit, (node->n + 1u) * sizeof(*codes));

    *ret_constant = true;
    for (uint32_t i = 0; codes && i < node->n; i++) {
        codes[i] = cel_compile_node(unit, node->kids[i]);
        if (!codes[i])
            return NULL;
        *ret_constant &= !!cel_op_const_value(codes[i]);
    }
    return codes;
}

/* Runs code whose operands are constants once and for all. What fails is left to fail each time, so
 * that `false && 1/0 > 0` stays what it is. */
static cel_code_ptr fold(struct cel_unit *unit, cel_code_ptr code, bool constant) {
    struct cel_activation none = {0};
    struct cel_value value;

    if (!code || !constant)
        return code;
    cel_execute(code, &none, unit->folded, &value);
    return value.kind == CEL_ERROR ? code : cel_op_const(unit, &value);
}

static bool is_foreign(const struct cel_unit *unit, const struct cel_node *node) {
    const struct cel_function *first = unit->scope->functions;

    for (uint32_t i = 0; i < node->n_overloads; i++)
        if (first && node->overloads[i] >= first &&
            node->overloads[i] < first + unit->scope->n_functions)
            return true;
    return false;
}

static cel_code_ptr comparison(struct cel_unit *unit, const struct cel_node *node,
                               const cel_code_ptr *kids) {
    bool swapped = node->name.s[1] == '>', or_equal = node->name.n == 4 && node->name.s[2] == '=';

    if (cel_name_is(&node->name, "_==_") || cel_name_is(&node->name, "_!=_"))
        return cel_op_equal(unit, kids[0], kids[1], node->name.s[1] == '!');
    if (cel_name_is(&node->name, "@in"))
        return cel_op_in(unit, kids[0], kids[1]);
    return cel_op_less(unit, kids[0], kids[1], or_equal, swapped);
}

static bool is_comparison(const struct cel_node *node) {
    static const char *const names[] = {"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!node->member && node->n == 2 && cel_name_is(&node->name, names[i]))
            return true;
    return false;
}

/* or() and orValue() of an optional. */
static bool is_or_else(const struct cel_node *node) {
    return node->n_overloads == 1 && node->member && node->n == 2 &&
           node->overloads[0]->args[0]->kind == CEL_OPTIONAL &&
           (cel_name_is(&node->name, "or") || cel_name_is(&node->name, "orValue"));
}

static cel_code_ptr compile_call(struct cel_unit *unit, const struct cel_node *node) {
    cel_code_ptr *kids, code;
    bool constant;

    if (is_comparison(node) &&
        ((code = cel_compile_test(unit, node)) || (code = cel_compile_class(unit, node))))
        return code;
    kids = compile_kids(unit, node, &constant);
    if (!kids)
        return NULL;
    if (is_comparison(node))
        return cel_compile_text(unit, node, kids)
                   ?: fold(unit, comparison(unit, node, kids), constant);
    if (cel_name_is(&node->name, "!_") && node->n == 1)
        return cel_op_not(unit, kids[0]);
    if (is_or_else(node))
        return fold(unit,
                    cel_op_or_else(unit, kids[0], kids[1], cel_name_is(&node->name, "orValue")),
                    constant);
    if (cel_compile_regex(unit, node, kids, &code))
        return fold(unit, code, constant);
    if (!is_foreign(unit, node) && (code = cel_compile_call_test(unit, node, kids)))
        return code;
    code = cel_op_call(unit, node->overloads, node->n_overloads, node->exact, kids, node->n);
    return fold(unit, code, constant && !is_foreign(unit, node));
}

static cel_code_ptr compile_container(struct cel_unit *unit, const struct cel_node *node) {
    const bool *optionals = node->has_optional ? node->optionals : NULL;
    bool constant;
    cel_code_ptr *kids = compile_kids(unit, node, &constant), code;

    if (!kids)
        return NULL;
    code = node->kind == CEL_NODE_LIST ? cel_op_list(unit, kids, optionals, node->n)
                                       : cel_op_map(unit, kids, optionals, node->n);
    return fold(unit, code, constant);
}

static cel_code_ptr compile_field(struct cel_unit *unit, const struct cel_node *node) {
    struct cel_path path;

    if (!cel_compile_path(unit, node, &path))
        return NULL;
    return node->test ? cel_op_has(unit, &path) : cel_op_load(unit, &path);
}

static cel_code_ptr compile_logic(struct cel_unit *unit, const struct cel_node *node) {
    bool constant;
    cel_code_ptr *kids = compile_kids(unit, node, &constant);
    size_t n;

    if (!kids)
        return NULL;
    if (node->kind == CEL_NODE_COND)
        return cel_op_cond(unit, kids[0], kids[1], kids[2]);
    if (node->kind == CEL_NODE_OR)
        return cel_op_or(unit, kids, node->n);
    n = cel_merge_ranges(unit, kids, node->n);
    return n == 1 ? kids[0] : cel_op_and(unit, kids, n);
}

static cel_code_ptr compile_element(struct cel_unit *unit, const struct cel_node *node) {
    bool constant;
    cel_code_ptr *kids = compile_kids(unit, node, &constant), code;

    if (!kids)
        return NULL;
    code = node->kind == CEL_NODE_INDEX ? cel_op_index(unit, kids[0], kids[1], node->optional)
                                        : cel_op_select(unit, kids[0], node->name.s, node->name.n,
                                                        node->optional, node->test);
    return fold(unit, code, constant);
}

static cel_code_ptr compile_loop(struct cel_unit *unit, const struct cel_node *node) {
    struct cel_loop loop = {
        .macro = node->macro, .two = node->vars[1].n, .slot = node->slot, .first = NULL};
    cel_code_ptr names = cel_compile_names(unit, node);

    if (names)
        return names;
    if (!(loop.range = cel_compile_node(unit, node->kids[0])) ||
        (node->kids[1] && !(loop.first = cel_compile_node(unit, node->kids[1]))) ||
        (node->n > 2 && node->kids[2] && !(loop.second = cel_compile_node(unit, node->kids[2]))))
        return NULL;
    return cel_op_loop(unit, &loop);
}

cel_code_ptr cel_compile_node(struct cel_unit *unit, const struct cel_node *node) {
    switch ((enum cel_node_kind)node->kind) {
    case CEL_NODE_CONST:
    case CEL_NODE_FAIL: return cel_op_const(unit, &node->value);
    case CEL_NODE_VAR: return cel_op_var(unit, node->slot);
    case CEL_NODE_LOCAL: return cel_op_local(unit, node->slot);
    case CEL_NODE_FIELD: return compile_field(unit, node);
    case CEL_NODE_SELECT:
    case CEL_NODE_INDEX: return compile_element(unit, node);
    case CEL_NODE_CALL: return compile_call(unit, node);
    case CEL_NODE_AND:
    case CEL_NODE_OR:
    case CEL_NODE_COND: return compile_logic(unit, node);
    case CEL_NODE_LIST:
    case CEL_NODE_MAP: return compile_container(unit, node);
    case CEL_NODE_LOOP: return compile_loop(unit, node);
    case CEL_NODE_IDENT: break;
    }
    return NULL;
}
