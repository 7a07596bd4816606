// SPDX-License-Identifier: Apache-2.0
// A signature file: its keys, and from them everything that needs no compiling.
#include "detect/signature.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "detect/read.h"
#include "detect/tags.h"

enum {
    KEY_FORMAT,
    KEY_ID,
    KEY_TITLE,
    KEY_STATUS,
    KEY_LEVEL,
    KEY_DESCRIPTION,
    KEY_REFERENCES,
    KEY_TAGS,
    KEY_FALSEPOSITIVES,
    KEY_AUTHOR,
    KEY_DATE,
    KEY_MODIFIED,
    KEY_LICENSE,
    KEY_RELATED,
    KEY_EVENTS,
    KEY_STAGES,
    KEY_PARAMS,
    KEY_EACH,
    KEY_WHEN,
    KEY_MESSAGE,
    KEY_CORRELATION,
    KEY_THRESHOLD,
    KEY_TESTS,
    N_KEYS,
};

static const struct toc_key keys[N_KEYS] = {
    [KEY_FORMAT] = {"format", TOC_WANT_ANY, true},
    [KEY_ID] = {"id", TOC_WANT_STRING, true},
    [KEY_TITLE] = {"title", TOC_WANT_STRING, true},
    [KEY_STATUS] = {"status", TOC_WANT_STRING, true},
    [KEY_LEVEL] = {"level", TOC_WANT_STRING, true},
    [KEY_DESCRIPTION] = {"description", TOC_WANT_STRING, true},
    [KEY_REFERENCES] = {"references", TOC_WANT_STRINGS, false},
    [KEY_TAGS] = {"tags", TOC_WANT_STRINGS, false},
    [KEY_FALSEPOSITIVES] = {"falsepositives", TOC_WANT_STRINGS, false},
    [KEY_AUTHOR] = {"author", TOC_WANT_STRING, false},
    [KEY_DATE] = {"date", TOC_WANT_STRING, false},
    [KEY_MODIFIED] = {"modified", TOC_WANT_STRING, false},
    [KEY_LICENSE] = {"license", TOC_WANT_STRING, false},
    [KEY_RELATED] = {"related", TOC_WANT_ANY, false},
    [KEY_EVENTS] = {"events", TOC_WANT_STRINGS, false},
    [KEY_STAGES] = {"stages", TOC_WANT_STRINGS, false},
    [KEY_PARAMS] = {"params", TOC_WANT_MAP, false},
    [KEY_EACH] = {"each", TOC_WANT_MAP, false},
    [KEY_WHEN] = {"when", TOC_WANT_EXPR, false},
    [KEY_MESSAGE] = {"message", TOC_WANT_STRING, true},
    [KEY_CORRELATION] = {"correlation", TOC_WANT_MAP, false},
    [KEY_THRESHOLD] = {"threshold", TOC_WANT_MAP, false},
    [KEY_TESTS] = {"tests", TOC_WANT_LIST, true},
};

static const char *const statuses[] = {"stable", "test", "experimental", "deprecated",
                                       "unsupported"};

/* The file's name without folder and ending. */
static void check_id(struct toc_loaded *loaded, const struct toc_node *node) {
    const char *file = loaded->doc->file, *slash = strrchr(file, '/'), *dot;
    size_t n;

    file = slash ? slash + 1 : file;
    dot = strrchr(file, '.');
    n = dot ? (size_t)(dot - file) : strlen(file);
    if (!toc_is_id(node->text)) {
        toc_diag_set_hint(toc_yaml_error(loaded->doc, node, "`%s` is no id", node->text),
                          "lower-case letters, digits and single hyphens, at most 100");
        loaded->good = false;
    } else if (n != node->n || memcmp(file, node->text, n) != 0) {
        toc_diag_set_hint(toc_yaml_error(loaded->doc, node, "the id is not the name of the file"),
                          "rename the file to %s.yaml, or the id to %.*s", node->text, (int)n,
                          file);
        loaded->good = false;
    }
}

