// SPDX-License-Identifier: Apache-2.0
// Operators by precedence, then members and calls: the upper half of the parser.
#include "cel/parse.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "cel/text.h"

void cel_advance(struct cel_parser *parser) {
    parser->prev_end = parser->tok.at + parser->tok.n;
    parser->tok = cel_lex(parser->unit, parser->prev_end);
}

bool cel_at_op(const struct cel_parser *parser, uint16_t op) {
    return parser->tok.kind == CEL_TOK_OP && parser->tok.op == op;
}

bool cel_take_op(struct cel_parser *parser, uint16_t op) {
    if (!cel_at_op(parser, op))
        return false;
    cel_advance(parser);
    return true;
}

/* How an operator that is a word in other rule languages is written here; NULL for all else. */
static const char *written(const char *word, size_t n) {
    static const char *const words[][2] = {{"and", "a && b"},
                                           {"or", "a || b"},
                                           {"contains", "a.contains(b)"},
                                           {"startswith", "a.startsWith(b)"},
                                           {"endswith", "a.endsWith(b)"},
                                           {"matches", "a.matches(b)"}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (n == strlen(words[i][0]) && !strncasecmp(word, words[i][0], n))
            return words[i][1];
    return NULL;
}

/* Is the token before the word `not`? */
static bool is_negated(const struct cel_parser *parser) {
    const char *end = parser->unit->source->text + parser->prev_end;
    char before = parser->prev_end > 3 ? end[-4] : ' ';

    return parser->prev_end >= 3 && !strncasecmp(end - 3, "not", 3) &&
           !isalnum((unsigned char)before) && !strchr("_.`", before);
}

struct cel_node *cel_unexpected(struct cel_parser *parser, const char *expected) {
    const struct cel_token *tok = &parser->tok;
    const char *text = parser->unit->source->text;
    const char *here;

    if (tok->kind == CEL_TOK_BAD)
        return NULL;
    here = tok->kind == CEL_TOK_IDENT ? written(text + tok->at, tok->n) : NULL;
    if (here) {
        cel_unit_error(parser->unit, tok->at, tok->n, "this is written `%s`", here);
        return NULL;
    }
    if (tok->kind == CEL_TOK_IDENT && is_negated(parser)) {
        cel_unit_error(parser->unit, parser->prev_end - 3, 3, "`not` is written `!(…)`");
        return NULL;
    }
    if (tok->kind == CEL_TOK_END)
        cel_unit_error(parser->unit, tok->at, 1, "expected %s, found the end", expected);
    else
        cel_unit_error(parser->unit, tok->at, tok->n, "expected %s, found `%.*s`", expected,
                       (int)(tok->n < 40 ? tok->n : 40), text + tok->at);
    return NULL;
}

bool cel_expect_op(struct cel_parser *parser, uint16_t op, const char *what) {
    if (cel_take_op(parser, op))
        return true;
    cel_unexpected(parser, what);
    return false;
}

struct cel_node *cel_node_new(struct cel_parser *parser, enum cel_node_kind kind, size_t at,
                              size_t n_kids) {
    struct cel_unit *unit = parser->unit;
    struct cel_node *node;

    if (unit->n_nodes++ >= CEL_MAX_NODES) {
        cel_unit_limit(unit, at, 1, "it has more than 10000 parts");
        return NULL;
    }
    node = cel_work(unit, sizeof(*node));
    if (!node)
        return NULL;
    node->kind = (uint8_t)kind;
    node->at = node->focus = (uint32_t)at;
    node->n = (uint32_t)n_kids;
    if (n_kids && !(node->kids = cel_work(unit, n_kids * sizeof(struct cel_node *))))
        return NULL;
    return node;
}

struct cel_node *cel_node_done(struct cel_parser *parser, struct cel_node *node) {
    node->depth = 1;
    for (uint32_t i = 0; i < node->n; i++)
        if (node->kids[i] && node->kids[i]->depth >= node->depth)
            node->depth = node->kids[i]->depth + 1;
    node->end = (uint32_t)parser->prev_end;
    if (!node->focus_n)
        node->focus_n = node->end - node->focus;
    if (node->depth <= CEL_MAX_DEPTH)
        return node;
    cel_unit_limit(parser->unit, node->at, 1, "it is nested deeper than 200 levels");
    return NULL;
}

/* Binary operators; a higher number binds tighter. The name is that of the function. */
static const struct operator{
    uint16_t op;
    uint8_t precedence;
    const char *name;
}
operators[] = {
    {CEL_OP('|', '|'), 1, "||"},   {CEL_OP('&', '&'), 2, "&&"},   {CEL_OP('=', '='), 3, "_==_"},
    {CEL_OP('!', '='), 3, "_!=_"}, {CEL_OP('<', 0), 3, "_<_"},    {CEL_OP('<', '='), 3, "_<=_"},
    {CEL_OP('>', 0), 3, "_>_"},    {CEL_OP('>', '='), 3, "_>=_"}, {CEL_OP('+', 0), 4, "_+_"},
    {CEL_OP('-', 0), 4, "_-_"},    {CEL_OP('*', 0), 5, "_*_"},    {CEL_OP('/', 0), 5, "_/_"},
    {CEL_OP('%', 0), 5, "_%_"},
};

static const struct operator in_operator = {0, 3, "@in"};

static const struct operator* current_operator(const struct cel_parser *parser) {
    const struct cel_token *tok = &parser->tok;

    if (tok->kind == CEL_TOK_IDENT && tok->n == 2 &&
        !memcmp(parser->unit->source->text + tok->at, "in", 2))
        return &in_operator;
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
        if (cel_at_op(parser, operators[i].op))
            return &operators[i];
    return NULL;
}

/* -x, !x: a minus before a number belongs to the number. */
static struct cel_node *parse_unary(struct cel_parser *parser) {
    struct cel_token tok = parser->tok;
    struct cel_node *node, *operand;
    bool minus;

    if (!cel_at_op(parser, CEL_OP('-', 0)) && !cel_at_op(parser, CEL_OP('!', 0)))
        return cel_parse_primary(parser);
    minus = tok.op == CEL_OP('-', 0);
    cel_advance(parser);
    if (minus && (parser->tok.kind == CEL_TOK_INT || parser->tok.kind == CEL_TOK_DOUBLE))
        return cel_parse_members(parser, cel_parse_literal(parser, true));
    if (parser->depth++ >= CEL_MAX_DEPTH) {
        cel_unit_limit(parser->unit, tok.at, 1, "it is nested deeper than 200 levels");
        return NULL;
    }
    operand = parse_unary(parser);
    parser->depth--;
    if (!operand || !(node = cel_node_new(parser, CEL_NODE_CALL, tok.at, 1)))
        return NULL;
    node->name = minus ? (struct cel_name){"-_", 2} : (struct cel_name){"!_", 2};
    node->focus_n = 1;
    node->kids[0] = operand;
    return cel_node_done(parser, node);
}

/* a && b && c is one node with three kids: shallow trees, and one error rank over all. */
static struct cel_node *flatten(struct cel_parser *parser, enum cel_node_kind kind,
                                struct cel_node *left, struct cel_node *right) {
    struct cel_node *node = left;

    if (left->kind != kind || left->grouped) {
        node = cel_node_new(parser, kind, left->at, 0);
        if (!node || !cel_add_kid(parser, node, left, false))
            return NULL;
    }
    node->focus_n = 0;
    return cel_add_kid(parser, node, right, false) ? cel_node_done(parser, node) : NULL;
}

static struct cel_node *binary(struct cel_parser *parser, const struct operator* op, size_t at,
                               size_t n, struct cel_node *left, struct cel_node *right) {
    struct cel_node *node;

    if (op->precedence == 1)
        return flatten(parser, CEL_NODE_OR, left, right);
    if (op->precedence == 2)
        return flatten(parser, CEL_NODE_AND, left, right);
    node = cel_node_new(parser, CEL_NODE_CALL, left->at, 2);
    if (!node)
        return NULL;
    node->name = (struct cel_name){op->name, (uint32_t)strlen(op->name)};
    node->focus = (uint32_t)at;
    node->focus_n = (uint32_t)n;
    node->kids[0] = left;
    node->kids[1] = right;
    return cel_node_done(parser, node);
}

static struct cel_node *parse_binary(struct cel_parser *parser, unsigned min) {
    struct cel_node *left = parse_unary(parser);
    const struct operator* op;

    while (left && (op = current_operator(parser)) && op->precedence >= min) {
        size_t at = parser->tok.at, n = parser->tok.n;
        struct cel_node *right;

        cel_advance(parser);
        right = parse_binary(parser, op->precedence + 1u);
        left = right ? binary(parser, op, at, n, left, right) : NULL;
    }
    return left;
}

static struct cel_node *parse_conditional(struct cel_parser *parser) {
    struct cel_node *test = parse_binary(parser, 1), *node;

    if (!test || !cel_at_op(parser, CEL_OP('?', 0)))
        return test;
    node = cel_node_new(parser, CEL_NODE_COND, test->at, 3);
    cel_advance(parser);
    if (!node)
        return NULL;
    node->kids[0] = test;
    node->kids[1] = parse_binary(parser, 1);
    if (!node->kids[1] || !cel_expect_op(parser, CEL_OP(':', 0), "`:` and the other value"))
        return NULL;
    node->kids[2] = cel_parse_expr(parser);
    return node->kids[2] ? cel_node_done(parser, node) : NULL;
}

struct cel_node *cel_parse_expr(struct cel_parser *parser) {
    struct cel_node *node;

    if (parser->depth++ >= CEL_MAX_DEPTH) {
        cel_unit_limit(parser->unit, parser->tok.at, 1, "it is nested deeper than 200 levels");
        return NULL;
    }
    node = parse_conditional(parser);
    parser->depth--;
    return node;
}

struct cel_node *cel_parse(struct cel_unit *unit) {
    struct cel_parser parser = {.unit = unit};
    struct cel_node *node;

    if (unit->source->n > CEL_MAX_TEXT) {
        cel_unit_limit(unit, 0, 1, "it is longer than 64 KiB");
        return NULL;
    }
    parser.tok = cel_lex(unit, 0);
    node = cel_parse_expr(&parser);
    if (node && parser.tok.kind != CEL_TOK_END)
        return cel_unexpected(&parser, "an operator or the end");
    return node;
}
