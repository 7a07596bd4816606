// SPDX-License-Identifier: Apache-2.0
// One field of an event as a person reads it.
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "sink/text.h"

/* Bytes shown of a field of bytes, and elements of a list. */
#define SHOWN_BYTES 16
#define SHOWN_ELEMENTS 2

static int64_t read_int(const struct toc_field *field, const char *p) {
    switch (field->width) {
    case 1: return field->is_signed ? *(const int8_t *)p : *(const uint8_t *)p;
    case 2: return field->is_signed ? *(const int16_t *)p : *(const uint16_t *)p;
    case 4: return field->is_signed ? *(const int32_t *)p : (int64_t) * (const uint32_t *)p;
    default: return *(const int64_t *)p;
    }
}

static void add_int(const struct toc_field *field, const char *p, struct toc_buf *out) {
    int64_t value = read_int(field, p);

    // Flags are read bit by bit.
    if (!strcmp(field->name, "flags") && value > 9)
        toc_buf_addf(out, "0x%" PRIx64, value);
    else if (!field->is_signed && field->width == 8)
        toc_buf_addu(out, (uint64_t)value);
    else
        toc_buf_addi(out, value);
}

static void add_name(const struct toc_names *names, uint16_t value, struct toc_buf *out) {
    const char *name = toc_names_name(names, value);

    if (name)
        toc_buf_adds(out, name);
    else
        toc_buf_addu(out, value);
}

static void add_names(const struct toc_field *field, uint32_t bits, struct toc_buf *out) {
    const char *between = "";

    for (uint16_t bit = 0; bit < 32; bit++) {
        if (!(bits >> bit & 1))
            continue;
        toc_buf_adds(out, between);
        add_name(field->names, bit, out);
        between = ", ";
    }
}

static void add_bytes(const struct toc_event *event, struct toc_ref ref, struct toc_buf *out) {
    uint32_t shown = ref.n < SHOWN_BYTES ? ref.n : SHOWN_BYTES;

    toc_buf_addf(out, "%u bytes ", ref.n);
    toc_buf_add_hex(out, toc_string_at(event, ref), shown);
    if (shown < ref.n)
        toc_buf_adds(out, "…");
}

static bool skip(const struct toc_field *field) {
    return !strcmp(field->name, "status");
}

/* {base 0x1000 len 2} */
static void add_object(const struct toc_event *event, const struct toc_object *type,
                       const void *object, struct toc_buf *out) {
    uint64_t variant = UINT64_C(1) << (toc_object_variant(type, object) & 63);
    const char *between = "";

    toc_buf_addc(out, '{');
    for (uint16_t i = 0; i < type->n_fields; i++) {
        const struct toc_field *field = &type->fields[i];

        if (skip(field) || !(field->variants & variant) || !toc_field_present(field, object))
            continue;
        toc_buf_addf(out, "%s%s ", between, field->name);
        toc_text_field(event, field, object, out);
        between = " ";
    }
    toc_buf_addc(out, '}');
}

static void add_list(const struct toc_event *event, const struct toc_field *field,
                     struct toc_ref ref, struct toc_buf *out) {
    const char *item = toc_at(event, ref.off);

    for (uint32_t i = 0; i < ref.n && i < SHOWN_ELEMENTS; i++, item += field->object->size) {
        toc_buf_adds(out, i ? " " : "");
        add_object(event, field->object, item, out);
    }
    if (ref.n > SHOWN_ELEMENTS)
        toc_buf_addf(out, " … and %u more", ref.n - SHOWN_ELEMENTS);
}

static void add_value(const struct toc_event *event, const struct toc_field *field, const char *p,
                      struct toc_buf *out) {
    const struct toc_ref *ref = (const void *)p;
    char text[TOC_TIME_TEXT + TOC_IP_TEXT];

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: toc_buf_adds(out, *p ? "yes" : "no"); break;
    case TOC_KIND_INT: add_int(field, p, out); break;
    case TOC_KIND_POINTER: toc_buf_addf(out, "0x%" PRIx64, *(const uint64_t *)p); break;
    case TOC_KIND_TIME: toc_buf_add(out, text, toc_time_format(text, *(const int64_t *)p)); break;
    case TOC_KIND_ENUM: add_name(field->names, *(const uint16_t *)p, out); break;
    case TOC_KIND_NAMES: add_names(field, *(const uint32_t *)p, out); break;
    case TOC_KIND_STRING: toc_text_safe(toc_string_at(event, *ref), ref->n, out); break;
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX: add_bytes(event, *ref, out); break;
    case TOC_KIND_IP: toc_buf_add(out, text, toc_ip_format(text, (const void *)p)); break;
    case TOC_KIND_OBJECT:
        add_object(event, field->object, toc_at(event, *(const uint32_t *)p), out);
        break;
    case TOC_KIND_LIST: add_list(event, field, *ref, out); break;
    }
}

void toc_text_field(const struct toc_event *event, const struct toc_field *field,
                    const void *object, struct toc_buf *out) {
    if (!field || !object || !toc_field_present(field, object))
        toc_buf_addc(out, '-');
    else
        add_value(event, field, (const char *)object + field->offset, out);
}

static void add_ip(const struct toc_addr *addr, struct toc_buf *out) {
    char text[TOC_IP_TEXT];

    toc_ip_format(text, &addr->ip);
    toc_buf_addf(out, addr->ip.version == 6 ? "[%s]" : "%s", text);
    if (TOC_HAS(addr, addr, port))
        toc_buf_addf(out, ":%u", addr->port);
}

void toc_text_addr(const struct toc_event *event, const struct toc_addr *addr,
                   struct toc_buf *out) {
    if (!addr)
        toc_buf_addc(out, '-');
    else if (TOC_HAS(addr, addr, status) && addr->status == TOC_status_absent)
        toc_buf_addc(out, '-');
    else if (TOC_HAS(addr, addr, status) && addr->status != TOC_status_ok)
        add_name(&toc_names_status, addr->status, out);
    else if (TOC_HAS(addr, addr, ip))
        add_ip(addr, out);
    else if (TOC_HAS(addr, addr, path))
        toc_text_safe(toc_string_at(event, addr->path), addr->path.n, out);
    else
        add_object(event, &toc_object_addr, addr, out);
}
