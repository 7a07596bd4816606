// SPDX-License-Identifier: Apache-2.0
// Reads `correlation`: its keys, and those of steps, quantities and `until`.
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "detect/correlation.h"
#include "detect/read.h"
#include "detect/signature.h"

const char *const toc_correlation_names[6] = {"event_count", "value_count",      "value_sum",
                                              "temporal",    "temporal_ordered", "aggregate"};

enum { TYPE, GROUP_BY, TIMESPAN, CONDITION, STEPS, LET, UNTIL, N_KEYS };

static const struct toc_key keys[N_KEYS] = {
    [TYPE] = {"type", TOC_WANT_STRING, true},
    [GROUP_BY] = {"group-by", TOC_WANT_STRINGS, false},
    [TIMESPAN] = {"timespan", TOC_WANT_EXPR, true},
    [CONDITION] = {"condition", TOC_WANT_ANY, false},
    [STEPS] = {"steps", TOC_WANT_LIST, false},
    [LET] = {"let", TOC_WANT_MAP, false},
    [UNTIL] = {"until", TOC_WANT_MAP, false},
};

enum { CLAUSE_NAME, CLAUSE_EVENTS, CLAUSE_WHEN, N_CLAUSE_KEYS };

static const struct toc_key step_keys[N_CLAUSE_KEYS] = {
    [CLAUSE_NAME] = {"name", TOC_WANT_STRING, true},
    [CLAUSE_EVENTS] = {"events", TOC_WANT_STRINGS, false},
    [CLAUSE_WHEN] = {"when", TOC_WANT_EXPR, false},
};
static const struct toc_key until_keys[N_CLAUSE_KEYS] = {
    [CLAUSE_NAME] = {"", TOC_WANT_NEVER, false},
    [CLAUSE_EVENTS] = {"events", TOC_WANT_STRINGS, false},
    [CLAUSE_WHEN] = {"when", TOC_WANT_EXPR, false},
};

/* In the order of enum toc_measure_kind. */
enum { LET_COUNT, LET_SUM, LET_DISTINCT, LET_MIN, LET_MAX, LET_EVENTS, LET_WHEN, N_LET_KEYS };

static const struct toc_key let_keys[N_LET_KEYS] = {
    [LET_COUNT] = {"count", TOC_WANT_EXPR, false},
    [LET_SUM] = {"sum", TOC_WANT_EXPR, false},
    [LET_DISTINCT] = {"distinct", TOC_WANT_EXPR, false},
    [LET_MIN] = {"min", TOC_WANT_EXPR, false},
    [LET_MAX] = {"max", TOC_WANT_EXPR, false},
    [LET_EVENTS] = {"events", TOC_WANT_STRINGS, false},
    [LET_WHEN] = {"when", TOC_WANT_EXPR, false},
};

/* The first TOC_N_BOUNDS in the order of enum toc_bound_op. */
static const struct toc_key condition_keys[TOC_N_BOUNDS + 1] = {
    [TOC_GTE] = {"gte", TOC_WANT_EXPR, false},        [TOC_GT] = {"gt", TOC_WANT_EXPR, false},
    [TOC_LT] = {"lt", TOC_WANT_EXPR, false},          [TOC_LTE] = {"lte", TOC_WANT_EXPR, false},
    [TOC_EQ] = {"eq", TOC_WANT_EXPR, false},          [TOC_NEQ] = {"neq", TOC_WANT_EXPR, false},
    [TOC_N_BOUNDS] = {"field", TOC_WANT_EXPR, false},
};

struct reader {
    const struct toc_loaded *loaded;
    const struct toc_yaml *doc;
    uint64_t own;
    struct toc_correlation_spec *spec;
    size_t named; /* clauses that were added */
};

static bool read_events(struct reader *reader, const struct toc_node *map,
                        const struct toc_node *list, uint64_t *ret) {
    *ret = reader->own;
    if (list)
        return toc_events_read(reader->doc, list, ret);
    if (!reader->own)
        toc_diag_set_hint(toc_yaml_error(reader->doc, map, "`events` is missing"),
                          "give it here, or `events` of the signature for all");
    return reader->own != 0;
}

/* A name that an expression can use for it. */
static bool check_name(struct reader *reader, const struct toc_node *node, const char *name,
                       bool is_key) {
    const char *each = reader->loaded->pub.each_var;
    bool taken = each && !strcmp(each, name);

    for (size_t i = 0; i < reader->spec->n_clauses; i++)
        taken |= !strcmp(reader->spec->clauses[i].text, name);
    if (!taken && toc_is_identifier(name) &&
        !toc_object_field(&toc_object_event, name, strlen(name), TOC_ALL_VARIANTS))
        return true;
    if (is_key)
        toc_yaml_error_key(reader->doc, node, "`%s` cannot be a name here", name);
    else
        toc_yaml_error(reader->doc, node, "`%s` cannot be a name here", name);
    return false;
}

