// SPDX-License-Identifier: Apache-2.0
// From a correlation as written to programs: clauses, groups, the condition.
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "cel/uses.h"
#include "detect/compile.h"
#include "detect/correlation.h"
#include "detect/correlation_bounds.h"
#include "detect/signature.h"

/* What compiling needs. */
struct compiling {
    const struct toc_yaml *doc;
    const struct toc_correlation_spec *spec;
    struct toc_compiled *compiled;
    struct toc_correlation *out;
    struct toc_arena *arena;
    int err;
};

static void compile(struct compiling *c, const struct toc_node *node, const struct cel_scope *scope,
                    const struct cel_type *want, struct cel_program **ret) {
    struct toc_yaml_text text = {c->doc, node};
    struct cel_source source;
    int err;

    if (!node || c->err == -ENOMEM)
        return;
    source = toc_yaml_source(&text);
    err = cel_compile(&source, scope, want, c->doc->diags, ret);
    if (err)
        c->err = err == -ENOMEM ? err : -EINVAL;
}

/* The scope of a clause: its own events, the element, and the steps before it. */
static void set_scope(struct compiling *c, struct toc_clause *clause, uint64_t events,
                      size_t n_steps) {
    clause->events = events;
    clause->scope = c->compiled->scope;
    clause->scope.root_variants = events;
    clause->scope.vars = c->compiled->vars;
    clause->scope.n_vars = c->compiled->n_each + n_steps;
}

static bool is_number(const struct cel_type *type) {
    return type->kind == CEL_INT || type->kind == CEL_UINT || type->kind == CEL_DYN;
}

/* What is added up, or compared, must be a whole number, or without `each` a list of them. */
static void check_field(struct compiling *c, const struct toc_clause_spec *spec,
                        const struct toc_clause *clause) {
    _cleanup_toc_buf_ struct toc_buf text = {0};
    const struct cel_type *type;

    if (!clause->field || clause->measure == TOC_MEASURE_COUNT ||
        clause->measure == TOC_MEASURE_DISTINCT)
        return;
    type = cel_program_type(clause->field);
    if (is_number(type) || (type->kind == CEL_LIST && (!type->elem || is_number(type->elem))))
        return;
    cel_type_text(type, &text);
    toc_diag_set_hint(toc_yaml_error(c->doc, spec->field, "this is no whole number but %s",
                                     text.n ? toc_buf_cstr(&text) : "something else"),
                      "value_count and `distinct` count values of any type");
    c->err = c->err ? c->err : -EINVAL;
}

static bool mentions(const char *text, const char *name) {
    return text && strstr(text, name);
}

/* May a later step, or the message, look at the event of this step? Its name somewhere is enough to
 * keep the event; where it stands for something else, memory is wasted and nothing lost. */
static bool is_looked_at(const struct compiling *c, size_t step) {
    const char *name = c->spec->clauses[step].text;

    for (size_t i = step + 1; i < c->spec->n_clauses; i++)
        if (c->spec->clauses[i].when && mentions(c->spec->clauses[i].when->text, name))
            return true;
    return mentions(c->compiled->signature->message, name);
}

static const struct cel_type *step_type(struct compiling *c, uint64_t events) {
    struct cel_type *type = toc_arena_alloc(c->arena, sizeof(*type));

    if (!type) {
        c->err = -ENOMEM;
        return &cel_type_dyn;
    }
    *type = (struct cel_type){.kind = CEL_OBJECT, .object = &toc_object_event, .variants = events};
    return type;
}

/* What its condition looks at. */
static void explain(struct compiling *c, const struct toc_clause_spec *spec,
                    struct toc_clause *clause) {
    bool looks;

    if (clause->when && toc_whys_compile(spec->when->text, &clause->scope, c->arena, &clause->why,
                                         &looks) == -ENOMEM)
        c->err = -ENOMEM;
}

static void compile_clause(struct compiling *c, size_t i) {
    const struct toc_clause_spec *spec = &c->spec->clauses[i];
    struct toc_clause *clause = &c->out->clauses[i];
    bool temporal = toc_is_temporal(c->spec->type);

    clause->name = toc_arena_strndup(c->arena, spec->text, strlen(spec->text));
    clause->measure = spec->measure;
    clause->kept = temporal; // narrowed once all that could look at it is known
    set_scope(c, clause, spec->events, temporal ? i : 0);
    compile(c, spec->when, &clause->scope, &cel_type_bool, &clause->when);
    explain(c, spec, clause);
    compile(c, spec->field, &clause->scope, &cel_type_dyn, &clause->field);
    check_field(c, spec, clause);
    if (!clause->name)
        c->err = -ENOMEM;
    c->compiled->vars[c->compiled->n_each + i] =
        (struct cel_var){clause->name, temporal ? step_type(c, spec->events) : &cel_type_int};
}

