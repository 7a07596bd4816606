// SPDX-License-Identifier: Apache-2.0
// The tables behind catalogue.h, made from the .def files.

#include "event/catalogue.h"

#include <string.h>

#include "event/variants.h"

/* ---- Name sets ---- */

#define NAMES(set) static const struct toc_name set##_items[] = {
#define NAME(set, ident, value, text) TOC_NAME(text, value),
#define END(set)                                                                                   \
    }                                                                                              \
    ;                                                                                              \
    const struct toc_names toc_names_##set = {#set, set##_items,                                   \
                                              sizeof(set##_items) / sizeof(set##_items[0])};
#include "event/names.def"

static const struct toc_name event_items[] = {
#define EVENT(name, number, groups, doc) TOC_NAME(#name, number),
#include "event/events.def"
};
const struct toc_names toc_names_event = {"event", event_items,
                                          sizeof(event_items) / sizeof(event_items[0])};

/* ---- Objects ---- */

#define X_INT(bytes, sign) .kind = TOC_KIND_INT, .width = bytes, .is_signed = sign
#define X_I32(x) X_INT(4, 1)
#define X_I64(x) X_INT(8, 1)
#define X_U8(x) X_INT(1, 0)
#define X_U16(x) X_INT(2, 0)
#define X_U32(x) X_INT(4, 0)
#define X_U64(x) X_INT(8, 0)
#define X_BOOL(x) .kind = TOC_KIND_BOOL
#define X_PTR(x) .kind = TOC_KIND_POINTER
#define X_TIME(x) .kind = TOC_KIND_TIME
#define X_ENUM(x) .kind = TOC_KIND_ENUM, .names = &toc_names_##x
#define X_NAMES(x) .kind = TOC_KIND_NAMES, .names = &toc_names_##x
#define X_STRING(x) .kind = TOC_KIND_STRING
#define X_BYTES(x) .kind = TOC_KIND_BYTES
#define X_HEX(x) .kind = TOC_KIND_HEX
#define X_IP(x) .kind = TOC_KIND_IP
#define X_OBJ(x) .kind = TOC_KIND_OBJECT, .object = &toc_object_##x
#define X_LIST(x) .kind = TOC_KIND_LIST, .object = &toc_object_##x

enum { NO_TAGS = 0, K = TOC_TAG_K, U = TOC_TAG_U, T = TOC_TAG_TOCTOU, O = TOC_TAG_OPT };
enum { STORED, DERIVED };

#define OBJECT(o, doc) static const struct toc_field o##_fields[] = {
#define F_AS(o, member, f, k, extra, variant_mask, direction, tag_mask, origin, unit_text, text)   \
    {                                                                                              \
        .name = #f,                                                                                \
        .variants = (variant_mask),                                                                \
        .offset = offsetof(struct toc_##o, member),                                                \
        .bit = TOC_##o##_##member,                                                                 \
        .dir = TOC_DIR_##direction,                                                                \
        .tags = (tag_mask),                                                                        \
        .derived = (origin),                                                                       \
        .unit = (unit_text),                                                                       \
        .doc = (text),                                                                             \
        X_##k(extra),                                                                              \
    },
#define END(o)                                                                                     \
    }                                                                                              \
    ;                                                                                              \
    _Static_assert(sizeof(o##_fields) / sizeof(o##_fields[0]) <= 64, "one present bit a field");
#include "event/fields.def"

#define TABLE(o, variant_at, text)                                                                 \
    const struct toc_object toc_object_##o = {                                                     \
        .name = #o,                                                                                \
        .fields = o##_fields,                                                                      \
        .n_fields = sizeof(o##_fields) / sizeof(o##_fields[0]),                                    \
        .variant_offset = (variant_at),                                                            \
        .size = sizeof(struct toc_##o),                                                            \
        .doc = (text),                                                                             \
    };
#define OBJECT(o, doc) TABLE(o, 0, doc)
#define VARIANTS(o, doc) TABLE(o, offsetof(struct toc_##o, variant), doc)
#include "event/fields.def"

const struct toc_object *const toc_objects[] = {
#define OBJECT(o, doc) &toc_object_##o,
#include "event/fields.def"
};
const size_t toc_objects_n = sizeof(toc_objects) / sizeof(toc_objects[0]);

/* ---- Events ---- */

static const struct toc_event_info events[64] = {
#define EVENT(name, number, groups, doc) [number] = {#name, doc, groups},
#include "event/events.def"
};

const struct toc_event_info *toc_event_info(uint16_t id) {
    return id < 64 && events[id].name ? &events[id] : NULL;
}

uint16_t toc_event_by_name(const char *name, size_t n) {
    uint16_t id;
    return toc_names_value(&toc_names_event, name, n, &id) ? id : TOC_EVENT_NONE;
}

uint64_t toc_event_all(void) {
    uint64_t all = 0;
    for (uint16_t id = 0; id < 64; id++)
        all |= events[id].name ? toc_event_bit(id) : 0;
    return all;
}

static uint64_t group_events(uint16_t group) {
    uint64_t bits = 0;
    for (uint16_t id = 0; id < 64; id++)
        bits |= events[id].groups & group ? toc_event_bit(id) : 0;
    return bits;
}

uint64_t toc_event_pattern(const char *pattern, size_t n) {
    static const struct {
        const char *pattern;
        uint16_t group;
    } groups[] = {{"send*", GROUP_SEND}, {"recv*", GROUP_RECV}, {"wait*", GROUP_WAIT}};
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (n == strlen(groups[i].pattern) && !memcmp(pattern, groups[i].pattern, n))
            return group_events(groups[i].group);
    uint64_t bits = 0;
    if (n && pattern[n - 1] == '*') {
        for (uint16_t id = 0; id < 64; id++)
            if (events[id].name && !strncmp(events[id].name, pattern, n - 1))
                bits |= toc_event_bit(id);
        return bits;
    }
    uint16_t id = toc_event_by_name(pattern, n);
    return id == TOC_EVENT_NONE ? 0 : toc_event_bit(id);
}
