// SPDX-License-Identifier: Apache-2.0
// Lists of expressions that tell groups apart: `group-by` of a correlation, `track` of a threshold.
#pragma once

#include "cel/cel.h"
#include "detect/detect.h"
#include "detect/yaml.h"

struct toc_group_by {
    const char *exprs[TOC_MAX_GROUP_BY];
    struct cel_program *programs[TOC_MAX_GROUP_BY];
    size_t n;
};

/* Compiles a list (NULL: empty, one group). Texts are copied into `arena`. 0, -EINVAL when errors
 * were added, -ENOMEM; clear it in any case. */
int toc_group_compile(const struct toc_yaml *doc, const struct toc_node *list,
                      const struct cel_scope *scope, struct toc_arena *arena,
                      struct toc_group_by *ret);
void toc_group_clear(struct toc_group_by *group);

/* The key of a group: equal for equal values, unobserved ones included. Resets `key` first; also
 * the scratch. */
void toc_group_key(const struct toc_group_by *group, const struct cel_activation *activation,
                   struct toc_arena *scratch, struct toc_buf *key);
/* Appends each value as JSON with a final NUL; one that is not observed is null. */
void toc_group_values(const struct toc_group_by *group, const struct cel_activation *activation,
                      struct toc_arena *scratch, struct toc_buf *values);
