// SPDX-License-Identifier: Apache-2.0
// Writes an event as a line of JSON by walking the catalogue.

#include <string.h>

#include "base/text.h"
#include "event/json_put.h"

static void write_object(struct toc_json_writer *writer, const struct toc_object *object,
                         const char *data);

static bool is_selected(struct toc_json_writer *writer, const struct toc_object *object, uint32_t i,
                        size_t *next) {
    const struct toc_json_select *select = writer->select;

    if (object != &toc_object_msg || !select || !select->msgs)
        return true;
    if (*next >= select->n_msgs || select->msgs[*next] != i)
        return false;
    ++*next;
    return true;
}

static void write_list(struct toc_json_writer *writer, const struct toc_object *object,
                       const struct toc_ref *ref) {
    const char *data = toc_at(writer->event, ref->off);
    bool first = true;
    size_t next = 0;

    toc_buf_addc(writer->buf, '[');
    for (uint32_t i = 0; i < ref->n; i++, data += object->size) {
        if (!is_selected(writer, object, i, &next))
            continue;
        if (!first)
            toc_buf_addc(writer->buf, ',');
        write_object(writer, object, data);
        first = false;
    }
    toc_buf_addc(writer->buf, ']');
}

/* A view at the return that is the one at entry is not walked again. */
static void write_view(struct toc_json_writer *writer, uint32_t off) {
    struct toc_buf *buf = writer->buf;
    size_t start = buf->n;

    if (off == writer->shared_off) {
        if (toc_buf_room(buf, writer->shared_n))
            toc_buf_add(buf, buf->p + writer->shared_start, writer->shared_n);
        return;
    }
    write_object(writer, &toc_object_view, toc_at(writer->event, off));
    writer->shared_off = off;
    writer->shared_start = start;
    writer->shared_n = buf->n - start;
}

static void write_rest(struct toc_json_writer *writer, const struct toc_field *field,
                       const char *at) {
    if (field->kind == TOC_KIND_LIST)
        write_list(writer, field->object, (const struct toc_ref *)at);
    else if (field->kind != TOC_KIND_OBJECT)
        toc_json_write_text(writer, field, at);
    else if (field->object == &toc_object_view)
        write_view(writer, *(const uint32_t *)at);
    else
        write_object(writer, field->object, toc_at(writer->event, *(const uint32_t *)at));
}

/* ,"name":value for each of the fields `present`. */
static void write_fields(struct toc_json_writer *writer, const struct toc_object *object,
                         const char *data, uint64_t present) {
    struct toc_buf *buf = writer->buf;
    size_t most = (size_t)object->n_fields * TOC_JSON_ROOM;
    char *to = toc_buf_room(buf, most);

    for (; present && to; present &= present - 1) {
        const struct toc_field *field = &object->fields[__builtin_ctzll(present)];
        char *end;

        memcpy(to, field->key, sizeof(field->key));
        to += field->key_n;
        most -= TOC_JSON_ROOM;
        end = toc_json_put(field, data + field->offset, to);
        if (end) {
            to = end;
            continue;
        }
        buf->n = (size_t)(to - buf->p);
        write_rest(writer, field, data + field->offset);
        to = toc_buf_room(buf, most);
    }
    if (to)
        buf->n = (size_t)(to - buf->p);
}

static void write_object(struct toc_json_writer *writer, const struct toc_object *object,
                         const char *data) {
    uint64_t present = *(const uint64_t *)data;
    struct toc_buf *buf = writer->buf;
    size_t start = buf->n;

    if (!present)
        toc_buf_addc(buf, '{');
    write_fields(writer, object, data, present);
    // The comma of the first key makes place for what the object begins with.
    if (present && !buf->failed)
        buf->p[start] = '{';
    toc_buf_addc(buf, '}');
}

static uint32_t omitted(const struct toc_event *event, const struct toc_json_select *select) {
    if (select && select->no_msgs)
        return event->msgs.n;
    return select && select->msgs ? event->msgs.n - (uint32_t)select->n_msgs : 0;
}

void toc_json_write_selected(const struct toc_event *event, const struct toc_json_select *select,
                             struct toc_buf *buf) {
    struct toc_json_writer writer = {.event = event, .select = select, .buf = buf};
    uint64_t present = event->present;
    uint32_t left_out = omitted(event, select);

    if (select && select->no_msgs)
        present &= ~(UINT64_C(1) << TOC_event_msgs);
    toc_buf_adds(buf, "{\"v\":1");
    write_fields(&writer, &toc_object_event, (const char *)event, present);
    if (left_out) {
        toc_buf_adds(buf, ",\"msgs_omitted\":");
        toc_buf_addu(buf, left_out);
    }
    toc_buf_addc(buf, '}');
}

void toc_json_write(const struct toc_event *event, struct toc_buf *buf) {
    toc_json_write_selected(event, NULL, buf);
}
