// SPDX-License-Identifier: Apache-2.0
// Reads the records of a block, writing each change over the record it changes, and verifies what
// changed.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/record.h"
#include "event/recording_delta.h"

/* Slots whose structure keeps changing are cheaper without a mask. */
enum { MAX_MISSES = 4 };

int toc_delta_reader_init(struct toc_delta_reader *reader) {
    *reader = (struct toc_delta_reader){0};
    // Pages of slots that are never used are never touched.
    reader->masks = calloc(TOC_DELTA_SLOTS, sizeof(*reader->masks));
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

static bool is_text(uint64_t bytes, unsigned which) {
    for (unsigned i = 0; which; i++, which >>= 1, bytes >>= 8) {
        uint8_t c = (uint8_t)bytes;
        if (which & 1 && (c < 0x20 || c > 0x7e || c == '\\'))
            return false;
    }
    return true;
}

/* Applies the n bytes of runs at p. *ret_same says whether the record stayed as good as it was, for
 * a record with a mask. -EBADMSG for runs that are none. */
static int apply(uint64_t *words, size_t n_words, const struct toc_mask *mask, const uint8_t *p,
                 size_t n, bool *ret_same) {
    const uint8_t *end = p + n;
    bool same = mask;

    for (size_t w = 0; p < end; w++) {
        unsigned gap, first, len, changed;
        uint16_t control;
        uint64_t bytes, field;

        if (end - p < 2)
            return -EBADMSG;
        memcpy(&control, p, 2);
        p += 2;
        gap = control >> 6;
        w += gap;
        if (gap == TOC_DELTA_FAR) {
            w--;
            continue;
        }
        first = control >> 3 & 7;
        len = (control & 7) + 1;
        if (w >= n_words || first + len > 8 || end - p < (ptrdiff_t)len)
            return -EBADMSG;
        memcpy(&bytes, p, 8);
        p += len;
        field = UINT64_MAX >> 8 * (8 - len) << 8 * first;
        bytes = bytes << 8 * first & field;
        changed = ((1u << len) - 1) << first;
        if (same && changed & ~mask->free[w])
            same = !(changed & ~(mask->free[w] | mask->text[w])) &&
                   is_text(bytes, changed & mask->text[w]);
        words[w] = (words[w] & ~field) | bytes;
    }
    *ret_same = same;
    return 0;
}

static int check(struct toc_delta_reader *reader, uint32_t slot) {
    __auto_type s = &reader->slots[slot];

    s->state = TOC_SLOT_UNCHECKED;
    if (reader->checks && toc_record_check(s->record, s->size) < 0)
        return -EPROTO;
    s->state = TOC_SLOT_CHECKED;
    return 1;
}

static int read_whole(struct toc_delta_reader *reader, uint32_t slot, uint32_t n) {
    size_t start = (reader->at + 7) & ~(size_t)7, padded = ((size_t)n + 7) & ~(size_t)7;

    if (start > reader->n || padded > reader->n - start || !n || n > TOC_MAX_RECORD)
        return -EBADMSG;
    reader->at = start + padded;
    reader->slots[slot].record = reader->block + start;
    reader->slots[slot].size = n;
    reader->slots[slot].misses = 0;
    return check(reader, slot);
}

static int read_delta(struct toc_delta_reader *reader, uint32_t slot, uint32_t n) {
    __auto_type s = &reader->slots[slot];
    struct toc_mask *mask = &reader->masks[slot];
    const uint8_t *runs = reader->block + reader->at;
    bool same;
    int err;

    if (!s->record || n > reader->n - reader->at)
        return -EBADMSG;
    reader->at += n;
    if (reader->checks && s->state == TOC_SLOT_CHECKED && s->misses < MAX_MISSES &&
        toc_mask_make((const struct toc_event *)s->record, s->size, mask))
        s->state = TOC_SLOT_MASKED;
    err = apply((uint64_t *)s->record, (s->size + 7) / 8, s->state == TOC_SLOT_MASKED ? mask : NULL,
                runs, n, &same);
    if (err)
        return err;
    if (same)
        return 1;
    s->misses += s->state == TOC_SLOT_MASKED;
    return check(reader, slot);
}

int toc_delta_read(struct toc_delta_reader *reader, const void **ret_record, uint32_t *ret_size) {
    uint32_t head, slot;
    int r;

    if (reader->n - reader->at < TOC_DELTA_HEAD)
        return reader->n == reader->at ? 0 : -EBADMSG;
    memcpy(&head, reader->block + reader->at, TOC_DELTA_HEAD);
    reader->at += TOC_DELTA_HEAD;
    slot = head % TOC_DELTA_SLOTS;
    r = head >> 6 & 1 ? read_delta(reader, slot, head >> 8) : read_whole(reader, slot, head >> 8);
    *ret_record = reader->slots[slot].record;
    *ret_size = reader->slots[slot].size;
    return r;
}
