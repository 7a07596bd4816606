// SPDX-License-Identifier: Apache-2.0
// Writes an event as a line of JSON, by a function for each object of the catalogue.

#include "event/json.h"
#include "event/json_put.h"

/* Functions write to `to` and return where that ends; NULL, which all take too: memory is out. */
struct writer {
    const struct toc_event *event;
    const struct toc_json_select *select; /* NULL: everything */
    struct toc_buf *buf;
    char *base, *end; /* of the buffer; its n is only right while others write to it */
    /* What was written last of the objects that two fields may share: a view. */
    const void *shared;
    size_t shared_start, shared_n;
};

typedef char *write_fn(struct writer *writer, const void *object, char *to);

/* ---- Room ---- */

/* Lets others append to the buffer. */
static struct toc_buf *leave(struct writer *writer, const char *to) {
    writer->buf->n = (size_t)(to - writer->base);
    return writer->buf;
}

static char *go_on(struct writer *writer) {
    writer->base = writer->buf->p;
    writer->end = writer->base + writer->buf->cap;
    return writer->buf->failed ? NULL : writer->base + writer->buf->n;
}

/* n free bytes: where they are. */
static inline char *have(struct writer *writer, char *to, size_t n) {
    if (!to || (size_t)(writer->end - to) >= n)
        return to;
    toc_buf_room(leave(writer, to), n);
    return go_on(writer);
}

/* ---- Values that may be long ---- */

static char *write_string(struct writer *writer, struct toc_ref ref, char *to) {
    toc_buf_add_json_string(leave(writer, to), toc_string_at(writer->event, ref), ref.n);
    return go_on(writer);
}

static char *write_bytes(struct writer *writer, struct toc_ref ref, char *to,
                         void (*add)(struct toc_buf *, const void *, size_t)) {
    struct toc_buf *buf = leave(writer, to);

    toc_buf_addc(buf, '"');
    add(buf, toc_string_at(writer->event, ref), ref.n);
    toc_buf_addc(buf, '"');
    return go_on(writer);
}

static char *write_names(struct writer *writer, const struct toc_names *names, uint32_t bits,
                         char *to) {
    char *begun = to = have(writer, to, 34 * TOC_NAME_BYTES);

    if (!to)
        return NULL;
    if (!bits)
        *to++ = '[';
    for (; bits; bits &= bits - 1) {
        *to = ',';
        to = put_name(to + 1, names, (uint16_t)__builtin_ctz(bits));
    }
    *begun = '[';
    *to = ']';
    return to + 1;
}

/* ---- Objects ---- */

#define OBJECT(o, doc) static write_fn write_##o;
#include "event/fields.def"

static bool is_selected(const struct writer *writer, write_fn *write, uint32_t i, size_t *next) {
    const struct toc_json_select *select = writer->select;

    if (write != write_msg || !select || !select->msgs)
        return true;
    if (*next >= select->n_msgs || select->msgs[*next] != i)
        return false;
    ++*next;
    return true;
}

static char *write_list(struct writer *writer, struct toc_ref ref, write_fn *write, size_t size,
                        char *to) {
    const char *object = toc_at(writer->event, ref.off);
    bool first = true;
    size_t next = 0;

    *to++ = '[';
    for (uint32_t i = 0; to && i < ref.n; i++, object += size) {
        if (!is_selected(writer, write, i, &next))
            continue;
        if (!first)
            *to++ = ',';
        to = have(writer, write(writer, object, to), 2);
        first = false;
    }
    if (!to)
        return NULL;
    *to = ']';
    return to + 1;
}

/* A view at the return that is the one at entry is not walked again. */
static char *write_shared_view(struct writer *writer, const void *view, char *to) {
    size_t start = (size_t)(to - writer->base);

    if (view == writer->shared) {
        to = have(writer, to, writer->shared_n);
        if (to)
            memcpy(to, writer->base + writer->shared_start, writer->shared_n);
        return to ? to + writer->shared_n : NULL;
    }
    to = write_view(writer, view, to);
    if (!to)
        return NULL;
    writer->shared = view;
    writer->shared_start = start;
    writer->shared_n = (size_t)(to - writer->base) - start;
    return to;
}

