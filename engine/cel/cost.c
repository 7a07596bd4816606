// SPDX-License-Identifier: Apache-2.0
// The estimate of cost: steps add up, macros multiply, and lists are as long as they can be.
#include "cel/cost.h"

#include <string.h>

#include "cel/parse.h"

/* A pattern that must be compiled first, and one that was. */
#define COST_PATTERN 256
#define COST_MATCH 16

struct bill {
    struct cel_unit *unit;
    uint64_t sizes[CEL_MAX_SLOTS]; /* elements of what a macro's variable holds */
    uint64_t times;                /* how often the node at hand is evaluated */
    const struct cel_node *worst;  /* the macro whose body is evaluated most often */
    uint64_t worst_size, worst_times;
};

/* Of one node: the steps of evaluating it once, and how many elements its value has at most. */
struct price {
    uint64_t steps, size;
};

static uint64_t add(uint64_t a, uint64_t b) {
    return __builtin_add_overflow(a, b, &a) ? UINT64_MAX : a;
}

static uint64_t multiply(uint64_t a, uint64_t b) {
    return __builtin_mul_overflow(a, b, &a) ? UINT64_MAX : a;
}

static struct price price_of(struct bill *bill, const struct cel_node *node);

static uint64_t size_of_field(const struct bill *bill, const struct toc_field *field) {
    const struct cel_scope *scope = bill->unit->scope;

    if (field->kind == TOC_KIND_NAMES)
        return field->names->n;
    if (field->kind == TOC_KIND_LIST && scope->list_limit)
        return scope->list_limit(field->object);
    return CEL_LIST_LIMIT;
}

static uint64_t size_of_const(const struct cel_value *value) {
    if (value->kind == CEL_LIST)
        return cel_list_size(value);
    return value->kind == CEL_MAP ? value->map->n : 1;
}

/* What is only known to be a list, a map or anything is as long as the longest list. */
static uint64_t size_of_type(const struct cel_type *type) {
    return type->kind == CEL_LIST || type->kind == CEL_MAP || type->kind == CEL_DYN ||
                   type->kind == CEL_PARAM || type->kind == CEL_OPTIONAL
               ? CEL_LIST_LIMIT
               : 1;
}

static struct price price_of_loop(struct bill *bill, const struct cel_node *node) {
    struct price range = price_of(bill, node->kids[0]), total = range;
    bool once = node->macro == CEL_MACRO_BIND || node->macro == CEL_MACRO_OPT_MAP ||
                node->macro == CEL_MACRO_OPT_FLAT;
    uint64_t n = once ? 1 : range.size, body = 1, outer = bill->times, last = 1;

    bill->sizes[node->slot] = once ? range.size : CEL_LIST_LIMIT;
    bill->sizes[node->slot + 1] = CEL_LIST_LIMIT;
    bill->times = multiply(outer, n);
    if (!once && bill->times > bill->worst_times) {
        bill->worst = node;
        bill->worst_size = n;
        bill->worst_times = bill->times;
    }
    for (uint32_t i = 1; i < node->n; i++) {
        struct price price = {0, 1};

        if (node->kids[i])
            price = price_of(bill, node->kids[i]);
        body = add(body, price.steps);
        last = price.size;
    }
    bill->times = outer;
    // A map that is made compares each new key with those before it.
    if (node->macro == CEL_MACRO_MAP || node->macro == CEL_MACRO_ENTRY)
        body = add(body, n / 2);
    total.steps = add(range.steps, multiply(n, body));
    total.size = once ? last : n;
    return total;
}

static bool is_named(const struct cel_node *node, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (cel_name_is(&node->name, names[i]))
            return true;
    return false;
}

#define IS_NAMED(node, names) is_named(node, names, sizeof(names) / sizeof((names)[0]))

/* What a call costs beside its arguments: `sum` and `product` are of their sizes. */
static uint64_t own_cost(const struct cel_node *node, uint64_t sum, uint64_t product) {
    static const char *const pairs[] = {"sets.contains", "sets.equivalent", "sets.intersects"};
    static const char *const patterns[] = {"matches", "find", "findAll"};

    if (IS_NAMED(node, patterns))
        return node->n > 1 && node->kids[1]->kind == CEL_NODE_CONST ? COST_MATCH : COST_PATTERN;
    if (cel_name_is(&node->name, "distinct"))
        return multiply(sum, sum);
    return IS_NAMED(node, pairs) ? product : sum;
}

static struct price price_of_call(struct bill *bill, const struct cel_node *node) {
    struct price total = {1, 1};
    uint64_t sum = 0, product = 1;

    for (uint32_t i = 0; i < node->n; i++) {
        struct price price = price_of(bill, node->kids[i]);
        bool many = node->kids[i]->type->kind == CEL_LIST || node->kids[i]->type->kind == CEL_MAP;

        total.steps = add(total.steps, price.steps);
        sum = add(sum, many ? price.size : 0);
        product = multiply(product, price.size);
    }
    total.steps = add(total.steps, own_cost(node, sum, product));
    if (node->type->kind == CEL_LIST || node->type->kind == CEL_MAP)
        total.size = sum ? sum : CEL_LIST_LIMIT;
    else
        total.size = size_of_type(node->type);
    return total;
}

/* The steps of all kids together; the size of the largest. */
static struct price price_of_kids(struct bill *bill, const struct cel_node *node) {
    struct price total = {1, 1};

    for (uint32_t i = 0; i < node->n; i++) {
        struct price price = price_of(bill, node->kids[i]);

        total.steps = add(total.steps, price.steps);
        if (price.size > total.size)
            total.size = price.size;
    }
    return total;
}

/* The tree is at most CEL_MAX_DEPTH levels deep. */
static struct price price_of(struct bill *bill, const struct cel_node *node) {
    struct price price;

    if (node->kind == CEL_NODE_LOOP)
        return price_of_loop(bill, node);
    if (node->kind == CEL_NODE_CALL)
        return price_of_call(bill, node);
    price = price_of_kids(bill, node);
    switch ((enum cel_node_kind)node->kind) {
    case CEL_NODE_CONST: price.size = size_of_const(&node->value); break;
    case CEL_NODE_FIELD: price.size = node->test ? 1 : size_of_field(bill, node->field); break;
    case CEL_NODE_LOCAL: price.size = bill->sizes[node->slot]; break;
    case CEL_NODE_LIST: price.size = node->n; break;
    case CEL_NODE_MAP: price.size = node->n / 2; break;
    case CEL_NODE_COND: break;
    default: price.size = size_of_type(node->type); break;
    }
    return price;
}

uint64_t cel_cost(struct cel_unit *unit, const struct cel_node *node) {
    struct bill bill = {.unit = unit, .times = 1};
    uint64_t steps = price_of(&bill, node).steps;
    const struct cel_node *worst = bill.worst ? bill.worst : node;
    struct toc_diag *diag;

    if (steps <= CEL_MAX_COST)
        return steps;
    diag = cel_unit_error(unit, worst->focus, worst->focus_n,
                          "this may take %.2g steps, and %u is the limit", (double)steps,
                          CEL_MAX_COST);
    if (bill.worst)
        toc_diag_set_hint(diag, "`%.*s` goes over up to %llu elements, %.2g in all",
                          (int)worst->name.n, worst->name.s, (unsigned long long)bill.worst_size,
                          (double)bill.worst_times);
    unit->too_big = true;
    return steps;
}
