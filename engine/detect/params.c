// SPDX-License-Identifier: Apache-2.0
// Parameters: from YAML to values of the expression language, and changed by packs and tests.
#include "detect/params.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "detect/read.h"

#define PREFIX "params."

static const struct cel_type list_int = {.kind = CEL_LIST, .elem = &cel_type_int};
static const struct cel_type list_string = {.kind = CEL_LIST, .elem = &cel_type_string};
static const struct cel_type list_bool = {.kind = CEL_LIST, .elem = &cel_type_bool};

static const struct cel_type *list_of(const struct cel_type *elem) {
    if (elem == &cel_type_int)
        return &list_int;
    return elem == &cel_type_string ? &list_string : &list_bool;
}

static const char *type_word(const struct cel_type *type) {
    static const struct {
        const struct cel_type *type;
        const char *word;
    } words[] = {
        {&cel_type_int, "an integer"},         {&cel_type_string, "a string"},
        {&cel_type_bool, "a boolean"},         {&list_int, "a list of integers"},
        {&list_string, "a list of strings"},   {&list_bool, "a list of booleans"},
        {&cel_type_list_dyn, "an empty list"},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (words[i].type == type)
            return words[i].word;
    return "?";
}

/* YAML's floating-point numbers are text here: as a parameter that would be no help. */
static bool is_float(const struct toc_node *node) {
    char *end;

    if (!node->plain || strspn(node->text, "+-.0123456789eE") != node->n)
        return false;
    strtod(node->text, &end);
    return end == node->text + node->n;
}

/* The type of a scalar and its value, or NULL when it is nothing a parameter can be. */
static const struct cel_type *scalar(const struct toc_node *node, struct toc_arena *arena,
                                     struct cel_value *ret) {
    switch (node->kind) {
    case TOC_NODE_BOOL: *ret = cel_bool(node->i); return &cel_type_bool;
    case TOC_NODE_INT: *ret = cel_int(node->i); return node->big ? NULL : &cel_type_int;
    case TOC_NODE_STRING:
        if (is_float(node))
            return NULL;
        *ret = cel_string(toc_arena_strndup(arena, node->text, node->n), node->n);
        return ret->s ? &cel_type_string : NULL;
    default: return NULL;
    }
}

static bool refuse(const struct toc_yaml *doc, const struct toc_node *node) {
    if (node->kind == TOC_NODE_INT)
        toc_yaml_error(doc, node, "%s is out of range", node->text);
    else
        toc_diag_set_hint(toc_yaml_error(doc, node, "a parameter cannot be %s",
                                         node->kind == TOC_NODE_STRING ? "a floating-point number"
                                                                       : toc_node_what(node)),
                          "an integer, a string, a boolean, or a list of them");
    return false;
}

static bool read_list(const struct toc_yaml *doc, const struct toc_node *node,
                      struct toc_arena *arena, struct toc_param *ret) {
    size_t n = toc_node_count(node), i = 0;
    struct cel_value *items = toc_arena_array(arena, n + 1, sizeof(*items));
    struct cel_list *list = toc_arena_alloc(arena, sizeof(*list));
    const struct cel_type *first = NULL;

    if (!items || !list)
        return false;
    for (const struct toc_node *child = node->child; child; child = child->next) {
        const struct cel_type *type = scalar(child, arena, &items[i++]);

        if (!type)
            return refuse(doc, child);
        first = first ? first : type;
        if (type != first) {
            toc_yaml_error(doc, child, "a list of parameters holds one type: %s after %s",
                           type_word(type), type_word(first));
            return false;
        }
    }
    *list = (struct cel_list){.items = items, .n = n};
    ret->value = (struct cel_value){.kind = CEL_LIST, .form = CEL_FORM_ITEMS, .list = list};
    ret->type = first ? list_of(first) : &cel_type_list_dyn;
    return true;
}

static bool read_value(const struct toc_yaml *doc, const struct toc_node *node,
                       struct toc_arena *arena, struct toc_param *ret) {
    if (node->kind == TOC_NODE_LIST)
        return read_list(doc, node, arena, ret);
    ret->type = scalar(node, arena, &ret->value);
    return ret->type || refuse(doc, node);
}

const struct toc_origin *toc_origin_of(const struct toc_yaml *doc, const struct toc_node *node,
                                       const char *how, const struct toc_origin *before,
                                       struct toc_arena *arena) {
    struct toc_origin *origin = toc_arena_alloc(arena, sizeof(*origin));
    const char *file = toc_arena_strndup(arena, doc->file, strlen(doc->file));

    if (!origin || !file)
        return NULL;
    *origin = (struct toc_origin){how, file, node ? node->line : 0, before};
    return origin;
}

int toc_params_read(const struct toc_yaml *doc, const struct toc_node *map, struct toc_arena *arena,
                    struct toc_params *ret, bool *ret_good) {
    size_t n = toc_node_count(map);

    *ret = (struct toc_params){0};
    if (n > TOC_MAX_PARAMS) {
        toc_yaml_error(doc, map, "more than %d parameters", TOC_MAX_PARAMS);
        *ret_good = false;
        return 0;
    }
    ret->items = toc_arena_array(arena, n + 1, sizeof(*ret->items));
    if (!ret->items)
        return -ENOMEM;
    for (const struct toc_node *node = map ? map->child : NULL; node; node = node->next) {
        struct toc_param *param = &ret->items[ret->n];
        char *name = toc_arena_alloc(arena, sizeof(PREFIX) + node->key_n);

        if (!name)
            return -ENOMEM;
        memcpy(name, PREFIX, sizeof(PREFIX) - 1);
        memcpy(name + sizeof(PREFIX) - 1, node->key, node->key_n);
        param->name = name;
        param->origin = toc_origin_of(doc, node, "signature", NULL, arena);
        if (!param->origin)
            return -ENOMEM;
        if (!toc_is_identifier(node->key)) {
            toc_yaml_error_key(doc, node, "`%s` is no name for a parameter", node->key);
            *ret_good = false;
        } else {
            *ret_good &= read_value(doc, node, arena, param);
            // What is no parameter may stand for anything, so that only it is told of.
            if (!param->type)
                *param = (struct toc_param){.name = param->name,
                                            .value = {.kind = CEL_NULL},
                                            .type = &cel_type_dyn,
                                            .origin = param->origin};
            ret->n++;
        }
    }
    return 0;
}

static struct toc_param *find(const struct toc_params *params, const char *name) {
    for (size_t i = 0; i < params->n; i++)
        if (!strcmp(params->items[i].name + sizeof(PREFIX) - 1, name))
            return &params->items[i];
    return NULL;
}

static void unknown(const struct toc_yaml *doc, const struct toc_node *node,
                    const struct toc_params *params) {
    const char *names[TOC_MAX_PARAMS], *nearest;
    _cleanup_toc_buf_ struct toc_buf all = {0};
    struct toc_diag *diag = toc_yaml_error_key(doc, node, "there is no parameter `%s`", node->key);

    for (size_t i = 0; i < params->n; i++) {
        names[i] = params->items[i].name + sizeof(PREFIX) - 1;
        toc_buf_addf(&all, "%s`%s`", i ? ", " : "", names[i]);
    }
    nearest = toc_nearest(node->key, node->key_n, names, params->n);
    if (nearest)
        toc_diag_set_hint(diag, "did you mean `%s`?", nearest);
    else if (params->n == 0)
        toc_diag_set_hint(diag, "the signature has none");
    else if (toc_buf_cstr(&all))
        toc_diag_set_hint(diag, "its parameters are %s", all.p);
}

static bool is_list(const struct cel_type *type) {
    return type->kind == CEL_LIST;
}

static bool fits(const struct cel_type *had, const struct cel_type *got) {
    if (had == got || had == &cel_type_dyn)
        return true;
    return is_list(had) && is_list(got) && (had == &cel_type_list_dyn || got == &cel_type_list_dyn);
}

/* -ENOMEM. */
static int append_list(struct toc_param *param, const struct toc_param *more,
                       struct toc_arena *arena) {
    const struct cel_list *a = param->value.list, *b = more->value.list;
    struct cel_value *items = toc_arena_array(arena, a->n + b->n + 1, sizeof(*items));
    struct cel_list *list = toc_arena_alloc(arena, sizeof(*list));

    if (!items || !list)
        return -ENOMEM;
    memcpy(items, a->items, a->n * sizeof(*items));
    memcpy(items + a->n, b->items, b->n * sizeof(*items));
    *list = (struct cel_list){.items = items, .n = a->n + b->n};
    param->value.list = list;
    return 0;
}

/* 1: done, 0: an error was added, -ENOMEM. */
static int change(const struct toc_yaml *doc, const struct toc_node *node, bool append,
                  struct toc_params *params, struct toc_arena *arena) {
    struct toc_param *param = find(params, node->key), given = {0};

    if (!param) {
        unknown(doc, node, params);
        return 0;
    }
    if (append && !is_list(param->type)) {
        toc_diag_set_hint(toc_yaml_error_key(doc, node, "`%s` is %s: nothing can be added",
                                             node->key, type_word(param->type)),
                          "use `set`");
        return 0;
    }
    if (!read_value(doc, node, arena, &given))
        return 0;
    if (!fits(param->type, given.type)) {
        toc_yaml_error(doc, node, "`%s` is %s, not %s", node->key, type_word(param->type),
                       type_word(given.type));
        return 0;
    }
    if (append && append_list(param, &given, arena) < 0)
        return -ENOMEM;
    if (!append)
        param->value = given.value;
    param->origin = toc_origin_of(doc, node, append ? "add" : "set", param->origin, arena);
    if (!param->origin)
        return -ENOMEM;
    if (param->type == &cel_type_list_dyn)
        param->type = given.type;
    return 1;
}

int toc_params_change(const struct toc_yaml *doc, const struct toc_node *map, bool append,
                      const struct toc_params *base, struct toc_arena *arena,
                      struct toc_params *ret, bool *ret_good) {
    struct toc_params params = {.n = base->n};

    params.items = toc_arena_array(arena, base->n + 1, sizeof(*params.items));
    if (!params.items)
        return -ENOMEM;
    if (base->n)
        memcpy(params.items, base->items, base->n * sizeof(*params.items));
    for (const struct toc_node *node = map->child; node; node = node->next) {
        int done = change(doc, node, append, &params, arena);

        if (done < 0)
            return done;
        *ret_good &= done;
    }
    *ret = params;
    return 0;
}

int toc_params_text(const struct toc_params *params, struct toc_arena *arena,
                    const char *const **ret) {
    const char **texts = toc_arena_array(arena, params->n + 1, sizeof(*texts));

    if (!texts)
        return -ENOMEM;
    for (size_t i = 0; i < params->n; i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};

        toc_buf_addf(&buf, "%s: ", params->items[i].name + sizeof(PREFIX) - 1);
        cel_value_literal(&params->items[i].value, &buf);
        texts[i] = toc_buf_cstr(&buf) ? toc_arena_strndup(arena, buf.p, buf.n) : NULL;
        if (!texts[i])
            return -ENOMEM;
    }
    *ret = texts;
    return 0;
}