/* The values that messages may show beside the event's. */
static void add_variables(struct compiling *c) {
    struct toc_compiled *compiled = c->compiled;
    size_t n = compiled->n_each;

    // A quantity without a name, that of the counting types, is `value`.
    n += c->spec->type >= TOC_TEMPORAL ? c->spec->n_clauses : 0;
    compiled->vars[n] = (struct cel_var){"count", &cel_type_int};
    compiled->vars[n + 1] = (struct cel_var){"value", &cel_type_int};
    compiled->message_scope.vars = compiled->vars;
    // The event of the alert is that of the last step.
    if (c->spec->type == TOC_TEMPORAL_ORDERED && c->spec->n_clauses)
        compiled->message_scope.root_variants = c->spec->clauses[c->spec->n_clauses - 1].events;
    compiled->message_scope.n_vars = n + (c->spec->type < TOC_TEMPORAL ? 2 : 1);
}

/* What the condition asks of each quantity. */
static void find_needs(struct toc_correlation *out) {
    for (size_t i = 0; i < out->n_clauses; i++) {
        struct toc_range *need = &out->needs[i];

        if (out->condition)
            cel_program_var_range(out->condition, i, &need->low, &need->high);
        else if (i == 0)
            toc_bounds_range(out, need);
    }
}

static void compile_condition(struct compiling *c) {
    struct toc_correlation *out = c->out;

    if (out->type < TOC_TEMPORAL && toc_bounds_compile(c->doc, c->spec, c->compiled, out) < 0)
        c->err = c->err ? c->err : -EINVAL;
    if (out->type != TOC_AGGREGATE)
        return;
    out->condition_scope = c->compiled->scope;
    out->condition_scope.root = NULL;
    out->condition_scope.vars = c->compiled->vars + c->compiled->n_each;
    out->condition_scope.n_vars = c->spec->n_clauses;
    if (c->spec->all_named)
        compile(c, c->spec->condition, &out->condition_scope, &cel_type_bool, &out->condition);
}

/* Of nothing: sums and counts are 0, the least and the greatest are not there. */
static int judge_empty(struct toc_correlation *out) {
    __attribute__((cleanup(toc_arena_free))) struct toc_arena *work = NULL;
    struct cel_value vars[TOC_MAX_CLAUSES], value;
    struct cel_activation activation = {.vars = vars};

    if (!out->condition)
        return 0;
    if (toc_arena_new(1u << 20, &work) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < out->n_clauses; i++)
        vars[i] = out->clauses[i].measure >= TOC_MEASURE_MIN ? cel_fail(CEL_ERR_UNOBSERVED, NULL)
                                                             : cel_int(0);
    value = cel_run(out->condition, &activation, work);
    out->empty_truth = value.kind == CEL_BOOL && value.b;
    return 0;
}

static void compile_groups(struct compiling *c) {
    struct toc_correlation *out = c->out;
    int err;

    out->group_scope = c->compiled->scope;
    out->group_scope.root_variants = toc_correlation_all(c->spec);
    err = toc_group_compile(c->doc, c->spec->group_by, &out->group_scope, c->arena, &out->group);
    if (err)
        c->err = err;
    out->group_of_event = true;
    for (size_t i = 0; i < out->group.n; i++)
        out->group_of_event &= !cel_program_uses_element(out->group.programs[i]);
    if (!c->spec->has_until)
        return;
    out->has_until = true;
    set_scope(c, &out->until, c->spec->until.events, 0);
    compile(c, c->spec->until.when, &out->until.scope, &cel_type_bool, &out->until.when);
}

int toc_correlation_compile(const struct toc_loaded *loaded, struct toc_compiled *compiled,
                            struct toc_arena *arena) {
    const struct toc_correlation_spec *spec = loaded->correlation;
    struct compiling c = {loaded->doc, spec, compiled, NULL, arena, 0};

    if (!spec)
        return 0;
    c.out = toc_arena_alloc(arena, sizeof(*c.out));
    if (!c.out)
        return -ENOMEM;
    compiled->correlation = c.out;
    c.out->type = spec->type;
    c.out->timespan = spec->timespan;
    c.out->n_clauses = spec->n_clauses;
    c.out->slides = true;
    for (unsigned i = TOC_LT; i < TOC_N_BOUNDS; i++)
        c.out->slides &= !spec->bounds[i];
    for (size_t i = 0; i < spec->n_clauses && c.err != -ENOMEM; i++)
        compile_clause(&c, i);
    compile_groups(&c);
    compile_condition(&c);
    find_needs(c.out);
    add_variables(&c);
    for (size_t i = 0; i < spec->n_clauses; i++)
        c.out->clauses[i].kept &= is_looked_at(&c, i);
    if (!c.err && !spec->good)
        c.err = -EINVAL;
    if (!c.err)
        c.err = judge_empty(c.out);
    return c.err;
}

static void clear_clause(struct toc_clause *clause) {
    cel_program_free(&clause->when);
    cel_program_free(&clause->field);
    toc_whys_clear(&clause->why);
}

void toc_correlation_clear(struct toc_correlation *correlation) {
    if (!correlation)
        return;
    for (size_t i = 0; i < correlation->n_clauses; i++)
        clear_clause(&correlation->clauses[i]);
    clear_clause(&correlation->until);
    toc_group_clear(&correlation->group);
    cel_program_free(&correlation->condition);
}
