// SPDX-License-Identifier: Apache-2.0
// Writes an event as a line of JSON by walking the catalogue.

#include <string.h>

#include "base/text.h"
#include "event/json.h"

struct writer {
    const struct toc_event *event;
    const struct toc_json_select *select; /* NULL: everything */
    struct toc_buf *buf;
};

static void write_object(const struct writer *writer, const struct toc_object *object,
                         const char *data);

/* Most of the time there is room: no call for that. */
static inline char *room(struct toc_buf *buf, size_t n) {
    if (!buf->failed && buf->p && buf->cap - buf->n >= n)
        return buf->p + buf->n;
    return toc_buf_room(buf, n);
}

static inline void write_char(struct toc_buf *buf, char c) {
    char *to = room(buf, 1);

    if (!to)
        return;
    *to = c;
    buf->n++;
}

/* Text that needs no escapes. */
static void write_plain(struct toc_buf *buf, const char *text, size_t n) {
    char *to = room(buf, n + 2);

    if (!to)
        return;
    to[0] = '"';
    memcpy(to + 1, text, n);
    to[n + 1] = '"';
    buf->n += n + 2;
}

/* Strings of a record are escaped: only a quote and a backslash are left to care for. */
static void write_string(struct toc_buf *buf, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '"' || text[i] == '\\') {
            toc_buf_add_json_string(buf, text, n);
            return;
        }
    }
    write_plain(buf, text, n);
}

static void write_key(struct toc_buf *buf, const char *name, bool first) {
    size_t n = strlen(name);
    char *to = room(buf, n + 4);

    if (!to)
        return;
    if (!first) {
        *to++ = ',';
        buf->n++;
    }
    *to++ = '"';
    memcpy(to, name, n);
    to[n] = '"';
    to[n + 1] = ':';
    buf->n += n + 3;
}

static void write_pointer(struct toc_buf *buf, uint64_t value) {
    char text[18];
    size_t at = sizeof(text);

    do
        text[--at] = "0123456789abcdef"[value & 15];
    while (value >>= 4);
    text[--at] = 'x';
    text[--at] = '0';
    write_plain(buf, text + at, sizeof(text) - at);
}

static void write_int(struct toc_buf *buf, const struct toc_field *field, const char *at) {
    switch (field->width) {
    case 1: toc_buf_addu(buf, *(const uint8_t *)at); break;
    case 2: toc_buf_addu(buf, *(const uint16_t *)at); break;
    case 4:
        if (field->is_signed)
            toc_buf_addi(buf, *(const int32_t *)at);
        else
            toc_buf_addu(buf, *(const uint32_t *)at);
        break;
    default:
        if (field->is_signed)
            toc_buf_addi(buf, *(const int64_t *)at);
        else
            toc_buf_addu(buf, *(const uint64_t *)at);
    }
}

static void write_names(struct toc_buf *buf, const struct toc_names *names, uint32_t bits) {
    bool first = true;

    write_char(buf, '[');
    for (; bits; bits &= bits - 1) {
        const char *name = toc_names_name(names, (uint16_t)__builtin_ctz(bits));

        if (!first)
            write_char(buf, ',');
        write_plain(buf, name, strlen(name));
        first = false;
    }
    write_char(buf, ']');
}

static void write_encoded(const struct writer *writer, const struct toc_field *field,
                          const struct toc_ref *ref) {
    const char *bytes = toc_string_at(writer->event, *ref);

    if (field->kind == TOC_KIND_STRING) {
        write_string(writer->buf, bytes, ref->n);
        return;
    }
    write_char(writer->buf, '"');
    if (field->kind == TOC_KIND_BYTES)
        toc_buf_add_base64(writer->buf, bytes, ref->n);
    else
        toc_buf_add_hex(writer->buf, bytes, ref->n);
    write_char(writer->buf, '"');
}

