// SPDX-License-Identifier: Apache-2.0
// The catalogue as C: event numbers, name sets, the structs of a record, and the tables that
// describe them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/schema.h"
#include "event/event_id.h"

/* ---- Events ---- */

struct toc_event_info {
    const char *name;
    const char *doc;
    uint16_t groups;
};

/* NULL for a number no event has. */
const struct toc_event_info *toc_event_info(uint16_t id);
/* TOC_EVENT_NONE when there is none of that name. */
uint16_t toc_event_by_name(const char *name, size_t n);
/* The events of a pattern as bits: a name, or "send*", "recv*", "wait*" (io_uring's included), or
 * any prefix followed by a star. 0 when nothing fits. */
uint64_t toc_event_pattern(const char *pattern, size_t n);
/* All events that exist, as bits. */
uint64_t toc_event_all(void);

static inline uint64_t toc_event_bit(uint16_t id) {
    return UINT64_C(1) << id;
}

/* ---- Name sets ---- */

#define NAMES(set) enum toc_##set##_name {
#define NAME(set, ident, value, text) TOC_##set##_##ident = value,
#define END(set)                                                                                   \
    }                                                                                              \
    ;
#include "event/names.def"

#define NAMES(set) extern const struct toc_names toc_names_##set;
#define NAME(set, ident, value, text)
#define END(set)
#include "event/names.def"

extern const struct toc_names toc_names_event;

/* ---- Structs of a record ---- */

#define TOC_CTYPE_BOOL uint8_t
#define TOC_CTYPE_I32 int32_t
#define TOC_CTYPE_I64 int64_t
#define TOC_CTYPE_U8 uint8_t
#define TOC_CTYPE_U16 uint16_t
#define TOC_CTYPE_U32 uint32_t
#define TOC_CTYPE_U64 uint64_t
#define TOC_CTYPE_PTR uint64_t
#define TOC_CTYPE_TIME int64_t
#define TOC_CTYPE_ENUM uint16_t
#define TOC_CTYPE_NAMES uint32_t
#define TOC_CTYPE_STRING struct toc_ref
#define TOC_CTYPE_BYTES struct toc_ref
#define TOC_CTYPE_HEX struct toc_ref
#define TOC_CTYPE_IP struct toc_ip
#define TOC_CTYPE_OBJ uint32_t
#define TOC_CTYPE_LIST struct toc_ref

/* struct toc_event (the root of a record), struct toc_msg and so on: the fields of fields.def. */
#define OBJECT(o, doc)                                                                             \
    struct toc_##o {                                                                               \
        uint64_t present;
#define VARIANTS(o, doc)                                                                           \
    struct toc_##o {                                                                               \
        uint64_t present;                                                                          \
        uint32_t size;    /* bytes of the whole record; in struct toc_event only */                \
        uint16_t variant; /* event id (event, args) or address family (addr) */
#define F_AS(o, member, f, kind, extra, variants, dir, tags, origin, unit, doc)                    \
    TOC_CTYPE_##kind member;
#define END(o)                                                                                     \
    }                                                                                              \
    ;
#include "event/fields.def"

/* TOC_msg_kernel and so on: the field's bit in its object's `present`. */
#define OBJECT(o, doc) enum toc_##o##_bit {
#define F_AS(o, member, f, kind, extra, variants, dir, tags, origin, unit, doc) TOC_##o##_##member,
#define END(o)                                                                                     \
    TOC_##o##_n_fields                                                                             \
    }                                                                                              \
    ;
#include "event/fields.def"

/* Descriptions of the structs; toc_object_event is the root. */
#define OBJECT(o, doc) extern const struct toc_object toc_object_##o;
#include "event/fields.def"

/* Every object, for walking the whole catalogue. */
extern const struct toc_object *const toc_objects[];
extern const size_t toc_objects_n;

/* Sets a field: TOC_SET(msg, m, index, 3). */
#define TOC_SET(o, p, member, value)                                                               \
    do {                                                                                           \
        (p)->member = (value);                                                                     \
        (p)->present |= UINT64_C(1) << TOC_##o##_##member;                                         \
    } while (0)
#define TOC_HAS(o, p, member) ((((p)->present) >> TOC_##o##_##member) & 1)
#define TOC_UNSET(o, p, member) ((p)->present &= ~(UINT64_C(1) << TOC_##o##_##member))
