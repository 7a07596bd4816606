// SPDX-License-Identifier: Apache-2.0
// How a pack tunes a signature: parameters, level, exceptions.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "detect/digest.h"
#include "detect/enforce.h"
#include "detect/pack.h"
#include "detect/read.h"

#define NS_PER_DAY (INT64_C(86400) * 1000000000)

enum { ID, WHEN, REASON, UNTIL, N_KEYS };

static const struct toc_key keys[N_KEYS] = {
    [ID] = {"id", TOC_WANT_STRING, true},
    [WHEN] = {"when", TOC_WANT_EXPR, true},
    [REASON] = {"reason", TOC_WANT_STRING, true},
    [UNTIL] = {"until", TOC_WANT_EXPR, false},
};

static void check_id(struct toc_pack *pack, const struct toc_node *node, bool key) {
    static const char text[] = "the pack does not run `%s`";
    const struct toc_loaded *loaded = toc_pack_signature(pack, node, key);
    struct toc_diag *diag;

    if (!loaded || toc_pack_includes(pack, loaded))
        return;
    diag = key ? toc_yaml_warning_key(pack->doc, node, text, loaded->pub.id)
               : toc_yaml_warning(pack->doc, node, text, loaded->pub.id);
    toc_diag_set_hint(diag, "this has no effect");
}

static void check_map(struct toc_pack *pack, const struct toc_node *map, bool of_maps) {
    for (const struct toc_node *node = map ? map->child : NULL; node; node = node->next) {
        check_id(pack, node, true);
        if (of_maps && node->kind != TOC_NODE_MAP)
            toc_diag_set_hint(toc_yaml_error(pack->doc, node, "`%s` must be a map, not %s",
                                             node->key, toc_node_what(node)),
                              "%s: {parameter: value}", node->key);
    }
}

/* A date means its whole day. */
static int parse_until(const struct toc_node *node, int64_t *ret) {
    char text[32];
    int err;

    if (node->n != strlen("2027-06-30"))
        return toc_time_parse(node->text, node->n, ret);
    snprintf(text, sizeof(text), "%sT00:00:00Z", node->text);
    err = toc_time_parse(text, strlen(text), ret);
    return err ? err : __builtin_add_overflow(*ret, NS_PER_DAY, ret) ? -ERANGE : 0;
}