static void check_date(struct toc_loaded *loaded, const struct toc_node *node) {
    static const char midnight[] = "T00:00:00Z";
    char text[sizeof("2026-11-20T00:00:00Z")];
    int64_t time;

    if (!node)
        return;
    if (node->n + sizeof(midnight) == sizeof(text)) {
        snprintf(text, sizeof(text), "%s%s", node->text, midnight);
        if (!toc_time_parse(text, strlen(text), &time))
            return;
    }
    toc_diag_set_hint(toc_yaml_error(loaded->doc, node, "`%s` is no date", node->text),
                      "a day like 2026-11-20");
    loaded->good = false;
}

static void unknown_event(const struct toc_yaml *doc, const struct toc_node *node) {
    const char *names[64 + 3] = {"send*", "recv*", "wait*"}, *nearest;
    struct toc_diag *diag = toc_yaml_error(doc, node, "there is no event `%s`", node->text);
    size_t n = 3;

    for (uint16_t i = 0; i < 64; i++)
        if (toc_event_info(i))
            names[n++] = toc_event_info(i)->name;
    nearest = toc_nearest(node->text, node->n, names, n);
    if (nearest)
        toc_diag_set_hint(diag, "did you mean `%s`?", nearest);
    else
        toc_diag_set_hint(diag, "`tocsin events` lists them");
}

bool toc_events_read(const struct toc_yaml *doc, const struct toc_node *list, uint64_t *ret) {
    bool good = list->child != NULL;

    *ret = 0;
    for (const struct toc_node *node = list->child; node; node = node->next) {
        uint64_t events = toc_event_pattern(node->text, node->n);

        if (!events)
            unknown_event(doc, node);
        good &= events != 0;
        *ret |= events;
    }
    if (!list->child)
        toc_yaml_error(doc, list, "`events` names no event");
    return good;
}

static void read_stages(struct toc_loaded *loaded, const struct toc_node *list) {
    static const char *const names[] = {"call", "pending", "orphan"};
    static const uint8_t bits[] = {1 << TOC_stage_call, 1 << TOC_stage_pending,
                                   1 << TOC_stage_orphan};

    loaded->pub.stages = list ? 0 : bits[0] | bits[2];
    for (const struct toc_node *node = list ? list->child : NULL; node; node = node->next) {
        int stage = toc_read_choice(loaded->doc, node, "stages", names, 3);

        if (stage < 0)
            loaded->good = false;
        else
            loaded->pub.stages |= bits[stage];
    }
    if (list && !list->child) {
        toc_yaml_error(loaded->doc, list, "`stages` names no stage");
        loaded->good = false;
    }
}

static void read_each(struct toc_loaded *loaded, const struct toc_node *map,
                      struct toc_arena *arena) {
    const struct toc_node *node = map->child;

    if (toc_node_count(map) != 1 || node->kind != TOC_NODE_STRING || !node->n) {
        toc_diag_set_hint(
            toc_yaml_error(loaded->doc, map, "`each` names one variable and one list"),
            "each: {m: msgs}");
        loaded->good = false;
        return;
    }
    if (!toc_is_identifier(node->key) ||
        toc_object_field(&toc_object_event, node->key, node->key_n, TOC_ALL_VARIANTS)) {
        toc_yaml_error_key(loaded->doc, node, "`%s` cannot be the name of a variable", node->key);
        loaded->good = false;
    }
    loaded->each_node = node;
    loaded->pub.each_var = toc_arena_strndup(arena, node->key, node->key_n);
    loaded->pub.each_list = toc_arena_strndup(arena, node->text, node->n);
}

static const char *copy(const struct toc_node *node, struct toc_arena *arena) {
    size_t n = node ? node->n : 0;

    // The break at the end of a block scalar is nobody's intention.
    while (n && strchr("\n ", node->text[n - 1]))
        n--;
    return node ? toc_arena_strndup(arena, node->text, n) : NULL;
}

