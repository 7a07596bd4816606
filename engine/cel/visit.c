// SPDX-License-Identifier: Apache-2.0
// Walking what a value holds, the same way for lists, maps and objects of a record.
#include "cel/visit.h"

#include "base/text.h"
#include "cel/field.h"
#include "cel/text.h"

typedef void (*entry_fn)(const struct cel_value *key, const struct cel_value *value, void *ctx);

static void visit_field(const struct toc_field *field, const struct cel_value *object,
                        entry_fn entry, void *ctx) {
    struct cel_value key = cel_static_string(field->name), value;
    char text[TOC_IP_TEXT];

    // The one field whose value is made: here it needs no arena.
    if (field->kind == TOC_KIND_IP)
        value = cel_string(text,
                           toc_ip_format(text, (const struct toc_ip *)((const char *)object->data +
                                                                       field->offset)));
    else
        cel_load(field, object->data, object->base, NULL, &value);
    if (!cel_is_error(&value))
        entry(&key, &value, ctx);
}

static void visit_object(const struct cel_value *object, entry_fn entry, void *ctx) {
    uint16_t variant = toc_object_variant(object->object, object->data);

    for (uint16_t i = 0; i < object->object->n_fields; i++) {
        const struct toc_field *field = &object->object->fields[i];

        if (toc_field_present(field, object->data) && variant < 64 &&
            (field->variants >> variant & 1))
            visit_field(field, object, entry, ctx);
    }
}

void cel_visit(const struct cel_value *value, entry_fn entry, void *ctx) {
    if (value->kind == CEL_LIST) {
        size_t n = cel_list_size(value);

        for (size_t i = 0; i < n; i++) {
            struct cel_value item = cel_list_at(value, i, NULL);

            entry(NULL, &item, ctx);
        }
    } else if (value->kind == CEL_MAP) {
        for (size_t i = 0; i < value->map->n; i++)
            entry(&value->map->keys[i], &value->map->values[i], ctx);
    } else if (value->kind == CEL_OBJECT) {
        visit_object(value, entry, ctx);
    }
}
