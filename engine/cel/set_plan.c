// SPDX-License-Identifier: Apache-2.0
// Which objects of an element lead to the fields of the indexes: each is reached once.
#include <errno.h>
#include <stdlib.h>

#include "cel/set_index.h"

static bool same_step(const struct cel_step *a, const struct cel_step *b) {
    return a->field == b->field && a->variants == b->variants && a->other == b->other;
}

/* The object that the step leads to, added if need be; UINT32_MAX without memory. */
static uint32_t object_at(struct set_plan *plan, uint32_t parent, const struct cel_step *step) {
    struct set_object *objects;

    for (uint32_t i = 1; i < plan->n_objects; i++)
        if (plan->objects[i].parent == parent && same_step(plan->objects[i].step, step))
            return i;
    objects = reallocarray(plan->objects, plan->n_objects + 1, sizeof(*objects));
    if (!objects)
        return UINT32_MAX;
    plan->objects = objects;
    objects[plan->n_objects] = (struct set_object){step, parent};
    return plan->n_objects++;
}

static int reach(struct set_plan *plan, const struct cel_path *path, struct set_field *ret) {
    ret->object = 0;
    for (uint8_t i = 0; i + 1 < path->n; i++) {
        ret->object = object_at(plan, ret->object, &path->steps[i]);
        if (ret->object == UINT32_MAX)
            return -ENOMEM;
    }
    ret->step = &path->steps[path->n - 1];
    return 0;
}

static uint64_t needs(const struct set_plan *plan, uint32_t object) {
    uint64_t bits = 0;

    for (; object; object = plan->objects[object].parent)
        bits |= object < SET_NEEDED ? UINT64_C(1) << object : 0;
    return bits;
}

static int add(struct cel_set *set, uint32_t number) {
    struct set_index *index = &set->indexes[number];
    struct set_plan *plan = &set->plans[index->domain];
    const struct set_index **indexes =
        reallocarray(plan->indexes, plan->n_indexes + 1, sizeof(*indexes));

    if (!indexes)
        return -ENOMEM;
    plan->indexes = indexes;
    indexes[plan->n_indexes++] = index;
    index->number = number;
    if (reach(plan, index->list ? index->list : index->path, &index->field) < 0)
        return -ENOMEM;
    if (!index->list && index->second && reach(plan, index->second, &index->other) < 0)
        return -ENOMEM;
    index->needs = needs(plan, index->field.object) | needs(plan, index->other.object);
    return 0;
}

int cel_set_plan(struct cel_set *set) {
    for (size_t i = 0; i < SET_MAX_DOMAINS; i++) {
        set->plans[i].objects = calloc(1, sizeof(struct set_object));
        if (!set->plans[i].objects)
            return -ENOMEM;
        set->plans[i].n_objects = 1;
    }
    for (size_t i = 0; i < set->n_indexes; i++)
        if (add(set, (uint32_t)i) < 0)
            return -ENOMEM;
    return 0;
}
