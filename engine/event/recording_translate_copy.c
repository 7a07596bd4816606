// SPDX-License-Identifier: Apache-2.0
// Copies the objects and fields of a record of another layout, believing no offset in it.
#include "event/recording_translate_copy.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/check.h"

/* n bytes at off of the record, or NULL. */
static const char *part(struct toc_translator *t, uint32_t off, uint64_t n) {
    if (off > t->n || n > t->n - off) {
        t->bad = true;
        return NULL;
    }
    return t->data + off;
}

/* n bytes of theirs are those at `to` of ours; NULL: ours depends on them in another way. */
static void note(struct toc_translator *t, const struct toc_step *step, const char *from,
                 const char *to, uint32_t n) {
    const char *ours = (const char *)toc_builder_event(t->builder);

    if (t->kept)
        toc_translated_note(t->kept, (uint32_t)(from - t->data), to ? (uint32_t)(to - ours) : 0, n,
                            step && step->inert);
}

/* False when ours is too narrow. */
static bool copy_int(const struct toc_step *step, const char *from, char *to) {
    const struct toc_field *a = step->theirs, *b = step->ours;
    uint64_t v = 0, narrow;
    unsigned bits = 8 * a->width;

    memcpy(&v, from, a->width);
    if (a->is_signed && bits < 64 && v >> (bits - 1))
        v |= UINT64_MAX << bits;
    bits = 8 * b->width;
    narrow = bits < 64 ? v & ((UINT64_C(1) << bits) - 1) : v;
    if (b->is_signed && bits < 64 && narrow >> (bits - 1))
        narrow |= UINT64_MAX << bits;
    if (narrow != v || (a->is_signed != b->is_signed && (int64_t)v < 0) ||
        (!b->is_signed && v > INT64_MAX))
        return false;
    memcpy(to, &v, b->width);
    return true;
}

static bool our_value(const struct toc_step *step, uint16_t theirs, uint16_t *ret) {
    if (theirs >= TOC_STEP_VALUES)
        return toc_step_value(step, theirs, ret);
    *ret = step->values[theirs];
    return *ret != TOC_STEP_NO_VALUE;
}

static bool copy_enum(const struct toc_step *step, const char *from, char *to) {
    uint16_t value;

    memcpy(&value, from, sizeof(value));
    if (!our_value(step, value, &value))
        return false;
    memcpy(to, &value, sizeof(value));
    return true;
}

static bool copy_names(const struct toc_step *step, const char *from, char *to) {
    uint32_t theirs, ours = 0;

    memcpy(&theirs, from, sizeof(theirs));
    for (; theirs; theirs &= theirs - 1) {
        uint16_t value;

        if (!our_value(step, (uint16_t)__builtin_ctz(theirs), &value) || value > 31)
            return false;
        ours |= UINT32_C(1) << value;
    }
    memcpy(to, &ours, sizeof(ours));
    return true;
}

static bool copy_bytes(struct toc_translator *t, const struct toc_step *step, const char *from,
                       char *to) {
    bool is_string = step->ours->kind == TOC_KIND_STRING;
    const char *bytes;
    struct toc_ref ref;
    uint32_t n;

    memcpy(&ref, from, sizeof(ref));
    bytes = part(t, ref.off, ref.n);
    if (!bytes || ref.n > (is_string ? TOC_MAX_STRING : TOC_MAX_PAYLOAD))
        return false;
    n = ref.n;
    if (is_string && !toc_text_is_plain(bytes, n) && !toc_is_escaped(bytes, n)) {
        ref = toc_builder_escape(t->builder, bytes, n);
        note(t, step, bytes, NULL, n);
    } else {
        ref = toc_builder_bytes(t->builder, bytes, n);
        note(t, step, bytes, (const char *)toc_builder_event(t->builder) + ref.off, n);
    }
    memcpy(to, &ref, sizeof(ref));
    return true;
}

/* The builder has begun with these two. */
static char *existing(struct toc_translator *t, const struct toc_object *ours, uint32_t *ret_off) {
    const struct toc_event *event = toc_builder_event(t->builder);

    if (ours == &toc_object_meta) {
        *ret_off = event->event;
        return (char *)toc_builder_meta(t->builder);
    }
    *ret_off = event->args;
    return ours == &toc_object_args ? (char *)toc_builder_args(t->builder) : NULL;
}

