// SPDX-License-Identifier: Apache-2.0
// A pack file: its keys, its name, its scope.
#include "detect/pack.h"

#include <errno.h>
#include <string.h>

#include "detect/digest.h"
#include "detect/expression.h"
#include "detect/read.h"

const struct toc_key toc_pack_keys[TOC_PACK_N_KEYS] = {
    [TOC_PACK_FORMAT] = {"format", TOC_WANT_ANY, true},
    [TOC_PACK_NAME] = {"pack", TOC_WANT_STRING, true},
    [TOC_PACK_TITLE] = {"title", TOC_WANT_STRING, false},
    [TOC_PACK_DESCRIPTION] = {"description", TOC_WANT_STRING, false},
    [TOC_PACK_INCLUDE] = {"include", TOC_WANT_MAP, false},
    [TOC_PACK_EXCLUDE] = {"exclude", TOC_WANT_STRINGS, false},
    [TOC_PACK_SET] = {"set", TOC_WANT_MAP, false},
    [TOC_PACK_ADD] = {"add", TOC_WANT_MAP, false},
    [TOC_PACK_LEVEL] = {"level", TOC_WANT_MAP, false},
    [TOC_PACK_EXCEPT] = {"except", TOC_WANT_LIST, false},
    [TOC_PACK_SCOPE] = {"scope", TOC_WANT_EXPR, false},
    [TOC_PACK_THRESHOLD] = {"threshold", TOC_WANT_MAP, false},
    [TOC_PACK_EXTENDS] = {"extends", TOC_WANT_STRING, false},
    [TOC_PACK_ENFORCE] = {"enforce", TOC_WANT_MAP, false},
};

static void check_name(struct toc_pack *pack, const struct toc_node *node) {
    if (!toc_is_id(node->text))
        toc_diag_set_hint(toc_yaml_error(pack->doc, node, "`%s` is no name for a pack", node->text),
                          "lower-case letters, digits and single hyphens, at most 100");
    for (size_t i = 0; i < pack->ruleset->n_packs; i++)
        if (!strcmp(pack->ruleset->packs[i].name, node->text))
            toc_yaml_error(pack->doc, node, "there is already a pack `%s`", node->text);
}

/* The scope over one kind of event. */
static int compile_scope(struct toc_pack *pack, const struct toc_yaml_text *text, unsigned event,
                         struct toc_diags *diags, struct cel_program **ret) {
    struct cel_source source = toc_yaml_source(text);
    // Programs refer to their scope, which therefore lives as long.
    struct cel_scope *scope = toc_arena_alloc(pack->ruleset->arena, sizeof(*scope));

    if (!scope)
        return -ENOMEM;
    toc_scope_init(scope, UINT64_C(1) << event);
    return cel_compile(&source, scope, &cel_type_bool, diags, ret);
}

int toc_pack_scope(struct toc_pack *pack) {
    const struct toc_pack *link;
    const struct toc_node *node = toc_pack_get(pack, TOC_PACK_SCOPE, &link);
    const struct toc_yaml_text text = {node ? link->doc : NULL, node};
    unsigned first = 64, compiled = 0;

    if (!node)
        return 0;
    pack->out->has_scope = true;
    for (unsigned event = 0; event < 64; event++) {
        int err;

        // Tocsin's own events belong to no process: they are always in scope.
        if (!(pack->events >> event & 1) || toc_event_info((uint16_t)event)->groups & GROUP_OWN)
            continue;
        first = first == 64 ? event : first;
        err = compile_scope(pack, &text, event, NULL, &pack->out->scope[event]);
        if (err == -ENOMEM)
            return err;
        compiled += err == 0;
    }
    // An event that lacks a field cannot be judged and is in scope; a mistake fails for all.
    first = first == 64 ? TOC_EVENT_sendmmsg : first;
    if (!compiled && compile_scope(pack, &text, first, pack->doc->diags,
                                   &pack->out->scope[TOC_EVENT_sendmmsg]) == -ENOMEM)
        return -ENOMEM;
    return 0;
}

static int digest(struct toc_pack *pack) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const struct toc_pack *link;
    const struct toc_node *scope = toc_pack_get(pack, TOC_PACK_SCOPE, &link);

    toc_digest_text(&buf, pack->out->name);
    toc_digest_text(&buf, scope ? scope->text : NULL);
    pack->out->digest = toc_digest_end(&buf);
    return buf.failed;
}

