// SPDX-License-Identifier: Apache-2.0
// The check of records as a walk of the catalogue's tables.
#include "record_walk.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "event/record.h"

struct walk {
    const char *data;
    size_t n;
    uint64_t left; /* bytes that may still be met */
};

static bool check_object(struct walk *walk, const struct toc_object *object, uint32_t off,
                         uint32_t count, uint64_t parent_variant);

static bool in_record(struct walk *walk, uint32_t off, uint64_t bytes) {
    if (off < sizeof(struct toc_event) || off > walk->n || bytes > walk->n - off)
        return false;
    if (bytes > walk->left)
        return false;
    walk->left -= bytes;
    return true;
}

static bool check_bytes(struct walk *walk, const struct toc_field *field, const void *at) {
    const struct toc_ref *ref = at;
    const char *text = walk->data + ref->off;

    if (!ref->n)
        return !ref->off;
    if (!in_record(walk, ref->off, ref->n))
        return false;
    if (field->kind != TOC_KIND_STRING)
        return ref->n <= TOC_MAX_PAYLOAD;
    return ref->n <= TOC_MAX_STRING && toc_is_escaped(text, ref->n);
}

static bool check_list(struct walk *walk, const struct toc_field *field, const void *at,
                       uint16_t variant) {
    const struct toc_ref *ref = at;

    if (!ref->n)
        return !ref->off;
    return ref->n <= toc_list_limit(field->object) &&
           check_object(walk, field->object, ref->off, ref->n, variant);
}

static bool check_names(const struct toc_field *field, uint32_t bits) {
    for (uint16_t value = 0; value < 32; value++)
        if (bits >> value & 1 && !toc_names_name(field->names, value))
            return false;
    return true;
}

static bool check_ip(const struct toc_ip *ip) {
    static const uint8_t zeros[12];

    return ip->version == 6 || (ip->version == 4 && !memcmp(ip->bytes + 4, zeros, sizeof(zeros)));
}

static bool check_value(struct walk *walk, const struct toc_field *field, const char *at,
                        uint16_t variant) {
    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return *(const uint8_t *)at <= 1;
    case TOC_KIND_INT:
        // Above this an expression could not hold it: the builder saturates.
        return field->width < 8 || field->is_signed || *(const uint64_t *)at <= INT64_MAX;
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME: return true;
    case TOC_KIND_ENUM: return toc_names_name(field->names, *(const uint16_t *)at);
    case TOC_KIND_NAMES: return check_names(field, *(const uint32_t *)at);
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX: return check_bytes(walk, field, at);
    case TOC_KIND_IP: return check_ip((const struct toc_ip *)at);
    case TOC_KIND_OBJECT:
        return check_object(walk, field->object, *(const uint32_t *)at, 1, variant);
    case TOC_KIND_LIST: return check_list(walk, field, at, variant);
    }
    return false;
}

static size_t field_bytes(const struct toc_field *field) {
    static const uint8_t sizes[] = {
        [TOC_KIND_BOOL] = 1,
        [TOC_KIND_POINTER] = sizeof(uint64_t),
        [TOC_KIND_TIME] = sizeof(int64_t),
        [TOC_KIND_ENUM] = sizeof(uint16_t),
        [TOC_KIND_NAMES] = sizeof(uint32_t),
        [TOC_KIND_STRING] = sizeof(struct toc_ref),
        [TOC_KIND_BYTES] = sizeof(struct toc_ref),
        [TOC_KIND_HEX] = sizeof(struct toc_ref),
        [TOC_KIND_IP] = sizeof(struct toc_ip),
        [TOC_KIND_OBJECT] = sizeof(uint32_t),
        [TOC_KIND_LIST] = sizeof(struct toc_ref),
    };
    return field->kind == TOC_KIND_INT ? field->width : sizes[field->kind];
}

static bool is_zero(const char *at, size_t n) {
    static const char zeros[sizeof(struct toc_ip)];

    return !memcmp(at, zeros, n);
}

/* The variant is the family of an address, the event's number of the rest. */
static bool check_variant(const struct toc_object *object, const char *data, uint64_t of_event) {
    uint16_t variant = toc_object_variant(object, data);

    if (!object->variant_offset)
        return true;
    if (object == &toc_object_addr)
        return variant < 64 && variant == ((const struct toc_addr *)data)->family;
    return variant == of_event;
}

static bool check_fields(struct walk *walk, const struct toc_object *object, const char *data,
                         uint16_t of_event) {
    uint64_t present = *(const uint64_t *)data;
    uint64_t variant = UINT64_C(1) << toc_object_variant(object, data);

    if (object->n_fields < 64 && present >> object->n_fields)
        return false;
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];
        const char *at = data + field->offset;

        if (!toc_field_present(field, data)) {
            if (!is_zero(at, field_bytes(field)))
                return false;
        } else if (!(field->variants & variant) || !check_value(walk, field, at, of_event)) {
            return false;
        }
    }
    return true;
}

static bool check_object(struct walk *walk, const struct toc_object *object, uint32_t off,
                         uint32_t count, uint64_t of_event) {
    if (off % 8 || !in_record(walk, off, (uint64_t)object->size * count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const char *data = walk->data + off + (size_t)i * object->size;

        if (!check_variant(object, data, of_event) ||
            !check_fields(walk, object, data, (uint16_t)of_event))
            return false;
    }
    return true;
}

int record_walk(const void *data, size_t n) {
    const struct toc_event *event = data;
    struct walk walk = {.data = data, .left = TOC_RECORD_WALK};
    const struct toc_meta *meta;

    if (n < sizeof(*event) || event->size < sizeof(*event) || event->size > n ||
        event->size > TOC_MAX_RECORD || event->size % 8 || !toc_event_info(event->variant))
        return -EBADMSG;
    walk.n = event->size;
    if (!check_fields(&walk, &toc_object_event, data, event->variant))
        return -EBADMSG;
    // Every reader asks for the name first.
    meta = toc_event_meta(event);
    if (!meta || !TOC_HAS(meta, meta, name) || meta->name != event->variant)
        return -EBADMSG;
    return 0;
}
