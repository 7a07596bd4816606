// SPDX-License-Identifier: Apache-2.0
// Which field of another version's table is which of ours, worked out once a file.
#pragma once

#include <stddef.h>

#include "base/schema.h"

enum { TOC_MAX_PLANS = 128 }; /* pairs of objects; the catalogue's own come to 19 */

struct toc_plan;

/* Their values of a set below this are looked up by number, the rest by name. */
enum { TOC_STEP_VALUES = 256, TOC_STEP_NO_VALUE = UINT16_MAX };

struct toc_step {
    const struct toc_field *theirs;
    const struct toc_field *ours; /* NULL: we have none, or of another kind */
    struct toc_plan *plan;        /* of what an OBJECT or LIST refers to */
    uint16_t *values;             /* ours for each of theirs, of an ENUM and of NAMES; owned */
    uint8_t width;                /* bytes that are copied as they are; 0: it depends on the kind */
    uint32_t bytes;               /* of theirs */
    bool verbatim;                /* they are ours as long as ours has them at all */
    bool inert;                   /* nothing derives from it */
};

struct toc_plan {
    const struct toc_object *theirs, *ours;
    struct toc_step steps[64]; /* by their bit */
    uint64_t copied, lacking;  /* bits of theirs: taken over; neither we have it nor derive it */
};

struct toc_plans {
    struct toc_plan *items[TOC_MAX_PLANS]; /* owned; items[0] is the root's */
    size_t n;
};

/* Our value of the name that their value has: names, not numbers, say what is meant. */
bool toc_step_value(const struct toc_step *step, uint16_t theirs, uint16_t *ret);

/* -ENOMEM; -EBADMSG when two fields have one bit, or more than TOC_MAX_PLANS are needed. `ret`
 * zero-initialised. */
int toc_plans_make(struct toc_plans *ret, const struct toc_object *theirs,
                   const struct toc_object *ours);
void toc_plans_clear(struct toc_plans *plans);