static void check_until(struct toc_pack *pack, const struct toc_node *node) {
    struct timespec now;
    int64_t until;

    if (parse_until(node, &until) < 0) {
        toc_diag_set_hint(toc_yaml_error(pack->doc, node, "`%s` is no date", node->text),
                          "a day like 2027-06-30, or a time like 2027-06-30T12:00:00Z");
        return;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    if (until / 1000000000 <= now.tv_sec)
        toc_diag_set_hint(toc_yaml_warning(pack->doc, node, "the exception has expired"),
                          "it applies to events before that time only");
}

void toc_pack_check_tuning(struct toc_pack *pack) {
    const struct toc_node *list = pack->at[TOC_PACK_EXCEPT], *at[N_KEYS];

    check_map(pack, pack->at[TOC_PACK_SET], true);
    check_map(pack, pack->at[TOC_PACK_ADD], true);
    check_map(pack, pack->at[TOC_PACK_LEVEL], false);
    check_map(pack, pack->at[TOC_PACK_THRESHOLD], true);
    check_map(pack, pack->at[TOC_PACK_ENFORCE], true);
    for (const struct toc_node *node = list ? list->child : NULL; node; node = node->next) {
        toc_read_map(pack->doc, node, "an exception", keys, N_KEYS, false, at);
        if (at[ID])
            check_id(pack, at[ID], false);
        if (at[UNTIL])
            check_until(pack, at[UNTIL]);
    }
}

/* Adds what one file says. 1: tuned, 0: nothing to tune or an error was added. */
static int tune_by(const struct toc_pack *pack, const struct toc_loaded *loaded,
                   struct toc_params *params) {
    const struct toc_node *set = toc_pack_entry(pack->at[TOC_PACK_SET], loaded->pub.id);
    const struct toc_node *add = toc_pack_entry(pack->at[TOC_PACK_ADD], loaded->pub.id);
    bool good;
    int err = 0;

    // What is no map has been refused already; the other is read all the same.
    good = (!set || set->kind == TOC_NODE_MAP) && (!add || add->kind == TOC_NODE_MAP);
    if (set && set->kind == TOC_NODE_MAP)
        err = toc_params_change(pack->doc, set, false, params, pack->ruleset->arena, params, &good);
    if (add && add->kind == TOC_NODE_MAP && !err)
        err = toc_params_change(pack->doc, add, true, params, pack->ruleset->arena, params, &good);
    return err ? err : good && (set || add);
}

/* The base first. At most TOC_MAX_EXTENDS deep. */
static int tune_params(const struct toc_pack *pack, const struct toc_loaded *loaded,
                       struct toc_params *params) {
    int below = 0, here;

    if (pack->base)
        below = tune_params(pack->base, loaded, params);
    else
        *params = loaded->params;
    if (below < 0)
        return below;
    here = tune_by(pack, loaded, params);
    return here < 0 ? here : here || below;
}

/* A signature that compiled may still refuse a value: a pattern that is none, say. */
static int compile_tuned(struct toc_pack *pack, const struct toc_loaded *loaded,
                         const struct toc_params *params, const struct toc_compiled **ret) {
    const struct toc_pack *link = pack;
    const struct toc_node *set = toc_pack_get_of(pack, TOC_PACK_SET, loaded->pub.id, &link);
    struct toc_compiled *compiled = NULL;
    int err = toc_compile(loaded, params, pack->ruleset->arena, &compiled);

    if (err)
        return err;
    if (!compiled) {
        if (!set)
            set = toc_pack_get_of(pack, TOC_PACK_ADD, loaded->pub.id, &link);
        toc_yaml_error_key(link->doc, set, "`%s` does not compile with these parameters", set->key);
        return 0;
    }
    *ret = compiled;
    return toc_ruleset_keep(pack->ruleset, compiled);
}

static int add_exception(const struct toc_pack *pack, const struct toc_node *node,
                         struct toc_rule_body *body, struct toc_buf *digest) {
    struct toc_exception *exception = &body->exceptions[body->n_exceptions];
    const struct toc_node *when = toc_pack_entry(node, "when"),
                          *until = toc_pack_entry(node, "until");
    struct toc_yaml_text text = {pack->doc, when};
    struct cel_source source;
    int err;

    exception->until = INT64_MAX;
    // What has no text has been refused already.
    if (!when || !when->n || (until && (!until->n || parse_until(until, &exception->until) < 0)))
        return 0;
    source = toc_yaml_source(&text);
    err = cel_compile(&source, &body->compiled->scope, &cel_type_bool, pack->doc->diags,
                      &exception->when);
    if (err)
        return err == -ENOMEM ? err : 0;
    toc_digest_text(digest, when->text);
    toc_digest_number(digest, (uint64_t)exception->until);
    body->n_exceptions++;
    return 0;
}

static bool is_about(const struct toc_node *exception, const char *id) {
    const struct toc_node *node = toc_pack_entry(exception, "id");

    return node && node->kind == TOC_NODE_STRING && !strcmp(node->text, id);
}

static int add_exceptions(struct toc_pack *pack, struct toc_rule_body *body,
                          struct toc_buf *digest) {
    size_t n = 0;
    int err = 0;

    for (const struct toc_pack *link = pack; link; link = link->base)
        n += toc_node_count(link->at[TOC_PACK_EXCEPT]);
    if (!n)
        return 0;
    body->exceptions = calloc(n + 1, sizeof(*body->exceptions));
    if (!body->exceptions)
        return -ENOMEM;
    for (const struct toc_pack *link = pack; link; link = link->base) {
        const struct toc_node *list = link->at[TOC_PACK_EXCEPT];

        for (const struct toc_node *node = list ? list->child : NULL; node && !err;
             node = node->next)
            if (is_about(node, body->pub.signature->id))
                err = add_exception(link, node, body, digest);
    }
    return err;
}

static void tune_level(struct toc_pack *pack, struct toc_rule_body *body) {
    const struct toc_pack *link = pack;
    const struct toc_node *node =
        toc_pack_get_of(pack, TOC_PACK_LEVEL, body->pub.signature->id, &link);
    int level;

    if (!node)
        return;
    if (node->kind != TOC_NODE_STRING) {
        toc_yaml_error(link->doc, node, "a level must be a string, not %s", toc_node_what(node));
        return;
    }
    level = toc_read_choice(link->doc, node, "level", toc_level_names, 5);
    if (level >= 0)
        body->pub.level = (enum toc_level)level;
}

/* The pack's takes the place of the signature's own. */
static int tune_threshold(struct toc_pack *pack, struct toc_rule_body *body,
                          struct toc_buf *digest) {
    const struct toc_pack *link = pack;
    const struct toc_node *node =
        toc_pack_get_of(pack, TOC_PACK_THRESHOLD, body->pub.signature->id, &link);

    body->threshold = body->compiled->threshold;
    if (!node || node->kind != TOC_NODE_MAP)
        return 0;
    toc_digest_node(digest, node);
    if (toc_threshold_compile(link->doc, node, &body->compiled->scope, pack->ruleset->arena,
                              &body->own_threshold) < 0)
        return -ENOMEM;
    body->threshold = body->own_threshold;
    return 0;
}

int toc_pack_add_rule(struct toc_pack *pack, struct toc_loaded *loaded) {
    struct toc_ruleset *ruleset = pack->ruleset;
    struct toc_rule_body *body = &ruleset->bodies[ruleset->n_bodies];
    _cleanup_toc_buf_ struct toc_buf digest = {0};
    struct toc_params params;
    int err;

    if (!loaded->own)
        return 0;
    *body = (struct toc_rule_body){
        .pub = {.signature = &loaded->pub, .pack = pack->out->name, .level = loaded->pub.level},
        .compiled = loaded->own,
        .pack = ruleset->n_packs,
    };
    pack->events |= loaded->pub.events;
    ruleset->n_bodies++;
    tune_level(pack, body);
    err = tune_params(pack, loaded, &params);
    if (err > 0)
        err = compile_tuned(pack, loaded, &params, &body->compiled);
    if (err < 0)
        return err;
    toc_digest_number(&digest, loaded->pub.digest);
    toc_digest_text(&digest, pack->out->name);
    toc_digest_number(&digest, body->pub.level);
    toc_digest_params(&digest, &params);
    err = tune_threshold(pack, body, &digest);
    if (!err)
        err = add_exceptions(pack, body, &digest);
    if (!err)
        err = toc_enforce_read(pack, loaded, body);
    body->digest = toc_digest_end(&digest);
    return err ? err : toc_pack_note(pack, loaded, &params, body);
}