/* What begins with the comma of its first key, or is empty. */
static char *close_object(struct writer *writer, size_t start, char *to) {
    char *begun = writer->base + start;

    if (!to)
        return NULL;
    to += to == begun;
    *begun = '{';
    *to = '}';
    return to + 1;
}

#define WRITE_BOOL(x) put_bool(to, *value)
#define WRITE_I32(x) put_i64(to, *value)
#define WRITE_I64(x) put_i64(to, *value)
#define WRITE_U8(x) put_u64(to, *value)
#define WRITE_U16(x) put_u64(to, *value)
#define WRITE_U32(x) put_u64(to, *value)
#define WRITE_U64(x) put_u64(to, *value)
#define WRITE_PTR(x) put_pointer(to, *value)
#define WRITE_TIME(x) put_time(to, *value)
#define WRITE_ENUM(x) put_name(to, &toc_names_##x, *value)
#define WRITE_IP(x) put_ip(to, value)
#define WRITE_NAMES(x) have(writer, write_names(writer, &toc_names_##x, *value, to), most)
#define WRITE_STRING(x) have(writer, write_string(writer, *value, to), most)
#define WRITE_BYTES(x) have(writer, write_bytes(writer, *value, to, toc_buf_add_base64), most)
#define WRITE_HEX(x) have(writer, write_bytes(writer, *value, to, toc_buf_add_hex), most)
#define WRITE_OBJ(x) have(writer, WRITER_OF(x)(writer, toc_at(writer->event, *value), to), most)
#define WRITE_LIST(x)                                                                              \
    have(writer, write_list(writer, *value, write_##x, sizeof(struct toc_##x), to), most)
#define WRITER_OF(x)                                                                               \
    _Generic((struct toc_##x *)0, struct toc_view * : write_shared_view, default : write_##x)

#define OBJECT(o, doc)                                                                             \
    static char *write_##o(struct writer *writer, const void *at, char *to) {                      \
        const struct toc_##o *object = at;                                                         \
        const size_t most = (TOC_##o##_n_fields + 1) * TOC_JSON_ROOM;                              \
        size_t start;                                                                              \
        to = have(writer, to, most);                                                               \
        start = to ? (size_t)(to - writer->base) : 0;
#define VARIANTS(o, doc) OBJECT(o, doc)
#define F_AS(o, member, f, kind, extra, variants, dir, tags, origin, unit, text)                   \
    if (to && TOC_HAS(o, object, member)) {                                                        \
        __auto_type value = &object->member;                                                       \
        _Static_assert(sizeof(#f) + 67 <= TOC_JSON_ROOM, "room for the longest value too");        \
        memcpy(to, ",\"" #f "\":", sizeof(#f) + 3);                                                \
        to += sizeof(#f) + 3;                                                                      \
        to = WRITE_##kind(extra);                                                                  \
    }
#define END(o)                                                                                     \
    return close_object(writer, start, to);                                                        \
    }
#include "event/fields.def"

/* ---- Events ---- */

void toc_json_write_selected(const struct toc_event *event, const struct toc_json_select *select,
                             struct toc_buf *buf) {
    struct writer writer = {.event = event, .select = select, .buf = buf};
    size_t start;
    char *to;

    toc_buf_adds(buf, "{\"v\":1");
    start = buf->n;
    to = write_event(&writer, event, go_on(&writer));
    if (!to)
        return;
    // No event is empty. Its brace becomes the comma after the version.
    writer.base[start] = ',';
    leave(&writer, to - 1);
    if (select && select->msgs && event->msgs.n > select->n_msgs) {
        toc_buf_adds(buf, ",\"msgs_omitted\":");
        toc_buf_addu(buf, event->msgs.n - select->n_msgs);
    }
    toc_buf_addc(buf, '}');
}

void toc_json_write(const struct toc_event *event, struct toc_buf *buf) {
    toc_json_write_selected(event, NULL, buf);
}
