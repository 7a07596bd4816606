// SPDX-License-Identifier: Apache-2.0
// Walks the tree: names, literals, logic, and the way to every other part.
#include <stdio.h>
#include <string.h>

#include "oracle.h"

#define MAX_DOTTED 256

static bool same_name(const struct cel_name *name, const char *s) {
    return name->n == strlen(s) && !memcmp(name->s, s, name->n);
}

static const struct olocal *find_local(const struct oracle *o, const struct cel_name *name) {
    const struct olocal *local = o->locals;

    while (local && (local->name.n != name->n || memcmp(local->name.s, name->s, name->n)))
        local = local->next;
    return local;
}

/* a.b.c when the chain is nothing but names, and the first no variable of a macro. */
static bool dotted(const struct oracle *o, const struct cel_node *node, char *dst) {
    size_t n;

    if (node->kind == CEL_NODE_IDENT) {
        if (find_local(o, &node->name) || node->name.n >= MAX_DOTTED / 4)
            return false;
        memcpy(dst, node->name.s, node->name.n);
        dst[node->name.n] = '\0';
        return true;
    }
    if (node->kind != CEL_NODE_SELECT || node->test || node->optional ||
        !dotted(o, node->kids[0], dst))
        return false;
    n = strlen(dst);
    if (n + node->name.n + 2 > MAX_DOTTED)
        return false;
    dst[n] = '.';
    memcpy(dst + n + 1, node->name.s, node->name.n);
    dst[n + 1 + node->name.n] = '\0';
    return true;
}

static bool find_global(struct oracle *o, const char *name, struct ov *ret) {
    static const char *const types[] = {"bool",
                                        "int",
                                        "uint",
                                        "double",
                                        "string",
                                        "bytes",
                                        "list",
                                        "map",
                                        "null_type",
                                        "type",
                                        "optional_type",
                                        "google.protobuf.Timestamp",
                                        "google.protobuf.Duration",
                                        "net.IP",
                                        "net.CIDR"};

    for (size_t i = 0; i < o->scope->n_constants; i++)
        if (!strcmp(o->scope->constants[i].name, name)) {
            *ret = ov_from(o, &o->scope->constants[i].value);
            return true;
        }
    for (size_t i = 0; i < o->scope->n_vars; i++)
        if (!strcmp(o->scope->vars[i].name, name)) {
            *ret = o->vars[i];
            return true;
        }
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (!strcmp(types[i], name)) {
            *ret = ov_type(types[i]);
            return true;
        }
    return false;
}

static struct ov eval_ident(struct oracle *o, const struct cel_node *node) {
    const struct olocal *local = find_local(o, &node->name);
    char name[MAX_DOTTED];
    struct ov value;

    if (local)
        return local->value;
    if (dotted(o, node, name) && find_global(o, name, &value))
        return value;
    return oracle_root(o, node->name.s, node->name.n);
}

bool oracle_is_missing(const struct ov *value) {
    return value->kind == CEL_ERROR &&
           (value->error == CEL_ERR_NO_SUCH_KEY || value->error == CEL_ERR_INDEX ||
            value->error == CEL_ERR_NO_SUCH_FIELD || value->error == CEL_ERR_UNOBSERVED);
}

/* The element as an optional: none when there is no such element. */
static struct ov optional_element(struct oracle *o, const struct ov *container,
                                  const struct ov *index, bool field) {
    struct ov value;

    if (container->kind == CEL_OPTIONAL && !container->n)
        return ov_optional(o, NULL);
    if (container->kind == CEL_OPTIONAL)
        container = &container->items[0];
    value = oracle_element(o, container, index, field);
    if (oracle_is_missing(&value))
        return ov_optional(o, NULL);
    return value.kind == CEL_ERROR ? value : ov_optional(o, &value);
}

/* has(a.b): where a is not there, because it was not observed, is no part of this variant or lies
 * beyond the end of a list, it has no fields. */
static struct ov eval_has(struct oracle *o, const struct cel_node *node) {
    struct ov container = oracle_eval(o, node->kids[0]);
    struct ov name = ov_string(node->name.s, node->name.n), value;

    if (container.kind == CEL_ERROR)
        return container.error == CEL_ERR_UNOBSERVED || container.error == CEL_ERR_NO_SUCH_FIELD ||
                       container.error == CEL_ERR_INDEX
                   ? ov_bool(false)
                   : container;
    if (container.kind == CEL_OPTIONAL && !container.n)
        return ov_bool(false);
    if (container.kind == CEL_OPTIONAL)
        container = container.items[0];
    value = oracle_element(o, &container, &name, true);
    if (oracle_is_missing(&value))
        return ov_bool(false);
    return value.kind == CEL_ERROR ? value : ov_bool(true);
}

static struct ov step(struct oracle *o, const struct cel_node *node, const struct ov *index,
                      bool field) {
    struct ov container = oracle_eval(o, node->kids[0]);

    if (container.kind == CEL_ERROR)
        return node->optional && container.error == CEL_ERR_UNOBSERVED ? ov_optional(o, NULL)
                                                                       : container;
    if (index->kind == CEL_ERROR)
        return *index;
    if (node->optional || container.kind == CEL_OPTIONAL)
        return optional_element(o, &container, index, field);
    return oracle_element(o, &container, index, field);
}

static struct ov eval_select(struct oracle *o, const struct cel_node *node) {
    struct ov name = ov_string(node->name.s, node->name.n), value;
    char text[MAX_DOTTED];

    if (node->test)
        return eval_has(o, node);
    if (dotted(o, node, text) && find_global(o, text, &value))
        return value;
    return step(o, node, &name, true);
}

