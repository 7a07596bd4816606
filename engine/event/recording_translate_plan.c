// SPDX-License-Identifier: Apache-2.0
// Pairs the fields of another version's table with ours, by name, kind and variants.
#include "event/recording_translate_plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/catalogue.h"
#include "event/recording_table.h"

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

bool toc_step_value(const struct toc_step *step, uint16_t theirs, uint16_t *ret) {
    const char *name = toc_names_name(step->theirs->names, theirs);

    return name && toc_names_value(step->ours->names, name, strlen(name), ret);
}

static int map_values(struct toc_step *step) {
    step->values = malloc(TOC_STEP_VALUES * sizeof(*step->values));
    if (!step->values)
        return -ENOMEM;
    for (unsigned v = 0; v < TOC_STEP_VALUES; v++)
        if (!toc_step_value(step, (uint16_t)v, &step->values[v]))
            step->values[v] = TOC_STEP_NO_VALUE;
    return 0;
}

/* Bytes of a value that may be anything and has the same form on both sides. */
static uint8_t width_of(const struct toc_field *a, const struct toc_field *b) {
    if (b->kind == TOC_KIND_POINTER || b->kind == TOC_KIND_TIME)
        return 8;
    if (b->kind != TOC_KIND_INT || a->width != b->width || a->is_signed != b->is_signed)
        return 0;
    return b->width == 8 && !b->is_signed ? 0 : b->width;
}

/* What changes from call to call whatever is called. */
static bool is_inert(const struct toc_object *object, const struct toc_field *field) {
    static const uint64_t inert = UINT64_C(1) << TOC_meta_time | UINT64_C(1) << TOC_meta_seq |
                                  UINT64_C(1) << TOC_meta_cpu | UINT64_C(1) << TOC_meta_call |
                                  UINT64_C(1) << TOC_meta_duration_ns;

    return object == &toc_object_meta && inert >> field->bit & 1;
}

static int plan_step(struct toc_plan *plan, struct toc_step *step) {
    const struct toc_field *theirs = step->theirs, *ours = counterpart(plan->ours, theirs);
    uint64_t bit = UINT64_C(1) << theirs->bit;

    step->ours = ours;
    if (!ours) {
        plan->lacking |= bit;
        return 0;
    }
    if (!ours->derived)
        plan->copied |= bit;
    step->width = width_of(theirs, ours);
    step->bytes = toc_table_width(theirs->kind, theirs->width);
    step->verbatim = step->width || ours->kind == TOC_KIND_IP ||
                     (ours->kind == TOC_KIND_INT && ours->width == theirs->width);
    step->inert = is_inert(plan->ours, ours);
    return ours->names ? map_values(step) : 0;
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
        struct toc_step *step = &plan->steps[theirs->fields[i].bit];
        int err = 0;

        if (step->theirs)
            return -EBADMSG;
        step->theirs = &theirs->fields[i];
        err = plan_step(plan, step);
        if (!err && step->ours && step->ours->object)
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
    for (size_t i = 0; i < plans->n; i++) {
        for (size_t bit = 0; bit < 64; bit++)
            free(plans->items[i]->steps[bit].values);
        free(plans->items[i]);
    }
    *plans = (struct toc_plans){0};
}
