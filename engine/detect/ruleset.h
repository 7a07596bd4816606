// SPDX-License-Identifier: Apache-2.0
// The inside of a ruleset: everything that was loaded, and the rules made of it.
#pragma once

#include "base/arena.h"
#include "detect/rule.h"
#include "detect/signature.h"

/* Texts, nodes' copies and test events of all signatures: 20,000 large ones stay below. */
#define TOC_MAX_RULESET_BYTES ((size_t)1 << 30)

#define TOC_MAX_PACKS 256

struct toc_ruleset {
    struct toc_arena *arena;
    struct toc_loaded **signatures; /* in order of id once complete; broken ones too */
    size_t n_signatures;
    struct toc_compiled **tuned; /* under the parameters of packs */
    size_t n_tuned, cap_tuned;
    struct toc_pack_rules *packs;
    size_t n_packs;
    struct toc_rule_body *bodies; /* rules.items */
    size_t n_bodies;
    struct toc_rules rules;
    uint64_t events, digest;
    const struct toc_ruleset_options *options; /* NULL once loaded */
};

/* Keeps a program for as long as the ruleset. -ENOMEM: it was freed. */
int toc_ruleset_keep(struct toc_ruleset *ruleset, struct toc_compiled *compiled);

/* The signature of an id, or NULL. */
struct toc_loaded *toc_ruleset_find(const struct toc_ruleset *ruleset, const char *id);

/* Loads a pack as packs[n_packs] and adds its rules to bodies. 0 also when errors were added;
 * -ENOMEM. */
int toc_pack_load(struct toc_ruleset *ruleset, const char *path, struct toc_diags *diags);
/* The same from a document. */
int toc_pack_from(struct toc_ruleset *ruleset, struct toc_yaml *doc);