/* What is said of a signature that the pack does not run is read all the same, for its mistakes. */
static int read_unused(struct toc_pack *pack, struct toc_loaded *loaded) {
    struct toc_ruleset *ruleset = pack->ruleset;
    uint64_t events = pack->events;
    size_t n = ruleset->n_bodies;
    int err = toc_pack_add_rule(pack, loaded);

    while (ruleset->n_bodies > n)
        toc_rule_body_clear(&ruleset->bodies[--ruleset->n_bodies]);
    pack->events = events;
    return err;
}

static void warn_idle(const struct toc_pack *pack) {
    const struct toc_node *of = pack->at[TOC_PACK_INCLUDE] ?: pack->at[TOC_PACK_EXCLUDE];
    size_t n = pack->ruleset->n_signatures;
    const struct toc_signature *only = n == 1 ? &pack->ruleset->signatures[0]->pub : NULL;
    struct toc_diag *diag =
        toc_yaml_warning_key(pack->doc, of ?: pack->at[TOC_PACK_NAME],
                             "this pack runs none of the signatures loaded (%zu)", n);

    if (only)
        toc_diag_set_hint(diag,
                          "`%s` (level %s, status %s) is not included, or is excluded; --rules "
                          "names another pack",
                          only->id, toc_level_name(only->level), only->status);
    else if (n)
        toc_diag_set_hint(diag, "none has a level, id, status and tag that are included, or all "
                                "are excluded");
}

static int add_rules(struct toc_pack *pack) {
    size_t before = pack->ruleset->n_bodies;
    int err = 0;

    for (size_t i = 0; i < pack->ruleset->n_signatures && !err; i++) {
        struct toc_loaded *loaded = pack->ruleset->signatures[i];

        err = toc_pack_includes(pack, loaded) ? toc_pack_add_rule(pack, loaded)
                                              : read_unused(pack, loaded);
    }
    // A signature with mistakes may be the one that it would run.
    if (pack->ruleset->n_bodies == before && !pack->doc->diags->n_errors)
        warn_idle(pack);
    if (!err)
        err = toc_pack_scope(pack);
    return err ? err : digest(pack);
}

static int load(struct toc_pack_chain *chain) {
    struct toc_pack *pack = &chain->links[0];
    const struct toc_node *name;
    int err;

    toc_read_map(pack->doc, pack->doc->root, "a pack", toc_pack_keys, TOC_PACK_N_KEYS, true,
                 pack->at);
    name = pack->at[TOC_PACK_NAME];
    if (name)
        check_name(pack, name);
    pack->out->name =
        toc_arena_strndup(pack->ruleset->arena, name ? name->text : "", name ? name->n : 0);
    if (!pack->out->name)
        return -ENOMEM;
    err = toc_pack_extend(chain);
    if (err)
        return err;
    // What is inherited is known first.
    for (size_t i = chain->n; i > 0; i--) {
        toc_pack_read_filter(&chain->links[i - 1]);
        toc_pack_check_tuning(&chain->links[i - 1]);
    }
    return add_rules(pack);
}

/* All its keys would be mistakes. */
static bool is_signature(const struct toc_yaml *doc) {
    const struct toc_node *id = toc_pack_entry(doc->root, "id");

    if (!id || toc_pack_entry(doc->root, "pack"))
        return false;
    toc_diag_set_hint(toc_yaml_error_key(doc, id, "this is a signature, not a pack"),
                      "name it with --signatures");
    return true;
}

int toc_pack_from(struct toc_ruleset *ruleset, struct toc_yaml *doc) {
    __attribute__((cleanup(toc_pack_chain_clear))) struct toc_pack_chain chain = {.n = 1};
    int err;

    if (!toc_read_format(doc) || is_signature(doc))
        return 0;
    chain.links[0] =
        (struct toc_pack){.ruleset = ruleset, .doc = doc, .out = &ruleset->packs[ruleset->n_packs]};
    err = load(&chain);
    ruleset->n_packs++;
    return err;
}

int toc_pack_load(struct toc_ruleset *ruleset, const char *path, struct toc_diags *diags) {
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;
    int err = toc_yaml_read(path, diags, &doc);

    if (err)
        return err == -ENOMEM ? err : 0;
    return toc_pack_from(ruleset, doc);
}