static int read_texts(struct toc_loaded *loaded, const struct toc_node **at,
                      struct toc_arena *arena) {
    struct toc_signature *pub = &loaded->pub;
    int err = 0;

    pub->file = toc_arena_strndup(arena, loaded->doc->file, strlen(loaded->doc->file));
    pub->id = copy(at[KEY_ID], arena);
    pub->title = copy(at[KEY_TITLE], arena);
    pub->description = copy(at[KEY_DESCRIPTION], arena);
    pub->author = copy(at[KEY_AUTHOR], arena);
    pub->date = copy(at[KEY_DATE], arena);
    pub->modified = copy(at[KEY_MODIFIED], arena);
    pub->license = copy(at[KEY_LICENSE], arena);
    pub->when = copy(at[KEY_WHEN], arena);
    pub->message = copy(at[KEY_MESSAGE], arena);
    err |= toc_read_strings(at[KEY_TAGS], arena, &pub->tags, &pub->n_tags);
    err |= toc_read_strings(at[KEY_REFERENCES], arena, &pub->references, &pub->n_references);
    err |= toc_read_strings(at[KEY_FALSEPOSITIVES], arena, &pub->falsepositives,
                            &pub->n_falsepositives);
    return err || !pub->file ? -ENOMEM : 0;
}

static void read_choices(struct toc_loaded *loaded, const struct toc_node **at) {
    int status = -1, level = -1;

    if (at[KEY_STATUS])
        status = toc_read_choice(loaded->doc, at[KEY_STATUS], "status", statuses, 5);
    if (at[KEY_LEVEL])
        level = toc_read_choice(loaded->doc, at[KEY_LEVEL], "level", toc_level_names, 5);
    if (status < 0 || level < 0)
        loaded->good = false;
    loaded->pub.status = statuses[status < 0 ? 0 : status];
    loaded->pub.level = (enum toc_level)(level < 0 ? 0 : level);
}

/* What expressions stand on. */
static int read_basis(struct toc_loaded *loaded, const struct toc_node **at,
                      struct toc_arena *arena) {
    bool good = loaded->good;
    int err;

    loaded->good = true;
    if (at[KEY_EACH])
        read_each(loaded, at[KEY_EACH], arena);
    err = toc_loaded_events(loaded, at[KEY_EVENTS], at[KEY_CORRELATION], arena);
    if (!err)
        err = toc_params_read(loaded->doc, at[KEY_PARAMS], arena, &loaded->params, &loaded->good);
    if (!err)
        err = toc_params_text(&loaded->params, arena, &loaded->pub.params);
    loaded->pub.n_params = loaded->params.n;
    // Without the names that they stand on, errors of expressions would only be echoes.
    loaded->can_compile =
        (!at[KEY_EACH] || loaded->each_node) && (loaded->when_node || loaded->correlation);
    loaded->basis_good = loaded->good && loaded->events_good;
    loaded->good &= good;
    return err;
}

int toc_loaded_keys(struct toc_loaded *loaded, struct toc_arena *arena) {
    const struct toc_node *at[N_KEYS];
    int err;

    loaded->good =
        toc_read_map(loaded->doc, loaded->doc->root, "a signature", keys, N_KEYS, true, at);
    loaded->id_node = at[KEY_ID];
    loaded->when_node = at[KEY_WHEN];
    loaded->message_node = at[KEY_MESSAGE];
    loaded->tests_node = at[KEY_TESTS];
    loaded->params_node = at[KEY_PARAMS];
    loaded->correlation_node = at[KEY_CORRELATION];
    loaded->threshold_node = at[KEY_THRESHOLD];
    loaded->level_origin = toc_origin_of(loaded->doc, at[KEY_LEVEL], "signature", NULL, arena);
    if (!loaded->level_origin)
        return -ENOMEM;
    err = read_texts(loaded, at, arena);
    if (at[KEY_ID])
        check_id(loaded, at[KEY_ID]);
    check_date(loaded, at[KEY_DATE]);
    check_date(loaded, at[KEY_MODIFIED]);
    read_choices(loaded, at);
    loaded->good &= toc_tags_check(loaded->doc, at[KEY_TAGS]);
    read_stages(loaded, at[KEY_STAGES]);
    if (!err)
        err = read_basis(loaded, at, arena);
    return err ? err : toc_loaded_expressions(loaded, arena);
}
