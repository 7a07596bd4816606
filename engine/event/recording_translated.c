// SPDX-License-Identifier: Apache-2.0
// Changes a translated record as theirs has changed, as far as that is only a matter of values.
#include "event/recording_translated.h"

#include <string.h>

#include "event/builder.h"

#define SAME_WORDS 8
#define FIXED UINT32_MAX /* lies outside of every record */

/* The words of ours that differ. */
struct told {
    uint32_t *words;
    uint32_t n;
};

void toc_translated_begin(struct toc_translated *kept, const char *record, uint32_t n) {
    kept->serial = 0;
    kept->n = n;
    memcpy(kept->theirs, record, n);
    memset(kept->to, 0, n * sizeof(*kept->to));
}

void toc_translated_note(struct toc_translated *kept, uint32_t from, uint32_t to, uint32_t n,
                         bool inert) {
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = to ? (to + i) << 1 | inert : FIXED;

        kept->to[from + i] = kept->to[from + i] && kept->to[from + i] != at ? FIXED : at;
    }
}

static bool tell(struct told *told, uint32_t word, unsigned bits) {
    if (told->n && told->words[told->n - 1] >> 8 == word) {
        told->words[told->n - 1] |= bits;
        return true;
    }
    if (told->n == TOC_TRANSLATED_TOLD)
        return false;
    told->words[told->n++] = word << 8 | bits;
    return true;
}

/* One byte. False: it is no plain value of ours. */
static bool change(struct toc_translated *kept, uint32_t to, char c, struct told *told) {
    unsigned bit = 1u << to % 8;

    if (to >= kept->used || kept->mask.fixed[to / 8] & bit)
        return false;
    if (kept->mask.text[to / 8] & bit && !toc_text_is_plain(&c, 1))
        return false;
    ((char *)kept->before)[to] = ((char *)kept->record)[to] = c;
    return tell(told, to / 8, bit);
}

static bool change_all(struct toc_translated *kept, const char *record,
                       const struct toc_changes *theirs, struct told *told, bool *ret_inert) {
    *ret_inert = true;
    for (uint32_t i = 0; i < theirs->n; i++)
        for (unsigned bits = theirs->words[i] & 0xff; bits; bits &= bits - 1) {
            uint32_t at = (theirs->words[i] >> 8) * 8 + (uint32_t)__builtin_ctz(bits);
            uint32_t to = at < kept->n ? kept->to[at] : FIXED;

            // Told is also what may have changed.
            if (at < kept->n && kept->theirs[at] == record[at])
                continue;
            if (to && !change(kept, to >> 1, record[at], told))
                return false;
            kept->theirs[at] = record[at];
            *ret_inert &= !to || to & 1;
        }
    return true;
}

/* Bit i: byte i is not zero. */
static unsigned bytes_of(uint64_t word) {
    unsigned bits = 0;

    for (unsigned i = 0; i < 8; i++)
        bits |= (unsigned)!!(word >> 8 * i & 0xff) << i;
    return bits;
}

/* Most of two records is the same. */
static bool are_same(const uint64_t a[static SAME_WORDS], const uint64_t b[static SAME_WORDS]) {
    uint64_t differs = 0;

    for (int i = 0; i < SAME_WORDS; i++)
        differs |= a[i] ^ b[i];
    return !differs;
}

/* Derives anew, and takes over what that changes. False: more than values. */
static bool derive(struct toc_translated *kept, struct toc_builder *builder, struct told *told) {
    const struct toc_event *event;
    const uint64_t *made;
    uint32_t words = kept->size / 8;

    toc_builder_resume(builder, kept->before, kept->used);
    if (toc_builder_end(builder, &event) || event->size != kept->size)
        return false;
    made = (const uint64_t *)(const void *)event;
    for (uint32_t w = 0; w < words; w++) {
        unsigned bits;

        while (w % SAME_WORDS == 0 && w + SAME_WORDS <= words &&
               are_same(&made[w], &kept->record[w]))
            w += SAME_WORDS;
        if (w == words || made[w] == kept->record[w])
            continue;
        bits = bytes_of(made[w] ^ kept->record[w]);
        if (bits & (kept->mask.fixed[w] | kept->mask.text[w]) || !tell(told, w, bits))
            return false;
        kept->record[w] = made[w];
    }
    return true;
}

bool toc_translated_follow(struct toc_translated *kept, const char *record,
                           const struct toc_changes *theirs, struct toc_builder *builder,
                           uint32_t words[static TOC_TRANSLATED_TOLD], uint32_t *ret_n) {
    struct told told = {.words = words};
    bool inert;

    if (change_all(kept, record, theirs, &told, &inert) &&
        (inert || derive(kept, builder, &told))) {
        kept->serial = theirs->serial;
        *ret_n = told.n;
        return true;
    }
    kept->serial = 0;
    return false;
}
