// SPDX-License-Identifier: Apache-2.0
// Following a path through a record: inline, because every test of a field begins with it.
#pragma once

#include "cel/code.h"

/* A field found at the end of a path, present in its object. */
struct cel_place {
    const struct toc_field *field;
    const void *object, *base;
};

static inline bool cel_path_start(const struct cel_path *path, struct cel_frame *frame,
                                  struct cel_place *place, struct cel_value *error) {
    const struct cel_value *value = &frame->slots[path->slot];
    struct cel_value made;

    if (path->from == CEL_FROM_ROOT) {
        place->object = place->base = frame->activation->record;
        return true;
    }
    if (path->from == CEL_FROM_CODE) {
        cel_exec(path->start, frame, &made);
        value = &made;
    }
    if (value->kind != CEL_OBJECT) {
        if (value->kind == CEL_ERROR)
            *error = *value;
        else
            cel_set_error(error, CEL_ERR_NO_OVERLOAD, "a field of something that is no object");
        return false;
    }
    place->object = value->data;
    place->base = value->base;
    return true;
}

/* The last field of the path; false with an error when something on the way is missing. */
static inline bool cel_follow(const struct cel_path *path, struct cel_frame *frame,
                              struct cel_place *place, struct cel_value *error) {
    const struct cel_step *step;

    if (!cel_path_start(path, frame, place, error))
        return false;
    for (unsigned i = 0;; i++) {
        uint32_t offset;

        step = cel_step_for(&path->steps[i], place->object);
        if (!step) {
            cel_set_error(error, CEL_ERR_NO_SUCH_FIELD, path->steps[i].field->name);
            return false;
        }
        if (i + 1u == path->n)
            break;
        offset = *(const uint32_t *)((const char *)place->object + step->offset);
        if (!offset) {
            cel_set_error(error, CEL_ERR_UNOBSERVED, step->field->name);
            return false;
        }
        place->object = (const char *)place->base + offset;
    }
    place->field = step->field;
    if (toc_field_present(step->field, place->object))
        return true;
    cel_set_error(error, CEL_ERR_UNOBSERVED, step->field->name);
    return false;
}
