// SPDX-License-Identifier: Apache-2.0
// Calls: which overloads of a function may be meant, and what they give.
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cel/check.h"
#include "cel/function.h"
#include "cel/parse.h"

/* One function has no more overloads than this. */
#define MAX_OVERLOADS 32

struct search {
    struct cel_checker *checker;
    struct cel_node *node;
    const struct cel_function *found[MAX_OVERLOADS];
    size_t n;
    const struct cel_function *named[MAX_OVERLOADS]; /* of that name, whatever the arguments */
    size_t n_named;
    bool exact;
    const struct cel_type *result;
};

/* How well the arguments fit, and what the function then returns. */
static enum cel_fit fit_call(const struct cel_function *function, const struct cel_node *node,
                             struct cel_binding *binding) {
    enum cel_fit fit = CEL_FIT_YES;

    for (uint32_t i = 0; i < node->n && fit != CEL_FIT_NO; i++) {
        enum cel_fit one = cel_type_fit(function->args[i], node->kids[i]->type, binding);

        if (one < fit)
            fit = one;
    }
    return fit;
}

static bool consider(const struct cel_function *function, void *ctx) {
    struct search *search = ctx;
    struct cel_binding binding = {0};
    const struct cel_type *result;
    enum cel_fit fit;

    if (search->n_named < MAX_OVERLOADS)
        search->named[search->n_named++] = function;
    if (function->member != search->node->member || function->n_args != search->node->n)
        return true;
    fit = fit_call(function, search->node, &binding);
    // What the checker rules out may still be what a value turns out to be.
    if ((fit == CEL_FIT_NO && !search->checker->unit->scope->dyn) || search->n == MAX_OVERLOADS)
        return true;
    result = cel_type_bind(function->result, &binding, search->checker->unit->keep);
    search->result = search->n ? cel_type_join(search->result, result) : result;
    search->found[search->n++] = function;
    search->exact = fit == CEL_FIT_YES && search->n == 1;
    return !search->exact;
}

static const char *symbol(const struct cel_name *name, char dst[4]) {
    size_t n = 0;

    for (uint32_t i = 0; i < name->n && n < 3; i++)
        if (name->s[i] != '_')
            dst[n++] = name->s[i];
    dst[n] = '\0';
    return dst;
}

static bool is_operator(const struct cel_name *name) {
    return name->n <= 4 && (name->s[0] == '_' || name->s[name->n - 1] == '_') &&
           !strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", name->s[name->n / 2]);
}

static void add_types(struct toc_buf *buf, const struct cel_type *const *types, size_t n) {
    for (size_t i = 0; i < n; i++) {
        toc_buf_adds(buf, i ? ", " : "");
        cel_type_text(types[i], buf);
    }
}

/* Hint: the forms that there are. */
static void suggest_forms(const struct search *search, struct toc_diag *diag) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const char *text;

    for (size_t i = 0; i < search->n_named && i < 6; i++) {
        const struct cel_function *function = search->named[i];
        size_t skip = function->member;

        toc_buf_adds(&buf, i ? "; " : "");
        if (function->member) {
            cel_type_text(function->args[0], &buf);
            toc_buf_adds(&buf, ".");
        }
        toc_buf_addf(&buf, "%s(", function->name);
        add_types(&buf, function->args + skip, function->n_args - skip);
        toc_buf_adds(&buf, ")");
    }
    text = toc_buf_cstr(&buf);
    if (text)
        toc_diag_set_hint(diag, "there is %s", text);
}

static void operator_error(struct search *search) {
    struct cel_node *node = search->node;
    char text[4];
    struct toc_diag *diag;

    symbol(&node->name, text);
    if (node->n == 1) {
        cel_check_error(search->checker, node, "`%s` does not take %s", text,
                        cel_type_name(node->kids[0]->type).s);
        return;
    }
    diag =
        cel_check_error(search->checker, node, "`%s` does not take %s and %s", text,
                        cel_type_name(node->kids[0]->type).s, cel_type_name(node->kids[1]->type).s);
    cel_hint_numbers(diag, node);
}