static bool add_clause(struct reader *reader, const struct toc_node *where,
                       const struct toc_clause_spec *clause) {
    reader->named++;
    if (reader->spec->n_clauses == TOC_MAX_CLAUSES) {
        toc_yaml_error(reader->doc, where, "more than %d of them", TOC_MAX_CLAUSES);
        return false;
    }
    reader->spec->clauses[reader->spec->n_clauses++] = *clause;
    return true;
}

static bool read_step(struct reader *reader, const struct toc_node *node) {
    const struct toc_node *at[N_CLAUSE_KEYS];
    struct toc_clause_spec clause = {0};
    bool good = toc_read_map(reader->doc, node, "a step", step_keys, N_CLAUSE_KEYS, false, at);

    clause.name = at[CLAUSE_NAME];
    clause.when = at[CLAUSE_WHEN];
    good &= read_events(reader, node, at[CLAUSE_EVENTS], &clause.events);
    if (!clause.name)
        return false;
    clause.text = clause.name->text;
    return check_name(reader, clause.name, clause.text, false) &&
           add_clause(reader, node, &clause) && good;
}

static bool read_let(struct reader *reader, const struct toc_node *node) {
    const struct toc_node *at[N_LET_KEYS];
    struct toc_clause_spec clause = {.name = node, .text = node->key};
    unsigned n = 0;
    bool good;

    good = toc_read_map(reader->doc, node, "a quantity", let_keys, N_LET_KEYS, false, at);
    for (unsigned i = LET_COUNT; i <= LET_MAX; i++) {
        if (!at[i])
            continue;
        n++;
        clause.measure = (uint8_t)i;
        clause.field = at[i];
    }
    if (n > 1) {
        toc_diag_set_hint(
            toc_yaml_error_key(reader->doc, clause.field, "`%s` is two quantities", node->key),
            "one of count, sum, distinct, min, max");
        good = false;
    }
    clause.when = at[LET_WHEN];
    good &= read_events(reader, node, at[LET_EVENTS], &clause.events);
    return check_name(reader, node, clause.text, true) && add_clause(reader, node, &clause) && good;
}

static bool read_until(struct reader *reader, const struct toc_node *node) {
    const struct toc_node *at[N_CLAUSE_KEYS];
    struct toc_clause_spec *until = &reader->spec->until;

    bool good = toc_read_map(reader->doc, node, "`until`", until_keys, N_CLAUSE_KEYS, false, at);

    until->name = node;
    until->when = at[CLAUSE_WHEN];
    reader->spec->has_until = true;
    return read_events(reader, node, at[CLAUSE_EVENTS], &until->events) && good;
}

static bool read_timespan(struct reader *reader, const struct toc_node *node) {
    int64_t *timespan = &reader->spec->timespan;

    if (toc_duration_parse(node->text, node->n, timespan) >= 0 && *timespan > 0)
        return true;
    toc_diag_set_hint(toc_yaml_error(reader->doc, node, "`%s` is no timespan", node->text),
                      "a number above 0 and ns, us, ms, s, m, h or d: 10s");
    return false;
}

/* The bounds and the field of count and sum types, as one quantity. */
static bool read_bounds(struct reader *reader, const struct toc_node *map) {
    struct toc_correlation_spec *spec = reader->spec;
    const struct toc_node *at[TOC_N_BOUNDS + 1];
    struct toc_clause_spec clause = {.name = map, .text = "", .events = reader->own};
    size_t n = 0;
    bool good = true;

    if (!toc_read_map(reader->doc, map, "`condition`", condition_keys, TOC_N_BOUNDS + 1, false, at))
        good = false;
    if (map->kind != TOC_NODE_MAP)
        return false;
    for (unsigned i = 0; i < TOC_N_BOUNDS; i++) {
        spec->bounds[i] = at[i];
        n += at[i] != NULL;
    }
    clause.field = at[TOC_N_BOUNDS];
    if (!n && good)
        toc_diag_set_hint(toc_yaml_error(reader->doc, map, "`condition` has no bound"),
                          "condition: {gte: 100}");
    if (spec->type == TOC_EVENT_COUNT && clause.field)
        toc_diag_set_hint(toc_yaml_error_key(reader->doc, clause.field,
                                             "`field` has no meaning with event_count"),
                          "value_count counts distinct values, value_sum adds numbers");
    if (spec->type != TOC_EVENT_COUNT && !clause.field && good)
        toc_yaml_error(reader->doc, map, "%s needs `field`", toc_correlation_names[spec->type]);
    clause.measure = spec->type == TOC_VALUE_COUNT ? TOC_MEASURE_DISTINCT
                     : spec->type == TOC_VALUE_SUM ? TOC_MEASURE_SUM
                                                   : TOC_MEASURE_COUNT;
    good &= n && (spec->type != TOC_EVENT_COUNT) == (clause.field != NULL);
    return add_clause(reader, map, &clause) && good;
}

