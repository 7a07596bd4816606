// SPDX-License-Identifier: Apache-2.0
// The parameters of a signature: typed constants that a pack can set.
#pragma once

#include "cel/cel.h"
#include "detect/detect.h"
#include "detect/yaml.h"

/* A boolean, an integer, a string, or a list of one of them. */
struct toc_param {
    const char *name; /* "params.limit" */
    struct cel_value value;
    const struct toc_origin *origin;
    const struct cel_type *type; /* list<dyn> for an empty list: takes a list of anything */
    bool used;                   /* an expression names it */
};

struct toc_params {
    struct toc_param *items;
    size_t n;
};

#define TOC_MAX_PARAMS 64

/* Both copy into `arena`. 0 with *ret_good false when errors were added; -ENOMEM. */

/* `map` is what a signature says under `params`; NULL gives none. */
int toc_params_read(const struct toc_yaml *doc, const struct toc_node *map, struct toc_arena *arena,
                    struct toc_params *ret, bool *ret_good);

/* A copy of `base` in which `map` sets values, or with `append` adds to lists: of the same types.
 */
int toc_params_change(const struct toc_yaml *doc, const struct toc_node *map, bool append,
                      const struct toc_params *base, struct toc_arena *arena,
                      struct toc_params *ret, bool *ret_good);

/* Where a node stands, in `arena`. `how` is static. NULL when memory is out. */
const struct toc_origin *toc_origin_of(const struct toc_yaml *doc, const struct toc_node *node,
                                       const char *how, const struct toc_origin *before,
                                       struct toc_arena *arena);

/* Each as text, "limit: 256". -ENOMEM. */
int toc_params_text(const struct toc_params *params, struct toc_arena *arena,
                    const char *const **ret);
