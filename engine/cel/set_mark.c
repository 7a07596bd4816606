// SPDX-License-Identifier: Apache-2.0
// Walks a record to mark who reads what of it. The record is well formed, so the walk ends.
#include "cel/set_mark.h"

#include <string.h>

struct walk {
    const struct cel_set *set;
    const char *base;
    struct set_mark *marks;
    size_t n;
};

/* What is read in two ways, everything depends on. */
static inline void mark(const struct walk *walk, size_t word, uint8_t bytes, uint16_t unit,
                        uint16_t class) {
    struct set_mark *mark = &walk->marks[word];
    uint32_t what = (uint32_t) class << 17 | (uint32_t)unit << 8;

    if (!class || word >= walk->n)
        return;
    if (mark->bits && mark->bits >> 8 != what >> 8)
        what = (uint32_t)SET_CLASS_ALL << 17;
    mark->bits = (mark->bits & 0xff) | bytes | what;
}

static void mark_text(const struct walk *walk, const struct toc_ref *text, uint16_t unit,
                      uint16_t class) {
    for (size_t at = text->off, end = at + text->n; at < end; at = (at / 8 + 1) * 8) {
        size_t n = end - at < 8 - at % 8 ? end - at : 8 - at % 8;

        mark(walk, at / 8, (uint8_t)(((1u << n) - 1) << at % 8), unit, class);
    }
}

/* The domain whose elements are the items of that field of the record; 0: none. */
static uint16_t domain_of(const struct cel_set *set, const struct toc_field *field) {
    for (size_t i = 1; i < set->n_domains; i++) {
        const struct cel_path *path = cel_op_path(set->domains[i].list);
        const struct cel_step *step = path->n == 1 ? path->steps : NULL;

        for (; step; step = step->other)
            if (step->field == field)
                return (uint16_t)i;
    }
    return 0;
}

static void mark_object(const struct walk *walk, uint16_t number, uint32_t off, uint16_t unit);

static void follow(const struct walk *walk, const struct set_lead *lead, const void *value,
                   uint16_t domain, uint16_t unit) {
    const struct toc_ref *ref = value;

    if (lead->field->kind == TOC_KIND_OBJECT) {
        mark_object(walk, lead->shape, *(const uint32_t *)value, unit);
    } else if (lead->field->kind == TOC_KIND_LIST) {
        for (uint32_t i = 0; i < ref->n; i++)
            mark_object(walk, lead->shape, ref->off + i * lead->field->object->size,
                        domain ? (uint16_t)(domain * CEL_CHUNK + i) : unit);
    } else if (lead->class) {
        mark_text(walk, ref, unit, lead->class);
    }
}

static void mark_object(const struct walk *walk, uint16_t number, uint32_t off, uint16_t unit) {
    const struct set_shape *shape = &walk->set->classes->shapes[number];
    const char *object = walk->base + off;
    uint32_t words = shape->object->size / 8;

    for (uint32_t i = 0; i < words; i++)
        mark(walk, off / 8 + i, shape->bytes[i], unit, shape->classes[i]);
    for (uint16_t i = 0; i < shape->n_leads; i++) {
        const struct set_lead *lead = &shape->leads[i];
        uint16_t domain = off ? 0 : domain_of(walk->set, lead->field);

        if (toc_field_present(lead->field, object))
            follow(walk, lead, object + lead->field->offset, domain, unit);
    }
}

void cel_mark_record(const struct cel_set *set, const void *record, struct set_mark *marks,
                     size_t n) {
    struct walk walk = {set, record, marks, n};

    memset(marks, 0, n * sizeof(*marks));
    mark_object(&walk, 0, 0, 0);
}
