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

/* From the object in `place` to the last field of the path. When something on the way is missing:
 * false, and place->step is that of the field, with `other` variants or without. */
CEL_INLINE bool cel_find(const struct cel_path *path, struct cel_place *place,
                         enum cel_error *ret_why) {
    const struct cel_step *at = path->steps, *last = at + path->n - 1, *step;

    for (;; at++) {
        uint32_t offset;

        place->step = at;
        *ret_why = CEL_ERR_NO_SUCH_FIELD;
        if (!(step = cel_step_for(at, place->object)))
            return false;
        place->step = step;
        *ret_why = CEL_ERR_UNOBSERVED;
        if (at == last)
            return *(const uint64_t *)place->object >> step->bit & 1;
        offset = *(const uint32_t *)((const char *)place->object + step->offset);
        if (!offset)
            return false;
        place->object = (const char *)place->base + offset;
    }
}

/* The same with an error that names the field. */
CEL_INLINE bool cel_follow_on(const struct cel_path *path, struct cel_place *place,
                              struct cel_value *error) {
    enum cel_error why;

    return cel_find(path, place, &why) || cel_missing(error, why, place->step->field);
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

/* There were more of them than are kept. */
CEL_INLINE bool cel_place_is_cut(const struct cel_place *place) {
    return place->step->cut && *((const uint8_t *)place->object + place->step->cut);
}