static void arguments_error(struct search *search) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const struct cel_type *types[CEL_MAX_ARGS];
    struct cel_node *node = search->node;
    size_t skip = node->member, n = 0;
    const char *text;

    for (size_t i = skip; i < node->n && n < CEL_MAX_ARGS; i++)
        types[n++] = node->kids[i]->type;
    if (node->member) {
        cel_type_text(node->kids[0]->type, &buf);
        toc_buf_adds(&buf, ".");
    }
    toc_buf_addf(&buf, "%.*s(", (int)node->name.n, node->name.s);
    add_types(&buf, types, n);
    toc_buf_adds(&buf, ")");
    text = toc_buf_cstr(&buf);
    suggest_forms(search, cel_check_error(search->checker, node, "there is no %s",
                                          text ? text : "such function"));
}

struct names {
    const char *items[400];
    size_t n;
};

static bool collect(const struct cel_function *function, void *ctx) {
    struct names *names = ctx;

    if (names->n < sizeof(names->items) / sizeof(names->items[0]))
        names->items[names->n++] = function->name;
    return true;
}

static void unknown_function(struct search *search) {
    struct cel_node *node = search->node;
    struct names names = {.n = 0};
    const char *nearest;
    struct toc_diag *diag;

    for (size_t i = 0; cel_macro_name(i); i++)
        names.items[names.n++] = cel_macro_name(i);
    cel_functions_each(search->checker->unit->scope, collect, &names);
    nearest = toc_nearest(node->name.s, node->name.n, names.items, names.n);
    diag = cel_check_error(search->checker, node, "there is no function `%.*s`", (int)node->name.n,
                           node->name.s);
    if (nearest && strlen(nearest) == node->name.n && !memcmp(nearest, node->name.s, node->name.n))
        toc_diag_set_hint(diag, "`%s` takes other arguments", nearest);
    else if (nearest)
        toc_diag_set_hint(diag, "did you mean `%s`?", nearest);
}

static bool any(const struct cel_function *function, void *ctx) {
    *(bool *)ctx |= !function->member;
    return false;
}

/* math.abs(x): what looks like a receiver is part of the function's name. */
static void take_namespace(struct cel_checker *checker, struct cel_node *node) {
    char name[2 * CEL_MAX_NAME];
    bool found = false;
    size_t n;
    char *copy;

    n = cel_qualified_name(checker, node->kids[0], name);
    if (!n || node->name.n >= CEL_MAX_NAME)
        return;
    name[n++] = '.';
    memcpy(name + n, node->name.s, node->name.n);
    n += node->name.n;
    cel_functions_named(checker->unit->scope, name, n, any, &found);
    if (!found || !(copy = cel_work(checker->unit, n + 1)))
        return;
    memcpy(copy, name, n);
    node->name = (struct cel_name){copy, (uint32_t)n};
    node->member = false;
    node->kids++;
    node->n--;
}

void cel_check_call(struct cel_checker *checker, struct cel_node *node) {
    struct search search = {.checker = checker, .node = node, .result = &cel_type_dyn};

    if (node->member)
        take_namespace(checker, node);
    cel_check_kids(checker, node);
    if (cel_check_comparison(checker, node))
        return;
    cel_functions_named(checker->unit->scope, node->name.s, node->name.n, consider, &search);
    node->type = search.n ? search.result : &cel_type_dyn;
    node->exact = search.exact;
    node->n_overloads = (uint32_t)search.n;
    node->overloads = cel_work(checker->unit, search.n * sizeof(search.found[0]));
    if (node->overloads && search.n)
        memcpy(node->overloads, search.found, search.n * sizeof(search.found[0]));
    if (search.n)
        return;
    if (!search.n_named)
        unknown_function(&search);
    else if (is_operator(&node->name))
        operator_error(&search);
    else
        arguments_error(&search);
}
