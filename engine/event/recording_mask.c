// SPDX-License-Identifier: Apache-2.0
// Says which bytes of a verified record may change without making it ill-formed.
//
// A record is offsets, presence bits and variants, which must fit each other, and plain values,
// which may be anything. A byte is free only when nothing else reads it as something that must fit:
// objects of a hostile record may lie on top of each other.
#include <string.h>

#include "event/record.h"
#include "event/recording_delta.h"

/* Objects looked at: some hundred in a common record; the same one again and again in a hostile
 * one. */
enum { MAX_VISITS = 4096 };

struct walk {
    const struct toc_event *event;
    struct toc_mask *mask;         /* free: plain values; text: plain strings */
    uint8_t fixed[TOC_MASK_WORDS]; /* bytes that must fit */
    int visits;
};

static void mark(uint8_t *bits, size_t from, size_t n) {
    for (size_t i = from; i < from + n; i++)
        bits[i / 8] |= (uint8_t)(1u << i % 8);
}

static bool is_plain(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        if ((uint8_t)s[i] < 0x20 || (uint8_t)s[i] > 0x7e || s[i] == '\\')
            return false;
    return true;
}

static void mark_string(struct walk *walk, struct toc_ref ref) {
    bool plain = is_plain((const char *)walk->event + ref.off, ref.n);

    mark(plain ? walk->mask->text : walk->fixed, ref.off, ref.n);
}

static void walk_object(struct walk *walk, const struct toc_object *object, uint32_t off);

static void walk_list(struct walk *walk, const struct toc_object *object, struct toc_ref ref) {
    for (uint32_t i = 0; i < ref.n && walk->visits < MAX_VISITS; i++)
        walk_object(walk, object, ref.off + i * object->size);
}

/* Marks the text or bytes that a field refers to, or walks its objects. */
static void walk_ref(struct walk *walk, const struct toc_field *field, const char *at) {
    struct toc_ref ref;

    if (field->kind == TOC_KIND_OBJECT) {
        walk_object(walk, field->object, *(const uint32_t *)at);
        return;
    }
    memcpy(&ref, at, sizeof(ref));
    if (field->kind == TOC_KIND_LIST)
        walk_list(walk, field->object, ref);
    else if (field->kind == TOC_KIND_STRING)
        mark_string(walk, ref);
    else
        mark(walk->mask->free, ref.off, ref.n);
}

/* Which of a field's own bytes are free: *ret_from in it, and how many. */
static uint32_t free_bytes(const struct toc_field *field, const char *at, uint32_t *ret_from) {
    *ret_from = 0;
    switch (field->kind) {
    // Unsigned values end at INT64_MAX.
    case TOC_KIND_INT: return field->width == 8 && !field->is_signed ? 7 : field->width;
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME: return 8;
    case TOC_KIND_IP:
        *ret_from = offsetof(struct toc_ip, bytes);
        return ((const struct toc_ip *)at)->version == 4 ? 4 : 16;
    default: return 0;
    }
}

static bool is_ref(uint8_t kind) {
    return kind == TOC_KIND_OBJECT || kind == TOC_KIND_LIST || kind == TOC_KIND_STRING ||
           kind == TOC_KIND_BYTES || kind == TOC_KIND_HEX;
}

/* All of an object is fixed but its free fields. */
static void walk_object(struct walk *walk, const struct toc_object *object, uint32_t off) {
    const char *base = (const char *)walk->event + off;
    uint64_t variant = UINT64_C(1) << (toc_object_variant(object, base) & 63);
    uint32_t done = 0;

    if (!off && object != &toc_object_event)
        return;
    if (++walk->visits >= MAX_VISITS)
        return;
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];
        uint32_t from, n;

        if (!toc_field_present(field, base) || !(field->variants & variant))
            continue;
        if (is_ref(field->kind))
            walk_ref(walk, field, base + field->offset);
        n = free_bytes(field, base + field->offset, &from);
        if (!n)
            continue;
        from += field->offset;
        mark(walk->fixed, off + done, from - done);
        mark(walk->mask->free, off + from, n);
        done = from + n;
    }
    mark(walk->fixed, off + done, object->size - done);
}

bool toc_mask_make(const struct toc_event *event, uint32_t size, struct toc_mask *ret) {
    struct walk walk = {.event = event, .mask = ret};
    size_t words = size / 8;

    if (size % 8 || words > TOC_MASK_WORDS)
        return false;
    memset(ret->free, 0, words);
    memset(ret->text, 0, words);
    walk_object(&walk, &toc_object_event, 0);
    if (walk.visits >= MAX_VISITS)
        return false;
    for (size_t w = 0; w < words; w++) {
        ret->free[w] &= (uint8_t) ~(walk.fixed[w] | ret->text[w]);
        ret->text[w] &= (uint8_t)~walk.fixed[w];
    }
    return true;
}
