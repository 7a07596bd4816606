// SPDX-License-Identifier: Apache-2.0
// Macros, one function a kind, over a range that is first turned into a plain list.
#include "oracle.h"

struct range {
    struct oracle *o;
    const struct cel_node *node;
    size_t n;
    const struct ov *first, *second; /* the variables' values in each step */
};

/* Evaluates a part of the macro with its variables set. */
static struct ov eval_step(const struct range *range, size_t i, const struct cel_node *part) {
    struct oracle *o = range->o;
    const struct olocal *outer = o->locals;
    struct olocal one = {range->node->vars[0], range->first[i], outer}, two;
    struct ov value;

    o->locals = &one;
    if (range->node->vars[1].n) {
        two = (struct olocal){range->node->vars[1], range->second[i], &one};
        o->locals = &two;
    }
    value = oracle_eval(o, part);
    o->locals = outer;
    return value;
}

/* A condition: anything but a bool is an error. */
static struct ov judge(const struct range *range, size_t i, const struct cel_node *part) {
    struct ov value = eval_step(range, i, part);

    return value.kind == CEL_BOOL || value.kind == CEL_ERROR ? value
                                                             : ov_error(CEL_ERR_NO_OVERLOAD);
}

/* exists() is || over the elements, all() is &&. */
static struct ov quantify(const struct range *range, bool decisive) {
    struct ov result = ov_bool(!decisive);

    for (size_t i = 0; i < range->n; i++) {
        struct ov value = judge(range, i, range->node->kids[1]);

        if (value.kind == CEL_BOOL && value.b == decisive)
            return value;
        if (value.kind == CEL_ERROR && (result.kind != CEL_ERROR || value.error < result.error))
            result = value;
    }
    return result;
}

static struct ov exists_one(const struct range *range) {
    size_t found = 0;

    for (size_t i = 0; i < range->n; i++) {
        struct ov value = judge(range, i, range->node->kids[1]);

        if (value.kind == CEL_ERROR)
            return value;
        found += value.b;
    }
    return ov_bool(found == 1);
}

static struct ov make_list(const struct range *range) {
    struct ov *items = ov_array(range->o, range->n);
    size_t n = 0;

    for (size_t i = 0; i < range->n; i++) {
        struct ov pass =
            range->node->kids[1] ? judge(range, i, range->node->kids[1]) : ov_bool(true);

        if (pass.kind == CEL_ERROR)
            return pass;
        if (!pass.b)
            continue;
        items[n] =
            range->node->kids[2] ? eval_step(range, i, range->node->kids[2]) : range->first[i];
        if (items[n].kind == CEL_ERROR)
            return items[n];
        n++;
    }
    return ov_items(CEL_LIST, items, n);
}

static struct ov make_map(const struct range *range, bool entries) {
    struct ov *items = ov_array(range->o, 2 * range->n), map = ov_items(CEL_MAP, items, 0);

    for (size_t i = 0; i < range->n && map.kind == CEL_MAP; i++) {
        struct ov key = range->first[i], value;
        struct ov pass =
            range->node->kids[1] ? judge(range, i, range->node->kids[1]) : ov_bool(true);

        if (pass.kind == CEL_ERROR)
            return pass;
        if (!pass.b)
            continue;
        value = eval_step(range, i, range->node->kids[2]);
        if (value.kind == CEL_ERROR)
            return value;
        if (entries) {
            if (value.kind != CEL_MAP || value.n != 1)
                return ov_error(CEL_ERR_NO_OVERLOAD);
            key = value.items[0];
            value = value.items[1];
        }
        oracle_map_add(range->o, &map, items, &key, &value);
    }
    return map;
}

/* The steps over a list, whose first variable of two is the index, or over a map. */
static void set_range(struct range *range, const struct ov *over) {
    struct ov *first = ov_array(range->o, over->n), *second = ov_array(range->o, over->n);
    bool two = range->node->vars[1].n;

    for (size_t i = 0; i < over->n; i++) {
        if (over->kind == CEL_MAP) {
            first[i] = over->items[2 * i];
            second[i] = over->items[2 * i + 1];
        } else {
            first[i] = two ? ov_int((int64_t)i) : over->items[i];
            second[i] = over->items[i];
        }
    }
    range->n = over->n;
    range->first = first;
    range->second = second;
}

/* optMap and optFlatMap: over what an optional holds, if anything. */
static struct ov through(struct range *range, const struct ov *optional, bool flat) {
    struct ov value;

    if (optional->kind == CEL_ERROR || (optional->kind == CEL_OPTIONAL && !optional->n))
        return *optional;
    if (optional->kind != CEL_OPTIONAL)
        return ov_error(CEL_ERR_NO_OVERLOAD);
    range->first = optional->items;
    value = eval_step(range, 0, range->node->kids[1]);
    return flat || value.kind == CEL_ERROR ? value : ov_optional(range->o, &value);
}

struct ov oracle_loop(struct oracle *o, const struct cel_node *node) {
    struct range range = {.o = o, .node = node};
    struct ov over = oracle_eval(o, node->kids[0]);

    if (node->macro == CEL_MACRO_BIND) {
        range.first = &over;
        return eval_step(&range, 0, node->kids[1]);
    }
    if (node->macro == CEL_MACRO_OPT_MAP || node->macro == CEL_MACRO_OPT_FLAT)
        return through(&range, &over, node->macro == CEL_MACRO_OPT_FLAT);
    if (over.kind == CEL_ERROR)
        return over;
    if (over.kind != CEL_LIST && over.kind != CEL_MAP)
        return ov_error(CEL_ERR_NO_OVERLOAD);
    set_range(&range, &over);
    switch ((enum cel_macro)node->macro) {
    case CEL_MACRO_ALL: return quantify(&range, false);
    case CEL_MACRO_EXISTS: return quantify(&range, true);
    case CEL_MACRO_EXISTS_ONE: return exists_one(&range);
    case CEL_MACRO_LIST: return make_list(&range);
    default: return make_map(&range, node->macro == CEL_MACRO_ENTRY);
    }
}
