// SPDX-License-Identifier: Apache-2.0
// Reads the records of a block, writing each change over the record it changes, and verifies what
// changed.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/record.h"
#include "event/recording_delta.h"

int toc_delta_reader_init(struct toc_delta_reader *reader) {
    *reader = (struct toc_delta_reader){0};
    // A check writes what is read of one. Pages of slots that are never used are never touched.
    reader->masks = malloc(TOC_DELTA_SLOTS * sizeof(*reader->masks));
    return reader->masks ? 0 : -ENOMEM;
}

void toc_delta_reader_clear(struct toc_delta_reader *reader) {
    free(reader->masks);
    *reader = (struct toc_delta_reader){0};
}

void toc_delta_read_block(struct toc_delta_reader *reader, void *block, size_t n, bool checks) {
    reader->block = block;
    reader->checks = checks;
    reader->n = n;
    reader->at = 0;
    memset(reader->slots, 0, sizeof(reader->slots));
}

/* What the six low bits of a control say: which bytes of a word are replaced. */
struct form {
    uint64_t field;
    uint8_t bits, shift, len; /* len 0: there is no such run */
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

/* Applies the n bytes of runs at p, and notes the words they change. *ret_same says whether the
 * record stayed as good as it was, for a record with a mask. -EBADMSG for runs that are none. A run
 * that is cut takes what lies behind it, and is then found to be one. */
static int apply(uint64_t *words, size_t n_words, const struct toc_mask *mask, const uint8_t *p,
                 size_t n, uint32_t *told, uint32_t *ret_told, bool *ret_same) {
    const uint8_t *end = p + n;
    uint32_t n_told = 0;
    bool same = mask;

    for (size_t w = 0; p < end; w++) {
        const struct form *form;
        uint16_t control;
        uint64_t bytes;

        memcpy(&control, p, 2);
        memcpy(&bytes, p + 2, 8);
        form = &forms[control & 63];
        w += control >> 6;
        if (control >> 6 == TOC_DELTA_FAR) {
            p += 2;
            w--;
            continue;
        }
        if (w >= n_words || !form->len)
            return -EBADMSG;
        p += 2 + form->len;
        bytes = bytes << form->shift & form->field;
        words[w] = (words[w] & ~form->field) | bytes;
        told[n_told++ % TOC_DELTA_TOLD] = (uint32_t)w << 8 | form->bits;
        if (same && form->bits & (mask->fixed[w] | mask->text[w]))
            same = !(form->bits & mask->fixed[w]) &&
                   !(toc_odd_bytes(bytes) & form->bits & mask->text[w]);
    }
    *ret_told = n_told;
    *ret_same = same;
    return p == end ? 0 : -EBADMSG;
}

static int check(struct toc_delta_reader *reader, uint32_t slot) {
    __auto_type s = &reader->slots[slot];
    bool small = s->size <= sizeof(reader->masks->fixed) * 8;

    s->masked = false;
    if (!reader->checks)
        return 1;
    if (toc_record_check_mask(s->record, s->size, small ? &reader->masks[slot] : NULL) < 0)
        return -EPROTO;
    s->masked = small;
    return 1;
}

static int read_whole(struct toc_delta_reader *reader, uint32_t slot, uint32_t n) {
    size_t start = (reader->at + 7) & ~(size_t)7, padded = ((size_t)n + 7) & ~(size_t)7;

    if (start > reader->n || padded > reader->n - start || !n || n > TOC_MAX_RECORD)
        return -EBADMSG;
    reader->at = start + padded;
    reader->slots[slot].record = reader->block + start;
    reader->slots[slot].size = n;
    return check(reader, slot);
}

static int read_delta(struct toc_delta_reader *reader, uint32_t slot, uint32_t n) {
    __auto_type s = &reader->slots[slot];
    const uint8_t *runs = reader->block + reader->at;
    struct toc_changes *changes = &reader->changes;
    bool same;
    int err;

    if (!s->record || n > reader->n - reader->at)
        return -EBADMSG;
    reader->at += n;
    err = apply((uint64_t *)s->record, (s->size + 7) / 8, s->masked ? &reader->masks[slot] : NULL,
                runs, n, reader->words, &changes->n, &same);
    if (err)
        return err;
    changes->whole = (reader->checks && !same) || changes->n > TOC_DELTA_TOLD;
    return same ? 1 : check(reader, slot);
}

int toc_delta_read(struct toc_delta_reader *reader, const void **ret_record, uint32_t *ret_size) {
    uint32_t head, slot;
    int r;

    if (reader->n - reader->at < TOC_DELTA_HEAD)
        return reader->n == reader->at ? 0 : -EBADMSG;
    memcpy(&head, reader->block + reader->at, TOC_DELTA_HEAD);
    reader->at += TOC_DELTA_HEAD;
    slot = head % TOC_DELTA_SLOTS;
    reader->changes = (struct toc_changes){.slot = slot,
                                           .serial = ++reader->serial,
                                           .since = reader->slots[slot].serial,
                                           .whole = true,
                                           .words = reader->words};
    reader->slots[slot].serial = reader->serial;
    r = head >> 6 & 1 ? read_delta(reader, slot, head >> 8) : read_whole(reader, slot, head >> 8);
    *ret_record = reader->slots[slot].record;
    *ret_size = reader->changes.size = reader->slots[slot].size;
    return r;
}