static bool copy_list(struct toc_translator *t, const struct toc_step *step, struct toc_ref ref,
                      struct toc_ref *ret) {
    const struct toc_plan *plan = step->plan;
    const char *from = part(t, ref.off, (uint64_t)ref.n * plan->theirs->size);
    char *to;

    *ret = (struct toc_ref){.n = ref.n};
    if (!from || !ref.n)
        return from;
    t->bad |= ref.off % 8;
    to = existing(t, plan->ours, &ret->off);
    // The room that our side takes bounds the work for records that refer to themselves.
    if (!to)
        to = toc_builder_alloc(t->builder, plan->ours, ref.n, &ret->off);
    for (uint32_t i = 0; to && !t->bad && i < ref.n; i++)
        toc_copy_object(t, plan, from + (size_t)i * plan->theirs->size,
                        to + (size_t)i * plan->ours->size);
    return to;
}

static bool copy_child(struct toc_translator *t, const struct toc_step *step, const char *from,
                       char *to) {
    struct toc_ref ref = {.n = 1}, ours;

    memcpy(&ref, from, step->theirs->kind == TOC_KIND_LIST ? sizeof(ref) : sizeof(ref.off));
    if (!copy_list(t, step, ref, &ours))
        return false;
    memcpy(to, &ours, step->ours->kind == TOC_KIND_LIST ? sizeof(ours) : sizeof(ours.off));
    return true;
}

/* Views may share what they see, as those of one message mostly do. */
static bool copy_view(struct toc_translator *t, const struct toc_step *step, const char *from,
                      char *to) {
    uint64_t before = t->unknown;
    uint32_t view;

    memcpy(&view, from, sizeof(view));
    if (view && view == t->view && step->plan == t->view_plan) {
        t->unknown += t->view_unknown;
    } else {
        t->view = 0;
        if (!copy_child(t, step, from, to))
            return false;
        t->view = view;
        t->view_plan = step->plan;
        memcpy(&t->our_view, to, sizeof(t->our_view));
        t->view_unknown = t->unknown - before;
    }
    memcpy(to, &t->our_view, sizeof(t->our_view));
    return true;
}

static bool copy_value(struct toc_translator *t, const struct toc_step *step, const char *from,
                       char *to) {
    if (step->width) {
        memcpy(to, from, step->width);
        return true;
    }
    switch ((enum toc_kind)step->ours->kind) {
    case TOC_KIND_BOOL: *to = *from != 0; return true;
    case TOC_KIND_INT: return copy_int(step, from, to);
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME: memcpy(to, from, 8); return true;
    case TOC_KIND_ENUM: return copy_enum(step, from, to);
    case TOC_KIND_NAMES: return copy_names(step, from, to);
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX: return copy_bytes(t, step, from, to);
    case TOC_KIND_IP: memcpy(to, from, sizeof(struct toc_ip)); return true;
    case TOC_KIND_OBJECT:
        if (step->ours->object == &toc_object_view)
            return copy_view(t, step, from, to);
        return copy_child(t, step, from, to);
    case TOC_KIND_LIST: return copy_child(t, step, from, to);
    }
    return false;
}

void toc_copy_object(struct toc_translator *t, const struct toc_plan *plan, const char *from,
                     char *to) {
    uint16_t variant = toc_object_variant(plan->theirs, from);
    uint64_t present, bit = UINT64_C(1) << (variant & 63);

    memcpy(&present, from, sizeof(present));
    note(t, NULL, from, NULL, sizeof(present));
    if (plan->theirs->variant_offset)
        note(t, NULL, from + plan->theirs->variant_offset, NULL, sizeof(variant));
    if (plan->ours->variant_offset)
        memcpy(to + plan->ours->variant_offset, &variant, sizeof(variant));
    t->unknown += (uint64_t)__builtin_popcountll(present & plan->lacking);
    for (present &= plan->copied; present && !t->bad; present &= present - 1) {
        const struct toc_step *step = &plan->steps[__builtin_ctzll(present)];

        const char *theirs = from + step->theirs->offset;
        char *ours = to + step->ours->offset;
        bool is_copied = step->ours->variants & bit && copy_value(t, step, theirs, ours);

        if (is_copied)
            *(uint64_t *)to |= UINT64_C(1) << step->ours->bit;
        else
            t->unknown++;
        note(t, step, theirs, is_copied && step->verbatim ? ours : NULL, step->bytes);
    }
}