/* Each kind of type has keys that it needs, and that mean nothing to others. */
static bool check_keys(struct reader *reader, const struct toc_node *map,
                       const struct toc_node **at) {
    enum toc_correlation_type type = reader->spec->type;
    const bool wanted[N_KEYS] = {[STEPS] = toc_is_temporal(type),
                                 [LET] = type == TOC_AGGREGATE,
                                 [CONDITION] = !toc_is_temporal(type)};
    bool good = true;

    for (unsigned i = CONDITION; i <= LET; i++) {
        if (wanted[i] && !at[i])
            toc_yaml_error(reader->doc, map, "%s needs `%s`", toc_correlation_names[type],
                           keys[i].name);
        else if (!wanted[i] && at[i])
            toc_yaml_error_key(reader->doc, at[i], "`%s` has no meaning with %s", keys[i].name,
                               toc_correlation_names[type]);
        good &= wanted[i] == (at[i] != NULL);
    }
    return good;
}

static bool read_parts(struct reader *reader, const struct toc_node *map,
                       const struct toc_node **at) {
    enum toc_correlation_type type = reader->spec->type;
    const struct toc_node *clauses = at[STEPS] ? at[STEPS] : at[LET];
    bool good = true;

    if (clauses && toc_node_count(clauses) < (toc_is_temporal(type) ? 2 : 1)) {
        toc_yaml_error(reader->doc, clauses, "`%s` needs at least %s", at[STEPS] ? "steps" : "let",
                       at[STEPS] ? "two steps" : "one quantity");
        return false;
    }
    for (const struct toc_node *node = clauses ? clauses->child : NULL; node; node = node->next)
        good &= at[STEPS] ? read_step(reader, node) : read_let(reader, node);
    if (type == TOC_AGGREGATE && at[CONDITION] && at[CONDITION]->kind == TOC_NODE_MAP) {
        toc_diag_set_hint(toc_yaml_error(reader->doc, at[CONDITION],
                                         "`condition` of an aggregate must be an expression"),
                          "condition: sent > 10 * got");
        good = false;
    }
    if (type < TOC_TEMPORAL && !reader->own) {
        toc_yaml_error(reader->doc, map, "%s needs `events` of the signature",
                       toc_correlation_names[type]);
        return false;
    }
    return type < TOC_TEMPORAL && at[CONDITION] ? read_bounds(reader, at[CONDITION]) : good;
}

/* Those that the type has no use for, or that are wrong, are as if they were not there. */
static void note_parts(struct toc_correlation_spec *spec, const struct toc_node **at) {
    spec->group_by = at[GROUP_BY];
    spec->condition = at[CONDITION];
    if (spec->type == TOC_AGGREGATE && at[CONDITION] && at[CONDITION]->kind == TOC_NODE_MAP)
        spec->condition = NULL;
}

int toc_correlation_read(const struct toc_loaded *loaded, const struct toc_node *map, uint64_t own,
                         struct toc_arena *arena, struct toc_correlation_spec **ret,
                         bool *ret_good) {
    const struct toc_node *at[N_KEYS];
    struct reader reader = {.loaded = loaded, .doc = loaded->doc, .own = own};
    int type = -EINVAL;

    *ret = NULL;
    reader.spec = toc_arena_alloc(arena, sizeof(*reader.spec));
    if (!reader.spec)
        return -ENOMEM;
    *ret_good = toc_read_map(reader.doc, map, "`correlation`", keys, N_KEYS, false, at);
    reader.spec->timespan = 1;
    if (at[TIMESPAN])
        *ret_good &= read_timespan(&reader, at[TIMESPAN]);
    if (at[TYPE])
        type = toc_read_choice(reader.doc, at[TYPE], "type", toc_correlation_names, 6);
    if (type < 0) {
        *ret_good = false;
        return 0;
    }
    reader.spec->type = (enum toc_correlation_type)type;
    note_parts(reader.spec, at);
    *ret_good &= (!*ret_good || check_keys(&reader, map, at)) && read_parts(&reader, map, at);
    if (at[UNTIL])
        *ret_good &= read_until(&reader, at[UNTIL]);
    reader.spec->good = *ret_good;
    reader.spec->all_named =
        type < TOC_TEMPORAL || reader.named == toc_node_count(at[STEPS] ? at[STEPS] : at[LET]);
    *ret = reader.spec;
    return 0;
}
