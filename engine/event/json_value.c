// SPDX-License-Identifier: Apache-2.0
// Writes one field of an event as JSON.

#include <string.h>

#include "base/text.h"
#include "event/json_put.h"

static char *put_u64(char *to, uint64_t value) {
    return to + toc_u64_format(to, value);
}

static char *put_i64(char *to, int64_t value) {
    if (value >= 0)
        return put_u64(to, (uint64_t)value);
    *to = '-';
    return put_u64(to + 1, -(uint64_t)value);
}

static char *put_int(const struct toc_field *field, const char *at, char *to) {
    switch (field->width) {
    case 1: return put_u64(to, *(const uint8_t *)at);
    case 2: return put_u64(to, *(const uint16_t *)at);
    case 4:
        return field->is_signed ? put_i64(to, *(const int32_t *)at)
                                : put_u64(to, *(const uint32_t *)at);
    default:
        return field->is_signed ? put_i64(to, *(const int64_t *)at)
                                : put_u64(to, *(const uint64_t *)at);
    }
}

static char *put_pointer(char *to, uint64_t value) {
    memcpy(to, "\"0x", 3);
    to += 3;
    to += toc_hex_format(to, value);
    *to = '"';
    return to + 1;
}

static const struct toc_name *name_of(const struct toc_names *names, uint16_t value) {
    size_t guess = (size_t)(value - names->items[0].value);

    // Most sets are dense: the place follows from the value.
    if (value >= names->items[0].value && guess < names->n && names->items[guess].value == value)
        return &names->items[guess];
    for (uint16_t i = 0; i < names->n; i++)
        if (names->items[i].value == value)
            return &names->items[i];
    return NULL;
}

static char *put_name(char *to, const struct toc_names *names, uint16_t value) {
    const struct toc_name *name = name_of(names, value);

    memcpy(to, name->json, sizeof(name->json));
    return to + name->json_n;
}

static char *put_bool(char *to, bool value) {
    memcpy(to, value ? "true\0" : "false", 5);
    return to + (value ? 4 : 5);
}

/* Text of n bytes that begins at to + 1 gets its quotes. */
static char *put_quotes(char *to, size_t n) {
    to[0] = to[n + 1] = '"';
    return to + n + 2;
}

char *toc_json_put(const struct toc_field *field, const char *at, char *to) {
    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return put_bool(to, *(const uint8_t *)at);
    case TOC_KIND_INT: return put_int(field, at, to);
    case TOC_KIND_POINTER: return put_pointer(to, *(const uint64_t *)at);
    case TOC_KIND_TIME: return put_quotes(to, toc_time_format(to + 1, *(const int64_t *)at));
    case TOC_KIND_ENUM: return put_name(to, field->names, *(const uint16_t *)at);
    case TOC_KIND_IP: return put_quotes(to, toc_ip_format(to + 1, (const struct toc_ip *)at));
    default: return NULL;
    }
}

static void write_names(struct toc_buf *buf, const struct toc_names *names, uint32_t bits) {
    bool first = true;

    toc_buf_addc(buf, '[');
    for (; bits; bits &= bits - 1) {
        const struct toc_name *name = name_of(names, (uint16_t)__builtin_ctz(bits));

        if (!first)
            toc_buf_addc(buf, ',');
        toc_buf_add(buf, name->json, name->json_n);
        first = false;
    }
    toc_buf_addc(buf, ']');
}

void toc_json_write_text(const struct toc_json_writer *writer, const struct toc_field *field,
                         const char *at) {
    const struct toc_ref *ref = (const struct toc_ref *)at;

    if (field->kind == TOC_KIND_NAMES) {
        write_names(writer->buf, field->names, *(const uint32_t *)at);
        return;
    }
    if (field->kind == TOC_KIND_STRING) {
        toc_buf_add_json_string(writer->buf, toc_string_at(writer->event, *ref), ref->n);
        return;
    }
    toc_buf_addc(writer->buf, '"');
    if (field->kind == TOC_KIND_BYTES)
        toc_buf_add_base64(writer->buf, toc_string_at(writer->event, *ref), ref->n);
    else
        toc_buf_add_hex(writer->buf, toc_string_at(writer->event, *ref), ref->n);
    toc_buf_addc(writer->buf, '"');
}
