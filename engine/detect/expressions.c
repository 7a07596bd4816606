// SPDX-License-Identifier: Apache-2.0
// All expressions of a signature in one list, for those who have to look at every one.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/signature.h"

struct collector {
    struct toc_loaded *loaded;
    struct toc_arena *arena;
    struct toc_expression *items;
    size_t n;
    int err;
};

/* Where it stands: `before`, then `name` and what is behind it. */
static void add(struct collector *c, enum toc_expression_kind kind, size_t index,
                const struct toc_node *node, uint64_t events, const char *before, const char *name,
                const char *behind) {
    struct toc_expression *item = &c->items[c->n];
    char text[256];

    if (!node || !node->text || c->n == TOC_MAX_EXPRESSIONS)
        return;
    snprintf(text, sizeof(text), "%s%s%s", before, name, behind);
    *item = (struct toc_expression){
        .where = toc_arena_strndup(c->arena, text, strlen(text)),
        .text = toc_arena_strndup(c->arena, node->text, node->n),
        .events = events,
        .kind = (uint8_t)kind,
        .index = (uint8_t)index,
        .needed = kind != TOC_EXPR_UNTIL && kind != TOC_EXPR_GROUP_BY && kind != TOC_EXPR_TRACK,
    };
    if (!item->where || !item->text)
        c->err = -ENOMEM;
    c->n++;
}

static void add_list(struct collector *c, enum toc_expression_kind kind,
                     const struct toc_node *list, uint64_t events, const char *where) {
    size_t i = 0;

    for (const struct toc_node *node = list ? list->child : NULL; node && i < TOC_MAX_GROUP_BY;
         node = node->next)
        add(c, kind, i++, node, events, where, "", "");
}

static void add_clause(struct collector *c, const struct toc_correlation_spec *spec, size_t i) {
    static const char *const measures[] = {".count", ".sum", ".distinct", ".min", ".max"};
    const struct toc_clause_spec *clause = &spec->clauses[i];
    bool let = spec->type == TOC_AGGREGATE;

    add(c, TOC_EXPR_CLAUSE_WHEN, i, clause->when, clause->events, let ? "let." : "steps.",
        clause->text, ".when");
    if (let)
        add(c, TOC_EXPR_CLAUSE_FIELD, i, clause->field, clause->events, "let.", clause->text,
            measures[clause->measure]);
    else
        add(c, TOC_EXPR_CLAUSE_FIELD, i, clause->field, clause->events, "condition.field", "", "");
}

static void add_correlation(struct collector *c, const struct toc_correlation_spec *spec) {
    for (size_t i = 0; i < spec->n_clauses; i++) {
        add_clause(c, spec, i);
        c->loaded->pub.clauses[i] = spec->clauses[i].events;
    }
    c->loaded->pub.n_clauses = spec->n_clauses;
    if (spec->has_until)
        add(c, TOC_EXPR_UNTIL, 0, spec->until.when, spec->until.events, "until.when", "", "");
    if (spec->type == TOC_AGGREGATE)
        add(c, TOC_EXPR_CONDITION, 0, spec->condition, 0, "condition", "", "");
    add_list(c, TOC_EXPR_GROUP_BY, spec->group_by, toc_correlation_all(spec), "group-by");
}

static const struct toc_node *child(const struct toc_node *map, const char *key) {
    for (const struct toc_node *node = map ? map->child : NULL; node; node = node->next)
        if (node->key && !strcmp(node->key, key))
            return node;
    return NULL;
}

int toc_loaded_expressions(struct toc_loaded *loaded, struct toc_arena *arena) {
    struct collector c = {.loaded = loaded, .arena = arena};

    c.items = toc_arena_array(arena, TOC_MAX_EXPRESSIONS, sizeof(*c.items));
    if (!c.items)
        return -ENOMEM;
    add(&c, TOC_EXPR_EACH, 0, loaded->each_node, loaded->events, "each", "", "");
    add(&c, TOC_EXPR_WHEN, 0, loaded->when_node, loaded->events, "when", "", "");
    loaded->pub.clauses[0] = loaded->events;
    loaded->pub.n_clauses = 1;
    if (loaded->correlation)
        add_correlation(&c, loaded->correlation);
    add_list(&c, TOC_EXPR_TRACK, child(loaded->threshold_node, "track"), loaded->events,
             "threshold.track");
    loaded->pub.expressions = c.items;
    loaded->pub.n_expressions = c.n;
    return c.err;
}

struct toc_part toc_compiled_part(const struct toc_compiled *compiled, size_t i) {
    const struct toc_expression *expression = &compiled->signature->expressions[i];
    const struct toc_correlation *correlation = compiled->correlation;
    const struct toc_clause *clause = correlation ? &correlation->clauses[expression->index] : NULL;

    switch ((enum toc_expression_kind)expression->kind) {
    case TOC_EXPR_EACH: return (struct toc_part){compiled->list, &compiled->scope, NULL};
    case TOC_EXPR_WHEN: return (struct toc_part){compiled->when, &compiled->scope, &compiled->why};
    case TOC_EXPR_CLAUSE_WHEN: return (struct toc_part){clause->when, &clause->scope, &clause->why};
    case TOC_EXPR_CLAUSE_FIELD: return (struct toc_part){clause->field, &clause->scope, NULL};
    case TOC_EXPR_UNTIL:
        return (struct toc_part){correlation->until.when, &correlation->until.scope, NULL};
    case TOC_EXPR_CONDITION:
        return (struct toc_part){correlation->condition, &correlation->condition_scope, NULL};
    case TOC_EXPR_GROUP_BY:
        return (struct toc_part){correlation->group.programs[expression->index],
                                 &correlation->group_scope, NULL};
    case TOC_EXPR_TRACK: break;
    }
    return (struct toc_part){compiled->threshold->track.programs[expression->index],
                             &compiled->scope, NULL};
}
