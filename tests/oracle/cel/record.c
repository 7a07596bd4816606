// SPDX-License-Identifier: Apache-2.0
// Fields of records, found by walking the tables of the schema.
#include <arpa/inet.h>
#include <string.h>

#include "oracle.h"

/* An unsigned number of `width` little-endian bytes. */
static uint64_t read_number(const void *p, size_t width) {
    const unsigned char *bytes = p;
    uint64_t number = 0;

    for (size_t i = width; i-- > 0;)
        number = number * 256 + bytes[i];
    return number;
}

static struct ov read_int(const struct toc_field *field, const void *p) {
    uint64_t number = read_number(p, field->width);
    __int128 half = (__int128)1 << (8 * field->width - 1), value = number;

    if (field->is_signed && value >= half)
        value -= 2 * half;
    return ov_int(value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

static struct ov name_of(const struct toc_names *names, uint64_t value) {
    for (uint16_t i = 0; i < names->n; i++)
        if (names->items[i].value == value)
            return ov_string(names->items[i].name, strlen(names->items[i].name));
    return ov_error(CEL_ERR_UNOBSERVED);
}

static struct ov read_names(struct oracle *o, const struct toc_names *names, uint64_t bits) {
    struct ov *items = ov_array(o, 64);
    size_t n = 0;

    for (unsigned value = 0; value < 32; value++)
        if (bits >> value & 1)
            items[n++] = name_of(names, value);
    return ov_items(CEL_LIST, items, n);
}

static struct ov read_ip(struct oracle *o, const struct toc_ip *ip) {
    char *text = ov_text(o, INET6_ADDRSTRLEN);

    inet_ntop(ip->version == 4 ? AF_INET : AF_INET6, ip->bytes, text, INET6_ADDRSTRLEN);
    return ov_string(text, strlen(text));
}

static struct ov object_at(const struct toc_object *object, const void *base, uint64_t offset) {
    if (!offset)
        return ov_error(CEL_ERR_UNOBSERVED);
    return (struct ov){
        .kind = CEL_OBJECT, .object = object, .data = (const char *)base + offset, .base = base};
}

static struct ov read_list(struct oracle *o, const struct toc_object *object, const void *base,
                           const struct toc_ref *ref) {
    struct ov *items = ov_array(o, ref->n);

    for (uint32_t i = 0; i < ref->n; i++)
        items[i] = object_at(object, base, ref->off + (uint64_t)i * object->size);
    return ov_items(CEL_LIST, items, ref->n);
}

static struct ov read_field(struct oracle *o, const struct toc_field *field,
                            const struct ov *object) {
    const void *p = (const char *)object->data + field->offset;
    const struct toc_ref *ref = p;

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return ov_bool(read_number(p, 1) != 0);
    case TOC_KIND_INT: return read_int(field, p);
    case TOC_KIND_POINTER: return ov_uint(read_number(p, 8));
    case TOC_KIND_TIME: return ov_timestamp((int64_t)read_number(p, 8));
    case TOC_KIND_ENUM: return name_of(field->names, read_number(p, 2));
    case TOC_KIND_NAMES: return read_names(o, field->names, read_number(p, 4));
    case TOC_KIND_STRING: return ov_string((const char *)object->base + ref->off, ref->n);
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX: return ov_bytes((const char *)object->base + ref->off, ref->n);
    case TOC_KIND_IP: return read_ip(o, p);
    case TOC_KIND_OBJECT: return object_at(field->object, object->base, read_number(p, 4));
    case TOC_KIND_LIST: return read_list(o, field->object, object->base, ref);
    }
    return ov_error(CEL_ERR_NO_SUCH_FIELD);
}

struct ov oracle_field(struct oracle *o, const struct ov *object, const char *name, size_t n) {
    const struct toc_object *type = object->object;
    uint16_t variant = toc_object_variant(type, object->data);

    for (uint16_t i = 0; i < type->n_fields; i++) {
        const struct toc_field *field = &type->fields[i];

        if (strlen(field->name) != n || memcmp(field->name, name, n))
            continue;
        if (!(field->variants >> variant & 1))
            continue;
        if (!(read_number(object->data, 8) >> field->bit & 1))
            return ov_error(CEL_ERR_UNOBSERVED);
        return read_field(o, field, object);
    }
    return ov_error(CEL_ERR_NO_SUCH_FIELD);
}

struct ov oracle_root(struct oracle *o, const char *name, size_t n) {
    struct ov root = {
        .kind = CEL_OBJECT, .object = o->scope->root, .data = o->record, .base = o->record};

    return o->scope->root ? oracle_field(o, &root, name, n) : ov_error(CEL_ERR_NO_SUCH_FIELD);
}
