// SPDX-License-Identifier: Apache-2.0
// Which signatures a pack runs.
#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "detect/pack.h"
#include "detect/read.h"

enum { MIN_LEVEL, IDS, TAGS, STATUS, N_KEYS };

static const struct toc_key keys[N_KEYS] = {
    [MIN_LEVEL] = {"min-level", TOC_WANT_STRING, false},
    [IDS] = {"ids", TOC_WANT_STRINGS, false},
    [TAGS] = {"tags", TOC_WANT_STRINGS, false},
    [STATUS] = {"status", TOC_WANT_STRINGS, false},
};

static const char *const statuses[] = {"stable", "test", "experimental", "deprecated",
                                       "unsupported"};

static void unknown_id(const struct toc_pack *pack, const struct toc_node *node, bool key) {
    const struct toc_ruleset *ruleset = pack->ruleset;
    _cleanup_free_ const char **ids = calloc(ruleset->n_signatures + 1, sizeof(*ids));
    const char *id = key ? node->key : node->text, *nearest = NULL;
    struct toc_diag *diag;

    for (size_t i = 0; ids && i < ruleset->n_signatures; i++)
        ids[i] = ruleset->signatures[i]->pub.id;
    if (ids)
        nearest = toc_nearest(id, strlen(id), ids, ruleset->n_signatures);
    diag = key ? toc_yaml_error_key(pack->doc, node, "there is no signature `%s`", id)
               : toc_yaml_error(pack->doc, node, "there is no signature `%s`", id);
    if (nearest)
        toc_diag_set_hint(diag, "did you mean `%s`?", nearest);
}

struct toc_loaded *toc_pack_signature(const struct toc_pack *pack, const struct toc_node *node,
                                      bool key) {
    struct toc_loaded *loaded = toc_ruleset_find(pack->ruleset, key ? node->key : node->text);

    if (!loaded)
        unknown_id(pack, node, key);
    return loaded;
}

static bool matches_any(const struct toc_ruleset *ruleset, const char *pattern) {
    for (size_t i = 0; i < ruleset->n_signatures; i++)
        if (fnmatch(pattern, ruleset->signatures[i]->pub.id, 0) == 0)
            return true;
    return false;
}

static void check_ids(const struct toc_pack *pack, const struct toc_node *list) {
    for (const struct toc_node *node = list ? list->child : NULL; node; node = node->next) {
        if (!strpbrk(node->text, "*?["))
            toc_pack_signature(pack, node, false);
        else if (!matches_any(pack->ruleset, node->text))
            toc_yaml_warning(pack->doc, node, "no signature fits `%s`", node->text);
    }
}

void toc_pack_read_filter(struct toc_pack *pack) {
    const struct toc_node *map = pack->at[TOC_PACK_INCLUDE], *at[N_KEYS] = {NULL};
    const struct toc_node *exclude = pack->at[TOC_PACK_EXCLUDE];

    if (map)
        toc_read_map(pack->doc, map, "`include`", keys, N_KEYS, false, at);
    pack->filter = pack->base ? pack->base->filter : (struct toc_pack_filter){0};
    if (at[IDS])
        pack->filter.ids = at[IDS];
    if (at[TAGS])
        pack->filter.tags = at[TAGS];
    if (at[STATUS])
        pack->filter.status = at[STATUS];
    if (at[MIN_LEVEL]) {
        int level = toc_read_choice(pack->doc, at[MIN_LEVEL], "min-level", toc_level_names, 5);

        pack->filter.min_level = (enum toc_level)(level < 0 ? 0 : level);
    }
    // A mistake in the filter hides none in what tunes the signatures: it takes all of them.
    for (const struct toc_node *node = at[STATUS] ? at[STATUS]->child : NULL; node;
         node = node->next)
        if (toc_read_choice(pack->doc, node, "status", statuses, 5) < 0)
            pack->filter.status = NULL;
    check_ids(pack, at[IDS]);
    for (const struct toc_node *node = exclude ? exclude->child : NULL; node; node = node->next)
        toc_pack_signature(pack, node, false);
}

/* An empty list takes everything. */
static bool fits(const struct toc_node *list, const char *s) {
    if (!list || !list->child)
        return true;
    for (const struct toc_node *node = list->child; node; node = node->next)
        if (fnmatch(node->text, s, 0) == 0)
            return true;
    return false;
}

static bool fits_tags(const struct toc_node *list, const struct toc_signature *signature) {
    if (!list || !list->child)
        return true;
    for (size_t i = 0; i < signature->n_tags; i++)
        if (fits(list, signature->tags[i]))
            return true;
    return false;
}

/* By the pack or by what it extends. */
static bool is_excluded(const struct toc_pack *pack, const char *id) {
    for (; pack; pack = pack->base) {
        const struct toc_node *list = pack->at[TOC_PACK_EXCLUDE];

        for (const struct toc_node *node = list ? list->child : NULL; node; node = node->next)
            if (!strcmp(node->text, id))
                return true;
    }
    return false;
}

bool toc_pack_includes(const struct toc_pack *pack, const struct toc_loaded *loaded) {
    const struct toc_signature *signature = &loaded->pub;

    if (is_excluded(pack, signature->id))
        return false;
    return signature->level >= pack->filter.min_level && fits(pack->filter.ids, signature->id) &&
           fits(pack->filter.status, signature->status) && fits_tags(pack->filter.tags, signature);
}
