// SPDX-License-Identifier: Apache-2.0
// Literals, names, brackets and what follows them: the lower half of the parser.
#include <string.h>

#include "cel/parse.h"
#include "cel/text.h"

bool cel_name_is(const struct cel_name *name, const char *s) {
    return name->n == strlen(s) && !memcmp(name->s, s, name->n);
}

static struct cel_name token_name(const struct cel_parser *parser) {
    return (struct cel_name){parser->unit->source->text + parser->tok.at, parser->tok.n};
}

struct cel_node *cel_parse_literal(struct cel_parser *parser, bool negative) {
    size_t at = negative ? parser->prev_end - 1 : parser->tok.at;
    struct cel_node *node = cel_node_new(parser, CEL_NODE_CONST, at, 0);

    if (!node || !cel_literal(parser->unit, &parser->tok, negative, &node->value))
        return NULL;
    cel_advance(parser);
    return cel_node_done(parser, node);
}

static bool is_reserved(const struct cel_name *name) {
    static const char *const words[] = {
        "in",     "as",  "break", "const",   "continue",  "else",   "for", "function", "if",
        "import", "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (cel_name_is(name, words[i]))
            return true;
    return false;
}

static struct cel_node *parse_word(struct cel_parser *parser, bool absolute, size_t at) {
    struct cel_name name = token_name(parser);
    struct cel_node *node;

    if (is_reserved(&name))
        return cel_unexpected(parser, "a value (this word is reserved)");
    node = cel_node_new(parser, CEL_NODE_IDENT, at, 0);
    if (!node)
        return NULL;
    cel_advance(parser);
    node->absolute = absolute;
    if (!absolute && (cel_name_is(&name, "true") || cel_name_is(&name, "false"))) {
        node->kind = CEL_NODE_CONST;
        node->value = cel_bool(name.n == 4);
    } else if (!absolute && cel_name_is(&name, "null")) {
        node->kind = CEL_NODE_CONST;
        node->value = cel_null();
    } else {
        node->name = name;
    }
    return cel_node_done(parser, node);
}

bool cel_add_kid(struct cel_parser *parser, struct cel_node *node, struct cel_node *kid,
                 bool optional) {
    struct cel_node **kids;
    bool *optionals;

    if (!node->n || (node->n >= 4 && !(node->n & (node->n - 1)))) {
        size_t cap = node->n ? node->n * 2 : 4;

        kids = cel_work(parser->unit, cap * sizeof(struct cel_node *));
        optionals = cel_work(parser->unit, cap * sizeof(bool));
        if (!kids || !optionals)
            return false;
        if (node->n) {
            memcpy(kids, node->kids, node->n * sizeof(struct cel_node *));
            memcpy(optionals, node->optionals, node->n * sizeof(bool));
        }
        node->kids = kids;
        node->optionals = optionals;
    }
    node->kids[node->n] = kid;
    node->optionals[node->n++] = optional;
    node->has_optional |= optional;
    return true;
}

bool cel_parse_args(struct cel_parser *parser, struct cel_node *call) {
    if (cel_take_op(parser, CEL_OP(')', 0)))
        return true;
    for (;;) {
        struct cel_node *kid = cel_parse_expr(parser);

        if (!kid || !cel_add_kid(parser, call, kid, false))
            return false;
        if (cel_take_op(parser, CEL_OP(')', 0)))
            return true;
        if (!cel_expect_op(parser, CEL_OP(',', 0), "`,` or `)`"))
            return false;
    }
}

static struct cel_node *parse_list(struct cel_parser *parser) {
    struct cel_node *list = cel_node_new(parser, CEL_NODE_LIST, parser->tok.at, 0);

    cel_advance(parser);
    while (list && !cel_take_op(parser, CEL_OP(']', 0))) {
        bool optional = cel_take_op(parser, CEL_OP('?', 0));
        struct cel_node *kid = cel_parse_expr(parser);

        if (!kid || !cel_add_kid(parser, list, kid, optional))
            return NULL;
        if (!cel_at_op(parser, CEL_OP(']', 0)) &&
            !cel_expect_op(parser, CEL_OP(',', 0), "`,` or `]`"))
            return NULL;
    }
    return list ? cel_node_done(parser, list) : NULL;
}

static struct cel_node *parse_map(struct cel_parser *parser) {
    struct cel_node *map = cel_node_new(parser, CEL_NODE_MAP, parser->tok.at, 0);

    cel_advance(parser);
    while (map && !cel_take_op(parser, CEL_OP('}', 0))) {
        bool optional = cel_take_op(parser, CEL_OP('?', 0));
        struct cel_node *key = cel_parse_expr(parser), *value;

        if (!key || !cel_add_kid(parser, map, key, optional) ||
            !cel_expect_op(parser, CEL_OP(':', 0), "`:` and a value"))
            return NULL;
        value = cel_parse_expr(parser);
        if (!value || !cel_add_kid(parser, map, value, optional))
            return NULL;
        if (!cel_at_op(parser, CEL_OP('}', 0)) &&
            !cel_expect_op(parser, CEL_OP(',', 0), "`,` or `}`"))
            return NULL;
    }
    return map ? cel_node_done(parser, map) : NULL;
}

static struct cel_node *parse_group(struct cel_parser *parser) {
    struct cel_node *node;

    cel_advance(parser);
    node = cel_parse_expr(parser);
    if (!node || !cel_expect_op(parser, CEL_OP(')', 0), "`)`"))
        return NULL;
    // (a || b) || c stays two nodes, so that a part of it can be shown as it was written.
    node->grouped = true;
    return node;
}

static struct cel_node *parse_atom(struct cel_parser *parser) {
    size_t at = parser->tok.at;

    switch (parser->tok.kind) {
    case CEL_TOK_INT:
    case CEL_TOK_UINT:
    case CEL_TOK_DOUBLE:
    case CEL_TOK_STRING:
    case CEL_TOK_BYTES: return cel_parse_literal(parser, false);
    case CEL_TOK_IDENT: return parse_word(parser, false, at);
    case CEL_TOK_OP: break;
    default: return cel_unexpected(parser, "a value");
    }
    if (cel_at_op(parser, CEL_OP('(', 0)))
        return parse_group(parser);
    if (cel_at_op(parser, CEL_OP('[', 0)))
        return parse_list(parser);
    if (cel_at_op(parser, CEL_OP('{', 0)))
        return parse_map(parser);
    if (!cel_take_op(parser, CEL_OP('.', 0)))
        return cel_unexpected(parser, "a value");
    if (parser->tok.kind != CEL_TOK_IDENT)
        return cel_unexpected(parser, "a name");
    return parse_word(parser, true, at);
}

/* f(…) or x.f(…), at the opening parenthesis. */
static struct cel_node *parse_call(struct cel_parser *parser, struct cel_node *receiver,
                                   struct cel_name name, size_t focus) {
    struct cel_node *call;

    call = cel_node_new(parser, CEL_NODE_CALL, receiver ? receiver->at : focus, 0);
    cel_advance(parser);
    if (!call || (receiver && !cel_add_kid(parser, call, receiver, false)))
        return NULL;
    call->name = name;
    call->member = receiver;
    call->focus = (uint32_t)focus;
    call->focus_n = name.n;
    if (!cel_parse_args(parser, call) || !cel_node_done(parser, call))
        return NULL;
    return cel_expand_macro(parser, call);
}

/* Words that are no field names unless quoted; the reserved ones are. */
static bool is_keyword(const struct cel_name *name) {
    return cel_name_is(name, "true") || cel_name_is(name, "false") || cel_name_is(name, "null") ||
           cel_name_is(name, "in");
}

static struct cel_node *parse_select(struct cel_parser *parser, struct cel_node *operand) {
    bool optional = cel_take_op(parser, CEL_OP('?', 0));
    bool quoted = parser->tok.kind == CEL_TOK_QUOTED;
    size_t focus = parser->tok.at;
    struct cel_name name = token_name(parser);
    struct cel_node *node;

    if (!quoted && parser->tok.kind != CEL_TOK_IDENT)
        return cel_unexpected(parser, "a field name");
    if (!quoted && is_keyword(&name))
        return cel_unexpected(parser, "a field name (this word needs backquotes)");
    cel_advance(parser);
    if (!quoted && !optional && cel_at_op(parser, CEL_OP('(', 0)))
        return parse_call(parser, operand, name, focus);
    node = cel_node_new(parser, CEL_NODE_SELECT, operand->at, 1);
    if (!node)
        return NULL;
    node->kids[0] = operand;
    node->name = quoted ? (struct cel_name){name.s + 1, name.n - 2} : name;
    node->optional = optional;
    node->focus = (uint32_t)focus;
    node->focus_n = name.n;
    return cel_node_done(parser, node);
}

static struct cel_node *parse_index(struct cel_parser *parser, struct cel_node *operand) {
    struct cel_node *node = cel_node_new(parser, CEL_NODE_INDEX, operand->at, 2);

    if (!node)
        return NULL;
    node->optional = cel_take_op(parser, CEL_OP('?', 0));
    node->kids[0] = operand;
    node->kids[1] = cel_parse_expr(parser);
    if (!node->kids[1] || !cel_expect_op(parser, CEL_OP(']', 0), "`]`"))
        return NULL;
    node->focus = node->kids[1]->at;
    node->focus_n = node->kids[1]->end - node->kids[1]->at;
    return cel_node_done(parser, node);
}

struct cel_node *cel_parse_primary(struct cel_parser *parser) {
    return cel_parse_members(parser, parse_atom(parser));
}

struct cel_node *cel_parse_members(struct cel_parser *parser, struct cel_node *node) {
    while (node) {
        if (node->kind == CEL_NODE_IDENT && cel_at_op(parser, CEL_OP('(', 0)) &&
            parser->prev_end == node->end)
            node = parse_call(parser, NULL, node->name, node->end - node->name.n);
        else if (cel_take_op(parser, CEL_OP('.', 0)))
            node = parse_select(parser, node);
        else if (cel_take_op(parser, CEL_OP('[', 0)))
            node = parse_index(parser, node);
        else
            break;
    }
    return node;
}
