// SPDX-License-Identifier: Apache-2.0
// The kinds of objects that a record consists of, and what fields take of them.
#include <stdlib.h>

#include "cel/set_class.h"

static bool is_text(const struct toc_field *field) {
    return field->kind == TOC_KIND_STRING || field->kind == TOC_KIND_BYTES ||
           field->kind == TOC_KIND_HEX;
}

static size_t bytes_of(const struct toc_field *field) {
    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return 1;
    case TOC_KIND_INT: return field->width;
    case TOC_KIND_ENUM: return sizeof(uint16_t);
    case TOC_KIND_NAMES:
    case TOC_KIND_OBJECT: return sizeof(uint32_t);
    case TOC_KIND_IP: return sizeof(struct toc_ip);
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME:
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX:
    case TOC_KIND_LIST: break;
    }
    return sizeof(uint64_t);
}

int cel_shape_of(struct set_classes *classes, const struct toc_object *object) {
    struct set_shape *shape;
    int number;

    for (uint16_t i = 0; i < classes->n_shapes; i++)
        if (classes->shapes[i].object == object)
            return i;
    if (classes->n_shapes == SET_MAX_SHAPES)
        return -1;
    number = classes->n_shapes++;
    shape = &classes->shapes[number];
    shape->object = object;
    shape->classes = calloc(object->size / 8 + 1, sizeof(*shape->classes));
    shape->bytes = calloc(object->size / 8 + 1, sizeof(*shape->bytes));
    shape->leads = calloc(object->n_fields + 1u, sizeof(*shape->leads));
    if (!shape->classes || !shape->bytes || !shape->leads)
        return -1;
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];
        int to = field->object ? cel_shape_of(classes, field->object) : 0;

        if (to < 0)
            return -1;
        if (field->object || is_text(field))
            shape->leads[shape->n_leads++] =
                (struct set_lead){.field = field, .shape = (uint16_t)to};
    }
    return number;
}

struct set_shape *cel_shape_with(struct set_classes *classes, const struct toc_field *field) {
    for (uint16_t i = 0; i < classes->n_shapes; i++) {
        const struct toc_object *object = classes->shapes[i].object;

        if (field >= object->fields && field < object->fields + object->n_fields)
            return &classes->shapes[i];
    }
    return NULL;
}

static struct set_lead *lead_of(struct set_shape *shape, const struct toc_field *field) {
    for (uint16_t i = 0; i < shape->n_leads; i++)
        if (shape->leads[i].field == field)
            return &shape->leads[i];
    return NULL;
}

void cel_each_class(struct set_classes *classes, const struct toc_field *field, cel_class_fn fn,
                    void *ctx) {
    struct set_shape *shape = cel_shape_with(classes, field);
    struct set_lead *lead = shape && is_text(field) ? lead_of(shape, field) : NULL;
    size_t end = field->offset + bytes_of(field);

    if (lead) {
        fn(classes, &lead->class, 0xff, ctx);
        return;
    }
    for (size_t at = field->offset; shape && at < end; at = (at / 8 + 1) * 8) {
        size_t n = end - at < 8 - at % 8 ? end - at : 8 - at % 8;
        uint8_t bytes = (uint8_t)(((1u << n) - 1) << at % 8);

        shape->bytes[at / 8] |= bytes;
        fn(classes, &shape->classes[at / 8], bytes, ctx);
    }
}
