// SPDX-License-Identifier: Apache-2.0
// Macros: calls that name variables, turned into loops while the text is parsed.
#include <string.h>

#include "cel/parse.h"

/* The forms of a macro: how many variables and expressions stand between the parentheses. */
static const struct macro {
    const char *name;
    uint8_t vars;
    uint8_t exprs;
    uint8_t kind; /* enum cel_macro */
    bool filter;  /* with one expression: it is the filter, not the result */
} macros[] = {
    {"all", 1, 1, CEL_MACRO_ALL, false},
    {"all", 2, 1, CEL_MACRO_ALL, false},
    {"exists", 1, 1, CEL_MACRO_EXISTS, false},
    {"exists", 2, 1, CEL_MACRO_EXISTS, false},
    {"exists_one", 1, 1, CEL_MACRO_EXISTS_ONE, false},
    {"exists_one", 2, 1, CEL_MACRO_EXISTS_ONE, false},
    {"existsOne", 1, 1, CEL_MACRO_EXISTS_ONE, false},
    {"existsOne", 2, 1, CEL_MACRO_EXISTS_ONE, false},
    {"map", 1, 1, CEL_MACRO_LIST, false},
    {"map", 1, 2, CEL_MACRO_LIST, false},
    {"filter", 1, 1, CEL_MACRO_LIST, true},
    {"transformList", 2, 1, CEL_MACRO_LIST, false},
    {"transformList", 2, 2, CEL_MACRO_LIST, false},
    {"transformMap", 2, 1, CEL_MACRO_MAP, false},
    {"transformMap", 2, 2, CEL_MACRO_MAP, false},
    {"transformMapEntry", 2, 1, CEL_MACRO_ENTRY, false},
    {"transformMapEntry", 2, 2, CEL_MACRO_ENTRY, false},
    {"optMap", 1, 1, CEL_MACRO_OPT_MAP, false},
    {"optFlatMap", 1, 1, CEL_MACRO_OPT_FLAT, false},
};

static const struct macro *find_macro(const struct cel_node *call) {
    for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
        if (cel_name_is(&call->name, macros[i].name) &&
            call->n == 1u + macros[i].vars + macros[i].exprs)
            return &macros[i];
    return NULL;
}

static bool take_variables(struct cel_parser *parser, const struct macro *macro,
                           const struct cel_node *call, struct cel_node *loop) {
    for (unsigned i = 0; i < macro->vars; i++) {
        const struct cel_node *var = call->kids[1 + i];

        if (var->kind != CEL_NODE_IDENT || var->absolute) {
            cel_unit_error(parser->unit, var->at, var->end - var->at,
                           "`%s` names its variable here: a plain identifier", macro->name);
            return false;
        }
        loop->vars[i] = var->name;
    }
    if (macro->vars == 2 && loop->vars[0].n == loop->vars[1].n &&
        !memcmp(loop->vars[0].s, loop->vars[1].s, loop->vars[0].n)) {
        cel_unit_error(parser->unit, call->kids[2]->at, loop->vars[1].n,
                       "the two variables have the same name");
        return false;
    }
    return true;
}

static struct cel_node *loop_node(struct cel_parser *parser, const struct cel_node *call,
                                  enum cel_macro macro, size_t n_kids) {
    struct cel_node *loop = cel_node_new(parser, CEL_NODE_LOOP, call->at, n_kids);

    if (!loop)
        return NULL;
    loop->macro = (uint8_t)macro;
    loop->name = call->name;
    loop->focus = call->focus;
    loop->focus_n = call->focus_n;
    return loop;
}

static struct cel_node *expand(struct cel_parser *parser, const struct macro *macro,
                               struct cel_node *call) {
    bool three = macro->kind == CEL_MACRO_LIST || macro->kind == CEL_MACRO_MAP ||
                 macro->kind == CEL_MACRO_ENTRY;
    struct cel_node *loop = loop_node(parser, call, (enum cel_macro)macro->kind, three ? 3 : 2);
    struct cel_node **exprs = call->kids + 1 + macro->vars;

    if (!loop || !take_variables(parser, macro, call, loop))
        return NULL;
    loop->kids[0] = call->kids[0];
    if (!three)
        loop->kids[1] = exprs[0];
    else if (macro->exprs == 2 || macro->filter)
        loop->kids[1] = exprs[0];
    if (three && !macro->filter)
        loop->kids[2] = exprs[macro->exprs - 1];
    return cel_node_done(parser, loop);
}

/* has(a.b) */
static struct cel_node *expand_has(struct cel_parser *parser, struct cel_node *call) {
    struct cel_node *select = call->kids[0];

    if (select->kind != CEL_NODE_SELECT || select->optional) {
        cel_unit_error(parser->unit, select->at, select->end - select->at,
                       "has() takes a field: has(a.b)");
        return NULL;
    }
    select->test = true;
    select->at = call->at;
    select->end = call->end;
    return select;
}

/* cel.bind(x, value, body) */
static struct cel_node *expand_bind(struct cel_parser *parser, struct cel_node *call) {
    static const struct macro bind = {"cel.bind", 1, 2, CEL_MACRO_BIND, false};
    struct cel_node *loop = loop_node(parser, call, CEL_MACRO_BIND, 2);

    if (!loop || !take_variables(parser, &bind, call, loop))
        return NULL;
    loop->kids[0] = call->kids[2];
    loop->kids[1] = call->kids[3];
    return cel_node_done(parser, loop);
}

/* math.greatest(a, b, c) is math.greatest([a, b, c]). */
static struct cel_node *expand_extreme(struct cel_parser *parser, struct cel_node *call) {
    struct cel_node *list = cel_node_new(parser, CEL_NODE_LIST, call->kids[1]->at, call->n - 1);

    if (!list)
        return NULL;
    memcpy(list->kids, call->kids + 1, list->n * sizeof(list->kids[0]));
    if (!cel_node_done(parser, list))
        return NULL;
    call->kids[1] = list;
    call->n = 2;
    return cel_node_done(parser, call);
}

static bool receiver_is(const struct cel_node *call, const char *name) {
    return call->kids[0]->kind == CEL_NODE_IDENT && cel_name_is(&call->kids[0]->name, name);
}

struct cel_node *cel_expand_macro(struct cel_parser *parser, struct cel_node *call) {
    const struct macro *macro;

    if (!call->member)
        return cel_name_is(&call->name, "has") && call->n == 1 ? expand_has(parser, call) : call;
    if (cel_name_is(&call->name, "bind") && call->n == 4 && receiver_is(call, "cel"))
        return expand_bind(parser, call);
    if (call->n > 2 && receiver_is(call, "math") &&
        (cel_name_is(&call->name, "greatest") || cel_name_is(&call->name, "least")))
        return expand_extreme(parser, call);
    macro = find_macro(call);
    return macro ? expand(parser, macro, call) : call;
}

const char *cel_macro_name(size_t index) {
    static const char *const others[] = {"has", "cel.bind"};
    size_t n = sizeof(macros) / sizeof(macros[0]);

    if (index < n)
        return macros[index].name;
    return index - n < sizeof(others) / sizeof(others[0]) ? others[index - n] : NULL;
}