static bool is_selected(const struct writer *writer, const struct toc_object *object, uint32_t i,
                        size_t *next) {
    const struct toc_json_select *select = writer->select;

    if (object != &toc_object_msg || !select || !select->msgs)
        return true;
    if (*next >= select->n_msgs || select->msgs[*next] != i)
        return false;
    ++*next;
    return true;
}

static void write_list(const struct writer *writer, const struct toc_object *object,
                       const struct toc_ref *ref) {
    const char *data = toc_at(writer->event, ref->off);
    bool first = true;
    size_t next = 0;

    write_char(writer->buf, '[');
    for (uint32_t i = 0; i < ref->n; i++, data += object->size) {
        if (!is_selected(writer, object, i, &next))
            continue;
        if (!first)
            write_char(writer->buf, ',');
        write_object(writer, object, data);
        first = false;
    }
    write_char(writer->buf, ']');
}

static void write_value(const struct writer *writer, const struct toc_field *field,
                        const char *at) {
    struct toc_buf *buf = writer->buf;
    char text[TOC_TIME_TEXT > TOC_IP_TEXT ? TOC_TIME_TEXT : TOC_IP_TEXT];
    const char *name;

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: toc_buf_adds(buf, *(const uint8_t *)at ? "true" : "false"); break;
    case TOC_KIND_INT: write_int(buf, field, at); break;
    case TOC_KIND_POINTER: write_pointer(buf, *(const uint64_t *)at); break;
    case TOC_KIND_TIME: write_plain(buf, text, toc_time_format(text, *(const int64_t *)at)); break;
    case TOC_KIND_ENUM:
        name = toc_names_name(field->names, *(const uint16_t *)at);
        write_plain(buf, name, strlen(name));
        break;
    case TOC_KIND_NAMES: write_names(buf, field->names, *(const uint32_t *)at); break;
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX: write_encoded(writer, field, (const struct toc_ref *)at); break;
    case TOC_KIND_IP: write_plain(buf, text, toc_ip_format(text, (const struct toc_ip *)at)); break;
    case TOC_KIND_OBJECT:
        write_object(writer, field->object, toc_at(writer->event, *(const uint32_t *)at));
        break;
    case TOC_KIND_LIST: write_list(writer, field->object, (const struct toc_ref *)at); break;
    }
}

static void write_fields(const struct writer *writer, const struct toc_object *object,
                         const char *data, uint64_t present, bool first) {
    for (; present; present &= present - 1) {
        const struct toc_field *field = &object->fields[__builtin_ctzll(present)];

        write_key(writer->buf, field->name, first);
        write_value(writer, field, data + field->offset);
        first = false;
    }
}

static void write_object(const struct writer *writer, const struct toc_object *object,
                         const char *data) {
    write_char(writer->buf, '{');
    write_fields(writer, object, data, *(const uint64_t *)data, true);
    write_char(writer->buf, '}');
}

static uint32_t omitted(const struct toc_event *event, const struct toc_json_select *select) {
    if (select && select->no_msgs)
        return event->msgs.n;
    return select && select->msgs ? event->msgs.n - (uint32_t)select->n_msgs : 0;
}

void toc_json_write_selected(const struct toc_event *event, const struct toc_json_select *select,
                             struct toc_buf *buf) {
    struct writer writer = {event, select, buf};
    uint64_t present = event->present;
    uint32_t left_out = omitted(event, select);

    if (select && select->no_msgs)
        present &= ~(UINT64_C(1) << TOC_event_msgs);
    toc_buf_adds(buf, "{\"v\":1");
    write_fields(&writer, &toc_object_event, (const char *)event, present, false);
    if (left_out) {
        write_key(buf, "msgs_omitted", false);
        toc_buf_addu(buf, left_out);
    }
    write_char(buf, '}');
}

void toc_json_write(const struct toc_event *event, struct toc_buf *buf) {
    toc_json_write_selected(event, NULL, buf);
}
