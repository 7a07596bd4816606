// SPDX-License-Identifier: Apache-2.0
// Writes the field table of a recording from the catalogue.
#include "event/recording_table.h"

#include <stdatomic.h>
#include <xxhash.h>

#include "base/text.h"
#include "event/catalogue.h"

static const struct toc_names *const sets[] = {
    &toc_names_event,
#define NAMES(set) &toc_names_##set,
#define NAME(set, ident, value, text)
#define END(set)
#include "event/names.def"
};

static const char *ref_of(const struct toc_field *field) {
    if (field->object)
        return field->object->name;
    return field->names ? field->names->name : "-";
}

/* Every opening of a recording writes the table, so without printf. */
static void add_word(struct toc_buf *buf, const char *word) {
    toc_buf_adds(buf, word);
    toc_buf_addc(buf, ' ');
}

static void add_number(struct toc_buf *buf, uint64_t n) {
    toc_buf_addu(buf, n);
    toc_buf_addc(buf, ' ');
}

static void write_names(const struct toc_names *set, struct toc_buf *buf) {
    toc_buf_adds(buf, "names ");
    toc_buf_adds(buf, set->name);
    toc_buf_addc(buf, '\n');
    for (uint16_t i = 0; i < set->n; i++) {
        add_word(buf, "name");
        add_number(buf, set->items[i].value);
        toc_buf_adds(buf, set->items[i].name);
        toc_buf_addc(buf, '\n');
    }
}

static void write_object(const struct toc_object *object, struct toc_buf *buf) {
    add_word(buf, "object");
    add_word(buf, object->name);
    add_number(buf, object->size);
    toc_buf_addu(buf, object->variant_offset);
    toc_buf_addc(buf, '\n');
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *f = &object->fields[i];
        char variants[16];
        size_t n;

        add_word(buf, "field");
        add_word(buf, f->name);
        add_number(buf, f->kind);
        add_word(buf, ref_of(f));
        add_number(buf, f->width);
        add_number(buf, f->is_signed);
        add_number(buf, f->offset);
        add_number(buf, f->bit);
        n = toc_hex_format(variants, f->variants);
        toc_buf_add(buf, variants, n);
        toc_buf_addc(buf, '\n');
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

int toc_table_ours(uint64_t *ret) {
    static _Atomic uint64_t ours; // 0: not known yet
    _cleanup_toc_buf_ struct toc_buf table = {0};

    *ret = atomic_load_explicit(&ours, memory_order_relaxed);
    if (*ret)
        return 0;
    toc_table_write(&table);
    if (table.failed)
        return table.failed;
    *ret = toc_table_digest(table.p, table.n);
    atomic_store_explicit(&ours, *ret, memory_order_relaxed);
    return 0;
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
