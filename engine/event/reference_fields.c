// SPDX-License-Identifier: Apache-2.0
// The fields of an event as a section of its page: each object once, under every path that leads to
// it.

#include <stdio.h>

#include "event/reference.h"

#define PATH_BYTES 128

static const char *direction(const struct toc_field *field) {
    switch ((enum toc_dir)field->dir) {
    case TOC_DIR_NONE: return "";
    case TOC_DIR_IN: return ", in";
    case TOC_DIR_OUT: return ", out";
    case TOC_DIR_INOUT: return ", inout";
    case TOC_DIR_SEND_IN: return ", in for sends, out for receives";
    case TOC_DIR_SEND_IN_RECV_INOUT: return ", in for sends, inout for receives";
    }
    return "";
}

static void add_field(struct toc_buf *buf, const struct toc_field *field) {
    toc_buf_addf(buf, "* `%s`:`%s", field->name, toc_field_type(field));
    if (field->kind == TOC_KIND_LIST)
        toc_buf_addf(buf, "(%s)", field->object->name);
    toc_buf_adds(buf, "`[");
    toc_tags_add(buf, field->tags);
    toc_buf_addf(buf, "%s] - %s", direction(field), field->doc);
    toc_buf_addf(buf, *field->unit ? " (%s)" : "%s", field->unit);
    toc_buf_adds(buf, field->derived ? "; derived.\n" : ".\n");
}

static uint64_t variants_of(const struct toc_object *object, uint16_t id) {
    return object == &toc_object_addr ? TOC_ALL_VARIANTS : toc_event_bit(id);
}

/* Adds the paths that lead to `target` below `object`; returns how many there are by now. */
static unsigned add_paths(struct toc_buf *buf, const struct toc_object *target,
                          const struct toc_object *object, uint16_t id, const char *path,
                          unsigned n) {
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];
        char below[PATH_BYTES];

        if (!field->object || !(field->variants & variants_of(object, id)))
            continue;
        snprintf(below, sizeof(below), "%s%s%s%s", path, *path ? "." : "", field->name,
                 field->kind == TOC_KIND_LIST ? "[]" : "");
        if (field->object == target)
            toc_buf_addf(buf, "%s%s", n++ ? ", " : "\n### ", below);
        n = add_paths(buf, target, field->object, id, below, n);
    }
    return n;
}

void toc_reference_fields(uint16_t id, struct toc_buf *buf) {
    toc_buf_adds(buf, "\n## Fields\nPaths in expressions and in JSON.\n");
    for (size_t o = 0; o < toc_objects_n; o++) {
        const struct toc_object *object = toc_objects[o];

        if (object == &toc_object_event || object == &toc_object_args ||
            !add_paths(buf, object, &toc_object_event, id, "", 0))
            continue;
        toc_buf_addf(buf, "\n%s.\n", object->doc);
        for (uint16_t i = 0; i < object->n_fields; i++)
            if (object->fields[i].variants & variants_of(object, id))
                add_field(buf, &object->fields[i]);
    }
}
