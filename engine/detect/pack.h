// SPDX-License-Identifier: Apache-2.0
// A pack while it is loaded: its keys, and the steps from them to rules.
#pragma once

#include "detect/read.h"
#include "detect/ruleset.h"
#include "detect/yaml.h"

enum toc_pack_key {
    TOC_PACK_FORMAT,
    TOC_PACK_NAME,
    TOC_PACK_TITLE,
    TOC_PACK_DESCRIPTION,
    TOC_PACK_INCLUDE,
    TOC_PACK_EXCLUDE,
    TOC_PACK_SET,
    TOC_PACK_ADD,
    TOC_PACK_LEVEL,
    TOC_PACK_EXCEPT,
    TOC_PACK_SCOPE,
    TOC_PACK_THRESHOLD,
    TOC_PACK_EXTENDS,
    TOC_PACK_ENFORCE,
    TOC_PACK_N_KEYS,
};

/* What a pack may select signatures by. */
struct toc_pack_filter {
    const struct toc_node *ids, *tags, *status; /* lists; NULL: any */
    enum toc_level min_level;
};

/* A file; with `extends` the next link of a chain. What a pack says beats what its base says. */
struct toc_pack {
    struct toc_ruleset *ruleset;
    const struct toc_pack *base; /* NULL: it extends nothing */
    struct toc_yaml *doc;
    const struct toc_node *at[TOC_PACK_N_KEYS];
    struct toc_pack_filter filter;
    struct toc_pack_rules *out;
    uint64_t events; /* of its rules */
};

/* Longer chains are a mistake. */
#define TOC_MAX_EXTENDS 16

/* A pack and those it extends, the nearest first. links[0].doc is borrowed, the others are owned.
 */
struct toc_pack_chain {
    struct toc_pack links[TOC_MAX_EXTENDS];
    size_t n;
};

extern const struct toc_key toc_pack_keys[TOC_PACK_N_KEYS];

/* Reads the files that links[0] extends, one after the other; links[0] is read. 0 also when errors
 * were added (the chain ends there), -ENOMEM. */
int toc_pack_extend(struct toc_pack_chain *chain);
void toc_pack_chain_clear(struct toc_pack_chain *chain);

/* What a pack or the nearest of its bases that has it says under a key; *ret_link says which. */
const struct toc_node *toc_pack_get(const struct toc_pack *pack, enum toc_pack_key key,
                                    const struct toc_pack **ret_link);
/* The same for a signature in a map of signatures. */
const struct toc_node *toc_pack_get_of(const struct toc_pack *pack, enum toc_pack_key key,
                                       const char *id, const struct toc_pack **ret_link);

/* The value of a map's key, or NULL. */
const struct toc_node *toc_pack_entry(const struct toc_node *map, const char *key);

/* Notes what a rule runs with, for those who ask. 0 or -ENOMEM. */
int toc_pack_note(struct toc_pack *pack, const struct toc_loaded *loaded,
                  const struct toc_params *params, struct toc_rule_body *body);

/* Reads `include` and checks that its patterns and `exclude` name something. */
void toc_pack_read_filter(struct toc_pack *pack);
bool toc_pack_includes(const struct toc_pack *pack, const struct toc_loaded *loaded);

/* The signature that a node's text (or with `key` its key) names; NULL after an error with the
 * nearest id. */
struct toc_loaded *toc_pack_signature(const struct toc_pack *pack, const struct toc_node *node,
                                      bool key);

/* Checks set, add, level and except against the signatures there are. */
void toc_pack_check_tuning(struct toc_pack *pack);
/* Adds the rule of a signature as the pack tunes it. 0 also when errors were added; -ENOMEM. */
int toc_pack_add_rule(struct toc_pack *pack, struct toc_loaded *loaded);

/* Compiles the scope for the events of the pack's rules. */
int toc_pack_scope(struct toc_pack *pack);
