// SPDX-License-Identifier: Apache-2.0
// The tests inside a signature: read and checked when it is loaded, so that `check` reports them.
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "detect/case_recording.h"
#include "detect/pack.h"
#include "detect/signature.h"

enum {
    NAME,
    GIVEN,
    EVENTS,
    RECORDING,
    WITH,
    ALERTS,
    MATCHED,
    UNOBSERVED,
    HELD_BACK,
    MESSAGE,
    N_KEYS
};

static const struct toc_key keys[N_KEYS] = {
    [NAME] = {"name", TOC_WANT_STRING, true},
    [GIVEN] = {"given", TOC_WANT_MAP, false},
    [EVENTS] = {"events", TOC_WANT_LIST, false},
    [RECORDING] = {"recording", TOC_WANT_STRING, false},
    [WITH] = {"with", TOC_WANT_MAP, false},
    [ALERTS] = {"alerts", TOC_WANT_COUNT, true},
    [MATCHED] = {"matched", TOC_WANT_COUNTS, false},
    [UNOBSERVED] = {"unobserved", TOC_WANT_COUNT, false},
    [HELD_BACK] = {"held_back", TOC_WANT_COUNT, false},
    [MESSAGE] = {"message", TOC_WANT_STRING, false},
};

enum { STEP_AT, STEP_GIVEN, N_STEP_KEYS };

static const struct toc_key step_keys[N_STEP_KEYS] = {
    [STEP_AT] = {"at", TOC_WANT_EXPR, false},
    [STEP_GIVEN] = {"given", TOC_WANT_MAP, false},
};

/* What reading a test needs. */
struct reader {
    struct toc_loaded *loaded;
    struct toc_builder *builder;
    struct toc_arena *arena;
    bool keys_good; /* of the test at hand: else a missing one may only be misspelt */
};

/* The event of a node, copied. NULL without error code: errors were added. */
static int read_event(struct reader *reader, const struct toc_node *node, struct toc_event **ret) {
    const struct toc_yaml *doc = reader->loaded->doc;
    size_t first = doc->diags ? doc->diags->n : 0;
    struct toc_json_counts counts = {0};
    const struct toc_event *event;
    int err = toc_event_from_node(reader->builder, node, doc->file, reader->loaded->default_event,
                                  true, doc->diags, &counts, &event);

    *ret = NULL;
    toc_yaml_add_sources(doc, first);
    if (err) {
        reader->loaded->good = false;
        return err == -ENOMEM ? err : 0;
    }
    *ret = toc_arena_alloc(reader->arena, event->size);
    if (!*ret)
        return -ENOMEM;
    memcpy(*ret, event, event->size);
    return 0;
}

/* Tests begin at the epoch. The event may be NULL: then `at` is checked. */
static bool set_time(struct reader *reader, const struct toc_node *at, struct toc_event *event) {
    struct toc_meta *meta = event ? (struct toc_meta *)toc_event_meta(event) : NULL;
    int64_t ns;

    if (toc_duration_parse(at->text, at->n, &ns) < 0) {
        toc_diag_set_hint(toc_yaml_error(reader->loaded->doc, at, "`%s` is no duration", at->text),
                          "a number and ns, us, ms, s, m, h or d: 1.5s");
        return false;
    }
    if (!meta)
        return true;
    if (TOC_HAS(meta, meta, time)) {
        toc_yaml_error(reader->loaded->doc, at, "the event has a time of its own");
        return false;
    }
    TOC_SET(meta, meta, time, ns);
    return true;
}

/* People write the event itself where `given` belongs. */
static void check_given(struct reader *reader, const struct toc_node *node) {
    if (node->kind != TOC_NODE_MAP || toc_pack_entry(node, "given"))
        return;
    toc_diag_set_hint(toc_yaml_error(reader->loaded->doc, node, "an event of a test needs `given`"),
                      "it holds the event: {at: 1s, given: {args: {vlen: 1}}}");
    reader->loaded->good = false;
}

static int read_step(struct reader *reader, const struct toc_node *node, struct toc_case *test) {
    const struct toc_node *at[N_STEP_KEYS];
    struct toc_event *event = NULL;
    int err = 0;

    if (!toc_read_map(reader->loaded->doc, node, "an event of a test", step_keys, N_STEP_KEYS,
                      false, at))
        reader->loaded->good = false;
    check_given(reader, node);
    if (at[STEP_GIVEN])
        err = read_event(reader, at[STEP_GIVEN], &event);
    if (at[STEP_AT] && !set_time(reader, at[STEP_AT], event))
        reader->loaded->good = false;
    if (event)
        test->events[test->n_events++] = event;
    return err;
}

/* Only those who run tests want it. */
static int read_recording(struct reader *reader, const struct toc_node *node,
                          struct toc_case *test) {
    int err = reader->loaded->recordings ? toc_case_recording(reader->loaded->doc, node,
                                                              reader->builder, reader->arena, test)
                                         : 0;

    if (err == -EINVAL)
        reader->loaded->good = false;
    return err == -EINVAL ? 0 : err;
}

