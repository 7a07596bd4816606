// SPDX-License-Identifier: Apache-2.0
// From a condition's tree to an over-approximation: through && || ! ?: and macros.
#include "cel/over.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cel/check.h"
#include "cel/over_node.h"
#include "cel/parse.h"

uint16_t over_find(const struct over *over, const char *path) {
    for (size_t i = 0; i < over->options->n_values; i++)
        if (!strcmp(over->options->values[i].path, path))
            return (uint16_t)i;
    return CEL_OVER_NO_VALUE;
}

static bool start_path(const struct over *over, const struct cel_node *node,
                       const struct over_local *locals, char dst[OVER_PATH]) {
    const char *start = NULL;

    if (node->kind == CEL_NODE_VAR && node->slot == 0)
        start = over->options->each;
    for (; node->kind == CEL_NODE_LOCAL && locals; locals = locals->outer) {
        if (locals->slot == node->slot) {
            start = locals->names ? NULL : locals->path;
            break;
        }
    }
    snprintf(dst, OVER_PATH, "%s", start ? start : "");
    return start;
}

bool over_path(const struct over *over, const struct cel_node *node,
               const struct over_local *locals, char dst[OVER_PATH]) {
    size_t n;

    if (node->kind != CEL_NODE_FIELD)
        return start_path(over, node, locals, dst);
    dst[0] = '\0';
    if (node->test || (node->n && !over_path(over, node->kids[0], locals, dst)))
        return false;
    n = strlen(dst);
    return (size_t)snprintf(dst + n, OVER_PATH - n, "%s%s", n ? "." : "", node->field->name) <
           OVER_PATH - n;
}

static const struct cel_over *junction(const struct over *over, const struct cel_node *node,
                                       const struct over_local *locals, bool want) {
    bool all = (node->kind == CEL_NODE_AND) == want;
    const struct cel_over *sum = all ? NULL : over_nothing(over);

    for (uint32_t i = 0; i < node->n; i++) {
        const struct cel_over *one = over_tree(over, node->kids[i], locals, want);

        sum = all ? over_both(over, sum, one) : over_either(over, sum, one);
    }
    return sum;
}

/* A test that fails decides nothing, but makes the whole fail. */
static const struct cel_over *choice(const struct over *over, const struct cel_node *node,
                                     const struct over_local *locals, bool want) {
    const struct cel_over *yes, *no;

    if (over->options->or_fails)
        return NULL;
    yes = over_both(over, over_tree(over, node->kids[0], locals, true),
                    over_tree(over, node->kids[1], locals, want));
    no = over_both(over, over_tree(over, node->kids[0], locals, false),
                   over_tree(over, node->kids[2], locals, want));
    return over_either(over, yes, no);
}

/* Whether the atom is about elements of the list. */
static bool is_within(const struct over *over, const struct cel_over_atom *atom, const char *list) {
    const char *path = over->options->values[atom->value].path, *at = strstr(path, list);

    return at && (at == path || at[-1] == '(') && at[strlen(list)] == '.';
}

/* Where there is to be an element: a list that is known then is not empty. What is asked of the
 * elements says so by itself. */
static const struct cel_over *some_element(const struct over *over, const char *list,
                                           const struct cel_over *sum) {
    struct cel_over_atom atom = {.op = CEL_OVER_ANY_OF,
                                 .value = over_find(over, list),
                                 .less = CEL_OVER_NO_VALUE,
                                 .low = 1 << 1};
    const struct cel_over *there;

    if (atom.value == CEL_OVER_NO_VALUE)
        return sum;
    there = over_one(over, &atom);
    for (size_t i = 0; sum && i < sum->n; i++)
        for (size_t k = 0; k < sum->terms[i].n; k++)
            if (is_within(over, &sum->terms[i].atoms[k], list))
                return sum;
    return over_both(over, there, sum);
}

