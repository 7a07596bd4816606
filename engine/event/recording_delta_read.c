// SPDX-License-Identifier: Apache-2.0
// Reads the records of a block, writing each change over the record it changes, and verifies what
// changed.
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "event/record.h"
#include "event/recording_delta.h"

/* Of the reader cleared last, for the next. */
static struct toc_delta_kept *_Atomic spare;

int toc_delta_reader_init(struct toc_delta_reader *reader) {
    *reader = (struct toc_delta_reader){.kept = atomic_exchange(&spare, NULL)};
    // A check writes what is read of one. Pages of slots that are never used are never touched.
    if (!reader->kept)
        reader->kept = malloc(TOC_DELTA_SLOTS * sizeof(*reader->kept));
    return reader->kept ? 0 : -ENOMEM;
}

void toc_delta_reader_clear(struct toc_delta_reader *reader) {
    free(atomic_exchange(&spare, reader->kept));
    *reader = (struct toc_delta_reader){0};
}

void toc_delta_read_block(struct toc_delta_reader *reader, void *block, size_t n, unsigned format,
                          bool checks) {
    reader->block = block;
    reader->n = n;
    reader->at = 0;
    reader->replaces = format == 1;
    reader->checks = checks;
    memset(reader->slots, 0, sizeof(reader->slots));
}

/* ---- Where a change goes ---- */

/* What the six low bits of a control say: which bytes of a word are named. */
struct form {
    uint64_t field;
    uint8_t bits, shift, len; /* len 0: there is no such control */
};
#define FITS(first, len) ((first) + (len) <= 8)
#define FORM(first, len)                                                                           \
    {                                                                                              \
        FITS(first, len) ? UINT64_MAX >> 8 * (8 - (len)) << 8 * (first) : 0,                       \
            (uint8_t)(((1u << (len)) - 1) << (first)), 8 * (first), FITS(first, len) ? (len) : 0   \
    }
#define FORMS(first)                                                                               \
    FORM(first, 1), FORM(first, 2), FORM(first, 3), FORM(first, 4), FORM(first, 5),                \
        FORM(first, 6), FORM(first, 7), FORM(first, 8)
static const struct form forms[64] = {FORMS(0), FORMS(1), FORMS(2), FORMS(3),
                                      FORMS(4), FORMS(5), FORMS(6), FORMS(7)};

static uint8_t guarded(const struct toc_mask *mask, size_t word, uint8_t bits) {
    return bits & (mask->fixed[word] | mask->text[word]);
}

/* Reads the controls from *p to `end`, or as many as name the places that there is room for; of
 * format 1 the bytes too. *word is where they go on. False: they are none. */
static bool take_places(struct toc_delta_reader *reader, uint32_t slot, const uint8_t **p,
                        const uint8_t *end, size_t *word) {
    struct toc_delta_kept *kept = &reader->kept[slot];
    size_t n_words = (reader->slots[slot].size + 7) / 8, w = *word;
    const uint8_t *begin = *p, *at = begin;
    bool masked = reader->slots[slot].masked, replaces = reader->replaces;
    uint32_t n = 0, bytes = 0;

    while (at < end && n < TOC_DELTA_PLACES) {
        struct toc_delta_place *place = &kept->places[n];
        const struct form *form;
        uint16_t control;

        memcpy(&control, at, 2);
        at += 2;
        w += control >> 6;
        if (control >> 6 == TOC_DELTA_FAR)
            continue;
        form = &forms[control & 63];
        if (w >= n_words || !form->len)
            return false;
        place->field = form->field;
        place->word = (uint32_t)w;
        place->shift = form->shift;
        place->guarded = masked ? guarded(&kept->mask, w, form->bits) : 0;
        kept->told[n] = (uint32_t)w << 8 | form->bits;
        place->at = (uint16_t)(replaces ? at - begin : bytes);
        at += replaces ? form->len : 0;
        bytes += form->len;
        w++;
        n++;
    }
    kept->n = n;
    kept->bytes = replaces ? 0 : bytes;
    *word = w;
    *p = at;
    // A control or bytes that are cut took what lies behind them.
    return at <= end;
}

/* ---- What it does there ---- */

static bool harmless(const struct toc_mask *mask, size_t word, uint64_t differs, uint64_t new) {
    return (!mask->fixed[word] || !(toc_set_bytes(differs) & mask->fixed[word])) &&
           !(toc_odd_bytes(new) & mask->text[word]);
}

/* Applies the bytes at p to the places of the slot. Returns whether the record stayed as good as it
 * was, if it has a mask. */
