// SPDX-License-Identifier: Apache-2.0
// Fields of records: their types, and reading them.
#include "cel/field.h"

#include <stdio.h>

#include "base/text.h"
#include "cel/text.h"
#include "cel/type.h"

static const struct cel_type *field_type_with(const struct toc_field *field, uint64_t variants,
                                              struct toc_arena *arena) {
    bool is_list = field->kind != TOC_KIND_ENUM && field->kind != TOC_KIND_OBJECT;
    struct cel_type *type = toc_arena_alloc(arena, (1 + is_list) * sizeof(*type));

    if (!type)
        return NULL;
    type[0] = (struct cel_type){.kind = field->names ? CEL_STRING : CEL_OBJECT,
                                .object = field->object,
                                .names = field->names,
                                .variants = variants};
    if (!is_list)
        return &type[0];
    type[1] = (struct cel_type){.kind = CEL_LIST, .elem = &type[0]};
    return &type[1];
}

const struct cel_type *cel_field_type(const struct toc_field *field, uint64_t variants,
                                      const struct cel_scope *scope, struct toc_arena *arena) {
    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return &cel_type_bool;
    case TOC_KIND_INT: return &cel_type_int;
    case TOC_KIND_POINTER: return &cel_type_uint;
    case TOC_KIND_TIME: return &cel_type_timestamp;
    case TOC_KIND_STRING:
    case TOC_KIND_IP: return &cel_type_string;
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX: return &cel_type_bytes;
    case TOC_KIND_ENUM:
    case TOC_KIND_NAMES:
    case TOC_KIND_OBJECT:
    case TOC_KIND_LIST: break;
    }
    if (scope && field->object && field->object == scope->variant_object)
        return field_type_with(field, variants, arena);
    return field_type_with(field, 0, arena);
}

void cel_field_range(const struct toc_field *field, int64_t *ret_low, int64_t *ret_high) {
    unsigned bits = field->width >= 8 ? 64 : field->width * 8u;

    // An unsigned field of 64 bits saturates at the largest int.
    *ret_high = field->is_signed || bits == 64 ? INT64_MAX >> (64 - bits)
                                               : (int64_t)(UINT64_MAX >> (64 - bits));
    *ret_low = field->is_signed ? -*ret_high - 1 : 0;
}

const struct toc_field *cel_field_cut(const struct toc_object *type,
                                      const struct toc_field *field) {
    const struct toc_field *flag;
    char name[64];

    if (field->kind != TOC_KIND_BYTES)
        return NULL;
    snprintf(name, sizeof(name), "%s_truncated", field->name);
    flag = toc_object_field(type, name, strlen(name), TOC_ALL_VARIANTS);
    return flag && flag->kind == TOC_KIND_BOOL ? flag : NULL;
}

enum cel_bits cel_field_bits(const struct toc_field *field) {
    unsigned bytes = field->width <= 1 ? 0 : field->width == 2 ? 1 : field->width == 4 ? 2 : 3;

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return CEL_BITS_U8;
    case TOC_KIND_ENUM: return CEL_BITS_U16;
    case TOC_KIND_NAMES: return CEL_BITS_U32;
    case TOC_KIND_POINTER: return CEL_BITS_U64;
    case TOC_KIND_INT:
        if (field->is_signed)
            return (enum cel_bits)(CEL_BITS_I8 + bytes);
        return bytes == 3 ? CEL_BITS_CLAMPED : (enum cel_bits)(CEL_BITS_U8 + bytes);
    default: return CEL_BITS_NONE;
    }
}

bool cel_missing(struct cel_value *error, enum cel_error kind, const struct toc_field *field) {
    *error = cel_fail(kind, field->name);
    return false;
}

static void load_time(int64_t ns, struct cel_value *ret) {
    int64_t seconds = ns / 1000000000, nanos = ns % 1000000000;

    *ret = cel_time(CEL_TIMESTAMP, seconds - (nanos < 0),
                    (int32_t)(nanos < 0 ? nanos + 1000000000 : nanos));
}

static void load_ip(const struct toc_ip *ip, struct toc_arena *scratch, struct cel_value *ret) {
    char text[TOC_IP_TEXT];

    *ret = cel_copy_string(scratch, text, toc_ip_format(text, ip));
}