/* Where some element makes the predicate `want`. A list that is known has to have elements. */
static const struct cel_over *loop(const struct over *over, const struct cel_node *node,
                                   const struct over_local *locals, bool want) {
    const struct cel_node *range = node->kids[0];
    struct over_local local = {.slot = node->slot, .outer = locals};
    const struct cel_over *sum;
    char path[OVER_PATH];

    if (over->options->or_fails || node->vars[1].n ||
        !((node->macro == CEL_MACRO_EXISTS && want) || (node->macro == CEL_MACRO_ALL && !want)))
        return NULL;
    if (range->kind == CEL_NODE_FIELD && over_path(over, range, locals, path)) {
        local.path = path;
        local.names = range->field->kind == TOC_KIND_NAMES ? range->field->names : NULL;
    }
    sum = over_tree(over, node->kids[1], &local, want);
    return local.path && !local.names ? some_element(over, path, sum) : sum;
}

/* A field that is a truth value. */
static const struct cel_over *flag(const struct over *over, const struct cel_node *node,
                                   const struct over_local *locals, bool want) {
    struct cel_over_atom atom = {
        .op = CEL_OVER_ANY_OF, .less = CEL_OVER_NO_VALUE, .low = want ? 1 << 1 : 1 << 0};
    char path[OVER_PATH];

    if (node->field->kind != TOC_KIND_BOOL || !over_path(over, node, locals, path))
        return NULL;
    atom.value = over_find(over, path);
    if (atom.value == CEL_OVER_NO_VALUE || over->options->values[atom.value].form != CEL_OVER_SET)
        return NULL;
    return over_one(over, &atom);
}

/* The tree is as deep as the expression, which is bounded. */
const struct cel_over *over_tree(const struct over *over, const struct cel_node *node,
                                 const struct over_local *locals, bool want) {
    switch ((enum cel_node_kind)node->kind) {
    case CEL_NODE_CONST:
        return node->value.kind == CEL_BOOL && node->value.b != want ? over_nothing(over) : NULL;
    case CEL_NODE_AND:
    case CEL_NODE_OR: return junction(over, node, locals, want);
    case CEL_NODE_COND: return choice(over, node, locals, want);
    case CEL_NODE_LOOP: return loop(over, node, locals, want);
    case CEL_NODE_FIELD: return flag(over, node, locals, want);
    case CEL_NODE_CALL:
        if (node->n == 1 && cel_name_is(&node->name, "!_"))
            return over_tree(over, node->kids[0], locals, !want);
        return over_call(over, node, locals, want);
    default: return NULL;
    }
}

/* The first part without which more would be known. */
static const struct cel_node *culprit(const struct over *over, const struct cel_node *node) {
    while (node->kind == CEL_NODE_OR) {
        uint32_t i = 0;

        while (i + 1 < node->n && over_tree(over, node->kids[i], NULL, true))
            i++;
        node = node->kids[i];
    }
    return node;
}

static void tell(const struct over *over, const struct cel_node *root, struct cel_over *ret) {
    const char *each = over->options->each;
    const struct cel_over *condition = over_tree(over, root, NULL, true);
    const struct cel_over *sum = each ? some_element(over, each, condition) : condition;
    const struct cel_node *why = condition ? root : culprit(over, root);

    *ret = sum ? *sum : (struct cel_over){.anything = true};
    ret->why_at = why->at;
    ret->why_n = why->end - why->at;
}

static int analyse(struct cel_unit *unit, const struct cel_over_options *options,
                   struct cel_over *ret) {
    const struct over over = {unit, options};
    struct cel_node *root = cel_parse(unit);

    if (!root)
        return unit->no_memory ? -ENOMEM : -EBADMSG;
    cel_check(unit, root);
    if (unit->no_memory)
        return -ENOMEM;
    if (unit->n_errors)
        return -EINVAL;
    tell(&over, root, ret);
    return 0;
}

int cel_over(const struct cel_source *source, const struct cel_scope *scope,
             const struct cel_over_options *options, struct cel_over *ret) {
    struct cel_unit unit = {.source = source, .scope = scope};
    int err = -ENOMEM;

    if (toc_arena_new(CEL_MAX_ARENA, &unit.work) == 0 &&
        toc_arena_new(CEL_MAX_ARENA, &unit.keep) == 0 &&
        toc_arena_new(CEL_MAX_FOLDED, &unit.folded) == 0)
        err = analyse(&unit, options, ret);
    toc_arena_free(&unit.work);
    toc_arena_free(&unit.keep);
    toc_arena_free(&unit.folded);
    return err;
}