static int read_events(struct reader *reader, const struct toc_node *node,
                       const struct toc_node **at, struct toc_case *test) {
    size_t n = at[EVENTS] ? toc_node_count(at[EVENTS]) : 1;
    struct toc_event *event = NULL;
    int err = 0;

    test->events = toc_arena_array(reader->arena, n + 1, sizeof(struct toc_event *));
    if (!test->events)
        return -ENOMEM;
    if (!!at[GIVEN] + !!at[EVENTS] + !!at[RECORDING] != 1) {
        if (reader->keys_good)
            toc_yaml_error(reader->loaded->doc, node,
                           "a test needs one of `given`, `events` and `recording`");
        reader->loaded->good = false;
    } else if (at[RECORDING]) {
        err = read_recording(reader, at[RECORDING], test);
    } else if (at[GIVEN]) {
        err = read_event(reader, at[GIVEN], &event);
        if (event)
            test->events[test->n_events++] = event;
    } else {
        for (const struct toc_node *step = at[EVENTS]->child; step && !err; step = step->next)
            err = read_step(reader, step, test);
    }
    return err;
}

static int read_with(struct reader *reader, const struct toc_node *map, struct toc_case *test) {
    struct toc_loaded *loaded = reader->loaded;
    struct toc_params params;
    int err = toc_params_change(loaded->doc, map, false, &loaded->params, reader->arena, &params,
                                &loaded->good);

    if (err || !loaded->good || !loaded->own)
        return err;
    err = toc_compile(loaded, &params, reader->arena, &test->with);
    if (!test->with)
        loaded->good = false;
    return err;
}

static int read_matched(struct reader *reader, const struct toc_node *list, struct toc_case *test) {
    uint32_t *matched = toc_arena_array(reader->arena, toc_node_count(list) + 1, sizeof(*matched));

    if (!matched)
        return -ENOMEM;
    if (!reader->loaded->pub.each_var) {
        toc_diag_set_hint(toc_yaml_error_key(reader->loaded->doc, list,
                                             "`matched` without `each` in the signature"),
                          "without `each` there are no elements that match");
        reader->loaded->good = false;
    }
    for (const struct toc_node *node = list->child; node; node = node->next)
        matched[test->n_matched++] = (uint32_t)node->i;
    test->matched = matched;
    test->has_matched = true;
    return 0;
}

static int read_case(struct reader *reader, const struct toc_node *node, struct toc_case *test) {
    const struct toc_node *at[N_KEYS];
    int err = 0;

    test->line = node->line;
    test->name = "";
    reader->keys_good = toc_read_map(reader->loaded->doc, node, "a test", keys, N_KEYS, false, at);
    reader->loaded->good &= reader->keys_good;
    if (at[NAME])
        test->name = toc_arena_strndup(reader->arena, at[NAME]->text, at[NAME]->n);
    if (at[ALERTS])
        test->alerts = (uint64_t)at[ALERTS]->i;
    test->has_unobserved = at[UNOBSERVED] != NULL;
    if (test->has_unobserved)
        test->unobserved = (uint64_t)at[UNOBSERVED]->i;
    test->has_held_back = at[HELD_BACK] != NULL;
    if (test->has_held_back)
        test->held_back = (uint64_t)at[HELD_BACK]->i;
    if (at[MESSAGE])
        test->message = toc_arena_strndup(reader->arena, at[MESSAGE]->text, at[MESSAGE]->n);
    if (!test->name || (at[MESSAGE] && !test->message))
        return -ENOMEM;
    if (reader->loaded->pub.events)
        err = read_events(reader, node, at, test);
    if (!err && at[MATCHED])
        err = read_matched(reader, at[MATCHED], test);
    if (!err && at[WITH])
        err = read_with(reader, at[WITH], test);
    return err;
}

static void check_both_kinds(struct toc_loaded *loaded) {
    bool alerting = false, quiet = false;

    for (size_t i = 0; i < loaded->pub.n_tests; i++) {
        alerting |= loaded->cases[i].alerts > 0;
        quiet |= loaded->cases[i].alerts == 0;
    }
    if (alerting && quiet)
        return;
    toc_yaml_error_key(loaded->doc, loaded->tests_node, "there is no test that %s",
                       alerting ? "gives no alert" : "gives an alert");
    loaded->good = false;
}

int toc_loaded_tests(struct toc_loaded *loaded, struct toc_builder *builder,
                     struct toc_arena *arena) {
    struct reader reader = {loaded, builder, arena, true};
    size_t n = toc_node_count(loaded->tests_node);
    bool was_good = loaded->good;
    int err = 0;

    if (!loaded->tests_node)
        return 0;
    loaded->cases = toc_arena_array(arena, n + 1, sizeof(*loaded->cases));
    if (!loaded->cases)
        return -ENOMEM;
    loaded->good = true;
    for (const struct toc_node *node = loaded->tests_node->child; node && !err; node = node->next)
        err = read_case(&reader, node, &loaded->cases[loaded->pub.n_tests++]);
    if (loaded->good)
        check_both_kinds(loaded);
    loaded->good &= was_good;
    return err;
}
