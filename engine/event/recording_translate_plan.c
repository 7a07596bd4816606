// SPDX-License-Identifier: Apache-2.0
// Pairs the fields of another version's table with ours, by name, kind and variants.
#include "event/recording_translate_plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Names are not unique: the kind and the variants decide between fields of the same name. */
static const struct toc_field *counterpart(const struct toc_object *ours,
                                           const struct toc_field *theirs) {
    for (uint16_t i = 0; i < ours->n_fields; i++) {
        const struct toc_field *field = &ours->fields[i];

        if (field->kind == theirs->kind && field->variants & theirs->variants &&
            !strcmp(field->name, theirs->name))
            return field;
    }
    return NULL;
}

static struct toc_plan *known(const struct toc_plans *plans, const struct toc_object *theirs,
                              const struct toc_object *ours) {
    for (size_t i = 0; i < plans->n; i++)
        if (plans->items[i]->theirs == theirs && plans->items[i]->ours == ours)
            return plans->items[i];
    return NULL;
}

/* Their objects refer only to objects that come before them, so this ends. */
static int make(struct toc_plans *plans, const struct toc_object *theirs,
                const struct toc_object *ours, struct toc_plan **ret) {
    struct toc_plan *plan = known(plans, theirs, ours);

    *ret = plan;
    if (plan)
        return 0;
    if (plans->n == TOC_MAX_PLANS)
        return -EBADMSG;
    plan = calloc(1, sizeof(*plan));
    if (!plan)
        return -ENOMEM;
    plan->theirs = theirs;
    plan->ours = ours;
    *ret = plans->items[plans->n++] = plan;
    for (uint16_t i = 0; i < theirs->n_fields; i++) {
        struct toc_step *step = &plan->steps[i];
        int err = 0;

        step->theirs = &theirs->fields[i];
        step->ours = counterpart(ours, step->theirs);
        if (step->ours && step->ours->object)
            err = make(plans, step->theirs->object, step->ours->object, &step->plan);
        if (err)
            return err;
    }
    return 0;
}

int toc_plans_make(struct toc_plans *ret, const struct toc_object *theirs,
                   const struct toc_object *ours) {
    struct toc_plan *root;

    return make(ret, theirs, ours, &root);
}

void toc_plans_clear(struct toc_plans *plans) {
    for (size_t i = 0; i < plans->n; i++)
        free(plans->items[i]);
    *plans = (struct toc_plans){0};
}
