// SPDX-License-Identifier: Apache-2.0
// Notes what each rule of a pack runs with, and where it was written.
#include <errno.h>
#include <string.h>

#include "detect/pack.h"

struct notes {
    struct toc_arena *arena;
    const struct toc_setting **end; /* where the next goes */
    bool failed;
};

static void add(struct notes *notes, const char *name, const char *value, size_t n,
                const char *note, const struct toc_origin *origin) {
    struct toc_setting *setting = toc_arena_alloc(notes->arena, sizeof(*setting));
    const char *copy = toc_arena_strndup(notes->arena, value, n);

    notes->failed |= !setting || !copy || !origin;
    if (notes->failed)
        return;
    *setting = (struct toc_setting){name, copy, note, origin, NULL};
    *notes->end = setting;
    notes->end = &setting->next;
}

/* Block scalars end in a line break. */
static size_t trimmed(const struct toc_node *node) {
    size_t n = node->n;

    while (n && strchr(" \n", node->text[n - 1]))
        n--;
    return n;
}

static void add_level(struct notes *notes, struct toc_pack *pack, const struct toc_loaded *loaded,
                      enum toc_level level) {
    const struct toc_pack *link = pack;
    const struct toc_node *node = toc_pack_get_of(pack, TOC_PACK_LEVEL, loaded->pub.id, &link);
    const struct toc_origin *origin = loaded->level_origin;
    const char *name = toc_level_name(level);

    if (node)
        origin = toc_origin_of(link->doc, node, "level", origin, notes->arena);
    add(notes, "level", name, strlen(name), NULL, origin);
}

static void add_params(struct notes *notes, const struct toc_params *params) {
    for (size_t i = 0; i < params->n; i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0};
        const char *text;

        cel_value_literal(&params->items[i].value, &buf);
        text = toc_buf_cstr(&buf);
        add(notes, params->items[i].name, text ? text : "", buf.n, NULL, params->items[i].origin);
    }
}

/* As one would write it on one line. Files are TOC_MAX_YAML_DEPTH deep at most. */
static void add_flow(struct toc_buf *buf, const struct toc_node *node) {
    bool map = node->kind == TOC_NODE_MAP;

    if (!map && node->kind != TOC_NODE_LIST) {
        toc_buf_adds(buf, node->text ? node->text : "null");
        return;
    }
    toc_buf_addc(buf, map ? '{' : '[');
    for (const struct toc_node *child = node->child; child; child = child->next) {
        if (map)
            toc_buf_addf(buf, "%s: ", child->key);
        add_flow(buf, child);
        if (child->next)
            toc_buf_adds(buf, ", ");
    }
    toc_buf_addc(buf, map ? '}' : ']');
}

static void add_threshold(struct notes *notes, struct toc_pack *pack,
                          const struct toc_loaded *loaded) {
    const struct toc_pack *link = pack;
    const struct toc_node *own = loaded->threshold_node;
    const struct toc_node *node = toc_pack_get_of(pack, TOC_PACK_THRESHOLD, loaded->pub.id, &link);
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const struct toc_origin *origin = NULL;
    const char *text;

    if (!node && !own)
        return;
    if (own)
        origin = toc_origin_of(loaded->doc, own, "signature", NULL, notes->arena);
    if (node)
        origin = toc_origin_of(link->doc, node, "threshold", origin, notes->arena);
    add_flow(&buf, node ? node : own);
    text = toc_buf_cstr(&buf);
    add(notes, "threshold", text ? text : "", text ? buf.n : 0, NULL, origin);
}

static void add_enforce(struct notes *notes, struct toc_pack *pack,
                        const struct toc_loaded *loaded) {
    const struct toc_pack *link = pack;
    const struct toc_node *node = toc_pack_get_of(pack, TOC_PACK_ENFORCE, loaded->pub.id, &link);
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const char *text;

    if (!node)
        return;
    add_flow(&buf, node);
    text = toc_buf_cstr(&buf);
    add(notes, "enforce", text ? text : "", text ? buf.n : 0, NULL,
        toc_origin_of(link->doc, node, "enforce", NULL, notes->arena));
}

static void add_exceptions(struct notes *notes, const struct toc_pack *link, const char *id) {
    const struct toc_node *list = link->at[TOC_PACK_EXCEPT];

    for (const struct toc_node *node = list ? list->child : NULL; node; node = node->next) {
        const struct toc_node *of = toc_pack_entry(node, "id"),
                              *when = toc_pack_entry(node, "when");
        const struct toc_node *reason = toc_pack_entry(node, "reason");

        if (!of || !of->text || strcmp(of->text, id) != 0 || !when || !when->text)
            continue;
        add(notes, "except", when->text, trimmed(when),
            reason && reason->text ? toc_arena_strndup(notes->arena, reason->text, trimmed(reason))
                                   : NULL,
            toc_origin_of(link->doc, node, "except", NULL, notes->arena));
    }
}

int toc_pack_note(struct toc_pack *pack, const struct toc_loaded *loaded,
                  const struct toc_params *params, struct toc_rule_body *body) {
    struct notes notes = {.arena = pack->ruleset->arena, .end = &body->settings};
    const struct toc_pack *link;
    const struct toc_node *scope = toc_pack_get(pack, TOC_PACK_SCOPE, &link);

    add_level(&notes, pack, loaded, body->pub.level);
    add_params(&notes, params);
    add_threshold(&notes, pack, loaded);
    add_enforce(&notes, pack, loaded);
    for (const struct toc_pack *at = pack; at; at = at->base)
        add_exceptions(&notes, at, loaded->pub.id);
    if (scope && scope->text)
        add(&notes, "scope", scope->text, trimmed(scope), NULL,
            toc_origin_of(link->doc, scope, "scope", NULL, notes.arena));
    return notes.failed ? -ENOMEM : 0;
}
