// SPDX-License-Identifier: Apache-2.0
// Equality of records by what they say.

#include "event/same.h"

#include <string.h>

struct pair {
    const struct toc_event *a, *b;
    bool exact; /* also what is present */
};

static bool same_object(const struct pair *pair, const struct toc_object *object, const char *a,
                        const char *b);

static bool same_bytes(const struct pair *pair, struct toc_ref a, struct toc_ref b) {
    return a.n == b.n && !memcmp(toc_string_at(pair->a, a), toc_string_at(pair->b, b), a.n);
}

static bool same_list(const struct pair *pair, const struct toc_object *object, struct toc_ref a,
                      struct toc_ref b) {
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++)
        if (!same_object(pair, object, toc_at(pair->a, a.off + i * object->size),
                         toc_at(pair->b, b.off + i * object->size)))
            return false;
    return true;
}

static bool same_value(const struct pair *pair, const struct toc_field *field, const char *a,
                       const char *b) {
    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return !memcmp(a, b, 1);
    case TOC_KIND_INT: return !memcmp(a, b, field->width);
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME: return !memcmp(a, b, 8);
    case TOC_KIND_ENUM: return !memcmp(a, b, 2);
    case TOC_KIND_NAMES: return !memcmp(a, b, 4);
    case TOC_KIND_IP: return !memcmp(a, b, sizeof(struct toc_ip));
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX:
        return same_bytes(pair, *(const struct toc_ref *)a, *(const struct toc_ref *)b);
    case TOC_KIND_OBJECT:
        return same_object(pair, field->object, toc_at(pair->a, *(const uint32_t *)a),
                           toc_at(pair->b, *(const uint32_t *)b));
    case TOC_KIND_LIST:
        return same_list(pair, field->object, *(const struct toc_ref *)a,
                         *(const struct toc_ref *)b);
    }
    return false;
}

static bool same_object(const struct pair *pair, const struct toc_object *object, const char *a,
                        const char *b) {
    uint64_t present_a = *(const uint64_t *)a, present_b = *(const uint64_t *)b;

    if (pair->exact ? present_a != present_b : (present_a & ~present_b) != 0)
        return false;
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];

        if (toc_field_present(field, a) &&
            !same_value(pair, field, a + field->offset, b + field->offset))
            return false;
    }
    return toc_object_variant(object, a) == toc_object_variant(object, b);
}

bool toc_same_value(const struct toc_field *field, const struct toc_event *event_a, const void *a,
                    const struct toc_event *event_b, const void *b) {
    struct pair pair = {event_a, event_b, false};

    return same_value(&pair, field, a, b);
}

bool toc_same_event(const struct toc_event *a, const struct toc_event *b) {
    struct pair pair = {a, b, true};

    return same_object(&pair, &toc_object_event, (const char *)a, (const char *)b);
}
