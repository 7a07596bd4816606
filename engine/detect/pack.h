// SPDX-License-Identifier: Apache-2.0
// A pack while it is loaded: its keys, and the steps from them to rules.
#pragma once

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
    TOC_PACK_N_KEYS,
};

/* What a pack may select signatures by. */
struct toc_pack_filter {
    const struct toc_node *ids, *tags, *status; /* lists; NULL: any */
    enum toc_level min_level;
};

struct toc_pack {
    struct toc_ruleset *ruleset;
    struct toc_yaml *doc;
    const struct toc_node *at[TOC_PACK_N_KEYS];
    struct toc_pack_filter filter;
    struct toc_pack_rules *out;
    uint64_t events; /* of its rules */
};

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