/* && and ||: one side that decides does so whatever the others are; of errors the first in rank. */
static struct ov eval_logic(struct oracle *o, const struct cel_node *node, bool decisive) {
    bool failed = false;
    enum cel_error worst = CEL_ERR_RESOURCE;

    for (uint32_t i = 0; i < node->n; i++) {
        struct ov value = oracle_eval(o, node->kids[i]);
        enum cel_error error = value.kind == CEL_ERROR ? value.error : CEL_ERR_NO_OVERLOAD;

        if (value.kind == CEL_BOOL && value.b == decisive)
            return ov_bool(decisive);
        if (value.kind == CEL_BOOL)
            continue;
        failed = true;
        worst = error < worst ? error : worst;
    }
    return failed ? ov_error(worst) : ov_bool(!decisive);
}

static struct ov eval_cond(struct oracle *o, const struct cel_node *node) {
    struct ov test = oracle_eval(o, node->kids[0]);

    if (test.kind == CEL_ERROR)
        return test;
    if (test.kind != CEL_BOOL)
        return ov_error(CEL_ERR_NO_OVERLOAD);
    return oracle_eval(o, node->kids[test.b ? 1 : 2]);
}

static struct ov eval_list(struct oracle *o, const struct cel_node *node) {
    struct ov *items = ov_array(o, node->n);
    size_t n = 0;

    for (uint32_t i = 0; i < node->n; i++) {
        struct ov value = oracle_eval(o, node->kids[i]);

        if (value.kind == CEL_ERROR)
            return value;
        if (!node->optionals || !node->optionals[i])
            items[n++] = value;
        else if (value.kind != CEL_OPTIONAL)
            return ov_error(CEL_ERR_NO_OVERLOAD);
        else if (value.n)
            items[n++] = value.items[0];
    }
    return ov_items(CEL_LIST, items, n);
}

static struct ov eval_map(struct oracle *o, const struct cel_node *node) {
    struct ov map = ov_items(CEL_MAP, NULL, 0), *items = ov_array(o, node->n);

    map.items = items;
    for (uint32_t i = 0; i < node->n; i += 2) {
        struct ov key = oracle_eval(o, node->kids[i]), value;

        if (key.kind == CEL_ERROR)
            return key;
        value = oracle_eval(o, node->kids[i + 1]);
        if (value.kind == CEL_ERROR)
            return value;
        if (node->optionals && node->optionals[i]) {
            if (value.kind != CEL_OPTIONAL)
                return ov_error(CEL_ERR_NO_OVERLOAD);
            if (!value.n)
                continue;
            value = value.items[0];
        }
        if (!oracle_map_add(o, &map, items, &key, &value))
            return map;
    }
    return map;
}

enum { OPTIONAL = 5, IP };

static bool makes_optional(const struct cel_name *name) {
    return same_name(name, "of") || same_name(name, "none") || same_name(name, "ofNonZeroValue");
}

static struct ov eval_call(struct oracle *o, const struct cel_node *node) {
    static bool (*const libraries[])(const struct ocall *, struct ov *) = {
        oracle_operator, oracle_basic,        oracle_convert, oracle_time,
        oracle_strings,  oracle_strings_make, oracle_lists,   oracle_math,
        oracle_optional, oracle_network,      oracle_base64};
    static const char *const spaces[] = {
        "math", "sets", "lists", "strings", "base64", [OPTIONAL] = "optional", [IP] = "ip"};
    struct ov *args = ov_array(o, node->n), ret = ov_error(CEL_ERR_NO_OVERLOAD);
    struct ocall call = {.o = o, .member = node->member, .n = node->n, .args = args};
    char name[MAX_DOTTED];
    uint32_t first = 0;

    snprintf(name, sizeof(name), "%.*s", (int)node->name.n, node->name.s);
    for (size_t i = 0; node->member && i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        const struct cel_node *space = node->kids[0];

        if (first || space->kind != CEL_NODE_IDENT || !same_name(&space->name, spaces[i]) ||
            find_local(o, &space->name) || (i == OPTIONAL && !makes_optional(&node->name)) ||
            (i == IP && !same_name(&node->name, "isCanonical")))
            continue;
        snprintf(name, sizeof(name), "%s.%.*s", spaces[i], (int)node->name.n, node->name.s);
        call.member = false;
        call.n--;
        first = 1;
    }
    call.name = name;
    if (oracle_lazy(o, node, name, &ret))
        return ret;
    for (uint32_t i = first; i < node->n; i++) {
        args[i - first] = oracle_eval(o, node->kids[i]);
        if (args[i - first].kind == CEL_ERROR)
            return args[i - first];
    }
    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
        if (libraries[i](&call, &ret))
            return ret;
    return ov_error(CEL_ERR_NO_OVERLOAD);
}

struct ov oracle_eval(struct oracle *o, const struct cel_node *node) {
    struct ov index;

    switch ((enum cel_node_kind)node->kind) {
    case CEL_NODE_CONST: return ov_from(o, &node->value);
    case CEL_NODE_IDENT: return eval_ident(o, node);
    case CEL_NODE_SELECT: return eval_select(o, node);
    case CEL_NODE_INDEX: index = oracle_eval(o, node->kids[1]); return step(o, node, &index, false);
    case CEL_NODE_CALL: return eval_call(o, node);
    case CEL_NODE_AND: return eval_logic(o, node, false);
    case CEL_NODE_OR: return eval_logic(o, node, true);
    case CEL_NODE_COND: return eval_cond(o, node);
    case CEL_NODE_LIST: return eval_list(o, node);
    case CEL_NODE_MAP: return eval_map(o, node);
    case CEL_NODE_LOOP: return oracle_loop(o, node);
    default: return ov_error(CEL_ERR_RESOURCE);
    }
}
