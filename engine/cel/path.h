// SPDX-License-Identifier: Apache-2.0
// Following a path through a record: inline, because every test of a field begins with it.
#pragma once

#include "cel/code.h"

#define CEL_INLINE static inline __attribute__((always_inline))

/* A field found at the end of a path, present in its object. */
struct cel_place {
    const struct cel_step *step;
    const void *object, *base;
};

/* Where a path begins that does not begin at the root. */
bool cel_path_start(const struct cel_path *path, struct cel_frame *frame, struct cel_place *place,
                    struct cel_value *error);

/* From the object in `place` to the last field of the path; false with an error when something on
 * the way is missing. */
CEL_INLINE bool cel_follow_on(const struct cel_path *path, struct cel_place *place,
                              struct cel_value *error) {
    const struct cel_step *at = path->steps, *last = at + path->n - 1, *step;

    for (; at < last; at++) {
        uint32_t offset;

        if (!(step = cel_step_for(at, place->object)))
            return cel_missing(error, CEL_ERR_NO_SUCH_FIELD, at->field);
        offset = *(const uint32_t *)((const char *)place->object + step->offset);
        if (!offset)
            return cel_missing(error, CEL_ERR_UNOBSERVED, step->field);
        place->object = (const char *)place->base + offset;
    }
    if (!(step = cel_step_for(at, place->object)))
        return cel_missing(error, CEL_ERR_NO_SUCH_FIELD, at->field);
    place->step = step;
    if (*(const uint64_t *)place->object >> step->bit & 1)
        return true;
    return cel_missing(error, CEL_ERR_UNOBSERVED, step->field);
}

/* The last field of the path, wherever that begins. */
CEL_INLINE bool cel_follow(const struct cel_path *path, struct cel_frame *frame,
                           struct cel_place *place, struct cel_value *error) {
    const struct cel_value *slot = &frame->slots[path->slot];

    if (path->from == CEL_FROM_ROOT) {
        place->object = place->base = frame->activation->record;
    } else if (path->from == CEL_FROM_SLOT && slot->kind == CEL_OBJECT) {
        place->object = slot->data;
        place->base = slot->base;
    } else if (!cel_path_start(path, frame, place, error)) {
        return false;
    }
    return cel_follow_on(path, place, error);
}

/* The bytes of the field. */
CEL_INLINE const void *cel_place_bytes(const struct cel_place *place) {
    return (const char *)place->object + place->step->offset;
}
