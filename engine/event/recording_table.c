// SPDX-License-Identifier: Apache-2.0
// Writes the field table of a recording from the catalogue.
#include "event/recording_table.h"

#include <xxhash.h>

#include "event/catalogue.h"

static const struct toc_names *const sets[] = {
    &toc_names_event,
#define NAMES(set) &toc_names_##set,
#define NAME(set, ident, value, text)
#define END(set)
#include "event/names.def"
#undef NAMES
#undef NAME
#undef END
};

static const char *ref_of(const struct toc_field *field) {
    if (field->object)
        return field->object->name;
    return field->names ? field->names->name : "-";
}

static void write_names(const struct toc_names *set, struct toc_buf *buf) {
    toc_buf_addf(buf, "names %s\n", set->name);
    for (uint16_t i = 0; i < set->n; i++)
        toc_buf_addf(buf, "name %u %s\n", set->items[i].value, set->items[i].name);
}

static void write_object(const struct toc_object *object, struct toc_buf *buf) {
    toc_buf_addf(buf, "object %s %u %u\n", object->name, object->size, object->variant_offset);
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *f = &object->fields[i];

        toc_buf_addf(buf, "field %s %u %s %u %u %u %u %llx\n", f->name, f->kind, ref_of(f),
                     f->width, f->is_signed, f->offset, f->bit, (unsigned long long)f->variants);
    }
}

void toc_table_write(struct toc_buf *buf) {
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
        write_names(sets[i], buf);
    for (size_t i = 0; i < toc_objects_n; i++)
        write_object(toc_objects[i], buf);
}

uint64_t toc_table_digest(const char *text, size_t n) {
    return XXH3_64bits(text, n);
}

uint32_t toc_table_width(uint8_t kind, uint8_t width) {
    switch (kind) {
    case TOC_KIND_BOOL: return 1;
    case TOC_KIND_INT: return width == 1 || width == 2 || width == 4 || width == 8 ? width : 0;
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME: return 8;
    case TOC_KIND_ENUM: return 2;
    case TOC_KIND_NAMES:
    case TOC_KIND_OBJECT: return 4;
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX:
    case TOC_KIND_LIST: return sizeof(struct toc_ref);
    case TOC_KIND_IP: return sizeof(struct toc_ip);
    default: return 0;
    }
}