static void load_ref(const struct toc_field *field, struct toc_ref ref, const void *base,
                     struct cel_value *ret) {
    const char *data = (const char *)base + ref.off;

    if (field->kind == TOC_KIND_LIST)
        *ret = (struct cel_value){.kind = CEL_LIST,
                                  .form = CEL_FORM_RECORD,
                                  .n = ref.n,
                                  .data = data,
                                  .object = field->object,
                                  .base = base};
    else if (field->kind == TOC_KIND_STRING)
        *ret = cel_string(data, ref.n);
    else
        *ret = cel_bytes(data, ref.n);
}

static void load_names(const struct toc_field *field, const char *p, struct cel_value *ret) {
    if (field->kind == TOC_KIND_NAMES) {
        *ret = (struct cel_value){.kind = CEL_LIST,
                                  .form = CEL_FORM_NAMES,
                                  .n = *(const uint32_t *)p,
                                  .names = field->names};
        return;
    }
    const char *name = toc_names_name(field->names, *(const uint16_t *)p);
    *ret = name ? cel_static_string(name) : cel_fail(CEL_ERR_UNOBSERVED, field->name);
}

static void load_object(const struct toc_field *field, uint32_t offset, const void *base,
                        struct cel_value *ret) {
    if (offset)
        *ret = (struct cel_value){.kind = CEL_OBJECT,
                                  .data = (const char *)base + offset,
                                  .object = field->object,
                                  .base = base};
    else
        *ret = cel_fail(CEL_ERR_UNOBSERVED, field->name);
}

void cel_load(const struct toc_field *field, const void *object, const void *base,
              struct toc_arena *scratch, struct cel_value *ret) {
    const char *p = (const char *)object + field->offset;

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: *ret = cel_bool(*(const uint8_t *)p); return;
    case TOC_KIND_INT: *ret = cel_int((int64_t)cel_load_bits(cel_field_bits(field), p)); return;
    case TOC_KIND_POINTER: *ret = cel_uint(*(const uint64_t *)p); return;
    case TOC_KIND_TIME: load_time(*(const int64_t *)p, ret); return;
    case TOC_KIND_ENUM:
    case TOC_KIND_NAMES: load_names(field, p, ret); return;
    case TOC_KIND_IP: load_ip((const struct toc_ip *)p, scratch, ret); return;
    case TOC_KIND_OBJECT: load_object(field, *(const uint32_t *)p, base, ret); return;
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX:
    case TOC_KIND_LIST: load_ref(field, *(const struct toc_ref *)p, base, ret); return;
    }
}

struct cel_value cel_field_value(const struct toc_field *field, const void *object,
                                 const struct toc_object *type, const void *base,
                                 struct toc_arena *scratch) {
    const struct toc_field *cut = cel_field_cut(type, field);
    uint16_t variant = toc_object_variant(type, object);
    struct cel_value value;

    if (field->variants != TOC_ALL_VARIANTS && (variant >= 64 || !(field->variants >> variant & 1)))
        return cel_fail(CEL_ERR_NO_SUCH_FIELD, field->name);
    if (!toc_field_present(field, object) || (cut && *((const uint8_t *)object + cut->offset)))
        return cel_fail(CEL_ERR_UNOBSERVED, field->name);
    cel_load(field, object, base, scratch, &value);
    return value;
}

static bool same_field(const struct toc_field *field, const struct cel_value *a,
                       const struct cel_value *b) {
    const char *x = (const char *)a->data + field->offset,
               *y = (const char *)b->data + field->offset;
    struct cel_value p, q;

    if (field->kind == TOC_KIND_IP)
        return !memcmp(x, y, sizeof(struct toc_ip));
    cel_load(field, a->data, a->base, NULL, &p);
    cel_load(field, b->data, b->base, NULL, &q);
    return (cel_is_error(&p) && cel_is_error(&q)) || cel_equal(&p, &q);
}

bool cel_object_equal(const struct cel_value *a, const struct cel_value *b) {
    const struct toc_object *type = a->object;

    if (type != b->object ||
        toc_object_variant(type, a->data) != toc_object_variant(type, b->data) ||
        *(const uint64_t *)a->data != *(const uint64_t *)b->data)
        return false;
    for (uint16_t i = 0; i < type->n_fields; i++) {
        const struct toc_field *field = &type->fields[i];

        if (toc_field_present(field, a->data) && !same_field(field, a, b))
            return false;
    }
    return true;
}