static inline bool apply(struct toc_delta_reader *reader, uint32_t slot, const uint8_t *p,
                         bool replaces) {
    const struct toc_delta_kept *kept = &reader->kept[slot];
    uint64_t *words = (uint64_t *)reader->slots[slot].record;
    bool same = true;

    for (const struct toc_delta_place *place = kept->places, *end = place + kept->n; place < end;
         place++) {
        uint64_t old = words[place->word], bytes, differs;

        memcpy(&bytes, p + place->at, 8);
        differs = (old ^ ((replaces ? 0 : old) + (bytes << place->shift))) & place->field;
        words[place->word] = old ^ differs;
        if (place->guarded)
            same = same && harmless(&kept->mask, place->word, differs, old ^ differs);
    }
    return same;
}

/* ---- Frames ---- */

static int check(struct toc_delta_reader *reader, uint32_t slot) {
    __auto_type s = &reader->slots[slot];
    struct toc_delta_kept *kept = &reader->kept[slot];
    bool small = s->size <= 8 * TOC_MASK_WORDS;

    s->masked = false;
    if (!reader->checks)
        return 1;
    if (toc_record_check_mask(s->record, s->size, small ? &kept->mask : NULL) < 0)
        return -EPROTO;
    s->masked = small;
    for (uint32_t i = 0; small && i < kept->n; i++)
        kept->places[i].guarded = guarded(&kept->mask, kept->told[i] >> 8, (uint8_t)kept->told[i]);
    return 1;
}

static int read_whole(struct toc_delta_reader *reader, uint32_t slot, uint32_t n) {
    size_t start = (reader->at + 7) & ~(size_t)7, padded = ((size_t)n + 7) & ~(size_t)7;

    if (start > reader->n || padded > reader->n - start || !n || n > TOC_MAX_RECORD)
        return -EBADMSG;
    reader->at = start + padded;
    reader->slots[slot].record = reader->block + start;
    reader->slots[slot].size = n;
    reader->kept[slot].n = reader->kept[slot].bytes = 0;
    return check(reader, slot);
}

/* The record of the slot has been changed, at its places unless they were too many. */
static int changed(struct toc_delta_reader *reader, uint32_t slot, bool same, bool told) {
    struct toc_changes *changes = &reader->changes;

    same = same && reader->slots[slot].masked;
    changes->whole = (reader->checks && !same) || !told;
    changes->words = reader->kept[slot].told;
    changes->n = reader->kept[slot].n;
    return same ? 1 : check(reader, slot);
}

static int read_change(struct toc_delta_reader *reader, uint32_t slot, uint32_t n) {
    struct toc_delta_kept *kept = &reader->kept[slot];
    const uint8_t *p = reader->block + reader->at, *behind = reader->block + reader->n;
    size_t size = reader->replaces ? n : 2 * (size_t)n, word = 0;
    const uint8_t *end = p + size, *bytes = end;
    bool same = true, once = true;

    if (!reader->slots[slot].record || size > (size_t)(behind - p))
        return -EBADMSG;
    for (;; once = false) {
        const uint8_t *from = reader->replaces ? p : bytes;

        if (!take_places(reader, slot, &p, end, &word) || kept->bytes > (size_t)(behind - bytes))
            return -EBADMSG;
        same &= apply(reader, slot, from, reader->replaces);
        bytes += kept->bytes;
        if (p == end)
            break;
    }
    if (!once)
        kept->n = kept->bytes = 0;
    reader->at = (size_t)(bytes - reader->block);
    return changed(reader, slot, same, once);
}

static int read_again(struct toc_delta_reader *reader, uint32_t slot) {
    const uint8_t *bytes = reader->block + reader->at;

    if (!reader->slots[slot].record || reader->kept[slot].bytes > reader->n - reader->at)
        return -EBADMSG;
    reader->at += reader->kept[slot].bytes;
    reader->changes.again = true;
    return changed(reader, slot, apply(reader, slot, bytes, false), true);
}

int toc_delta_read(struct toc_delta_reader *reader, const void **ret_record, uint32_t *ret_size) {
    uint32_t head, slot, kind, size;
    int r;

    if (reader->at == reader->n)
        return 0;
    memcpy(&head, reader->block + reader->at, TOC_DELTA_HEAD);
    slot = head % TOC_DELTA_SLOTS;
    kind = head >> 6 & (reader->replaces ? 1 : 3);
    size = kind == TOC_DELTA_AGAIN ? 1 : TOC_DELTA_HEAD;
    if (size > reader->n - reader->at)
        return -EBADMSG;
    reader->at += size;
    reader->changes = (struct toc_changes){.slot = slot,
                                           .serial = ++reader->serial,
                                           .since = reader->slots[slot].serial,
                                           .whole = true};
    reader->slots[slot].serial = reader->serial;
    switch (kind) {
    case TOC_DELTA_WHOLE: r = read_whole(reader, slot, head >> 8); break;
    case TOC_DELTA_CHANGE: r = read_change(reader, slot, head >> 8); break;
    case TOC_DELTA_AGAIN: r = read_again(reader, slot); break;
    default: return -EBADMSG;
    }
    *ret_record = reader->slots[slot].record;
    *ret_size = reader->changes.size = reader->slots[slot].size;
    return r;
}
