// SPDX-License-Identifier: Apache-2.0
// Which field of another version's table is which of ours, worked out once a file.
#pragma once

#include <stddef.h>

#include "base/schema.h"

enum { TOC_MAX_PLANS = 128 }; /* pairs of objects; the catalogue's own come to 19 */

struct toc_plan;

struct toc_step {
    const struct toc_field *theirs;
    const struct toc_field *ours; /* NULL: we have none, or of another kind */
    struct toc_plan *plan;        /* of what an OBJECT or LIST refers to */
};

struct toc_plan {
    const struct toc_object *theirs, *ours;
    struct toc_step steps[64]; /* one for each of their fields */
};

struct toc_plans {
    struct toc_plan *items[TOC_MAX_PLANS]; /* owned; items[0] is the root's */
    size_t n;
};

/* -ENOMEM; -EBADMSG when more than TOC_MAX_PLANS are needed. `ret` zero-initialised. */
int toc_plans_make(struct toc_plans *ret, const struct toc_object *theirs,
                   const struct toc_object *ours);
void toc_plans_clear(struct toc_plans *plans);
