// SPDX-License-Identifier: Apache-2.0
// Finds the guards that a value satisfies in the index of its field, and marks their conditions.
#include "cel/hash.h"
#include "cel/set_look.h"

/* ---- Marking conditions ---- */

static void add_words(uint64_t *to, const uint64_t *words, size_t n) {
    for (size_t i = 0; words && i < n; i++)
        to[i] |= words[i];
}

/* Everything that these words say, clause by clause. */
void cel_mark_words(const struct cel_set_run *run, uint64_t *bits,
                    uint64_t *const words[SET_CLAUSES]) {
    size_t n = run->set->words;

    for (size_t k = 0; k < SET_CLAUSES; k++)
        add_words(bits + k * n, words[k], n);
}

void cel_mark(struct cel_set_run *run, uint32_t number) {
    const struct set_guard *guard = &run->set->guards[number];

    if (run->hits[number] == run->record)
        return;
    run->hits[number] = run->record;
    if (guard->dense[0] || guard->dense[1]) {
        cel_mark_words(run, run->bits, guard->dense);
        return;
    }
    for (uint32_t i = 0; i < guard->n; i++) {
        const struct set_target *target = &guard->targets[i];
        uint64_t *bits = run->bits + target->clause * run->set->words;

        bits[target->condition / 64] |= UINT64_C(1) << target->condition % 64;
    }
}

static void find_key(const struct look *look, uint64_t key) {
    const struct set_table *table = &look->index->table;
    const struct set_bucket *bucket = cel_table_find(table, key);

    for (uint32_t i = 0; i < bucket->n; i++)
        cel_mark(look->run, table->hits[bucket->first + i].guard);
}

static inline void mark_key(const struct look *look, uint64_t key) {
    if (look->index->some >> key % 64 & 1)
        find_key(look, key);
}

/* ---- Values ---- */

static void mark_ranges(const struct look *look, const struct set_range *items, size_t n,
                        uint64_t value) {
    const struct set_range *node = &items[n / 2];

    if (!n || node->highest < value)
        return;
    mark_ranges(look, items, n / 2, value);
    if (node->low > value)
        return;
    if (node->high >= value)
        cel_mark(look->run, node->guard);
    mark_ranges(look, node + 1, n - n / 2 - 1, value);
}

static inline void look_number(const struct look *look) {
    const struct set_index *index = look->index;
    uint64_t bits = cel_look_bits(look), place = bits ^ index->flip;

    mark_key(look, bits);
    if (place >= index->low && place <= index->high)
        mark_ranges(look, index->ranges.items, index->ranges.n, place);
}

static inline void look_bits(const struct look *look) {
    for (uint64_t left = cel_look_bits(look) & look->index->some; left; left &= left - 1)
        find_key(look, (uint64_t)__builtin_ctzll(left));
}

static void look_address(const struct look *look) {
    const struct set_index *index = look->index;
    const struct toc_ip *ip = cel_look_bytes(look);

    for (size_t i = 0; i < index->n_prefixes; i++)
        if (index->prefixes[i].version == ip->version)
            mark_key(look, cel_address_key(ip, &index->prefixes[i]));
}

/* ---- Texts ---- */

/* Prefixes, or suffixes, that the text has. */
static void look_parts(const struct look *look, const char *s, size_t n, bool start) {
    const struct set_table *table = &look->index->table;

    for (unsigned left = start ? look->index->starts : look->index->ends; left; left &= left - 1) {
        size_t part = (size_t)1 << __builtin_ctz(left);
        const struct set_bucket *bucket;

        if (part > n)
            return;
        bucket = cel_table_find(table, cel_hash_bytes(start ? s : s + n - part, part,
                                                      start ? SET_SEED_START : SET_SEED_END));
        for (uint32_t i = 0; i < bucket->n; i++) {
            const struct set_hit *hit = &table->hits[bucket->first + i];
            const struct cel_text *text = hit->text;

            if (text->n <= n && !memcmp(start ? s : s + n - text->n, text->s, text->n))
                cel_mark(look->run, hit->guard);
        }
    }
}

/* Texts that have the four bytes at `at`, in their places. */
static void look_gram(const struct look *look, const char *s, size_t n, size_t at) {
    const struct set_table *table = &look->index->grams.table;
    const struct set_bucket *bucket = cel_table_find(table, cel_gram_at(s + at));

    for (uint32_t i = 0; i < bucket->n; i++) {
        const struct set_hit *hit = &table->hits[bucket->first + i];
        const struct cel_text *text = hit->text;

        if (hit->at <= at && text->n - hit->at <= n - at &&
            !memcmp(s + at - hit->at, text->s, text->n))
            cel_mark(look->run, hit->guard);
    }
}

static void look_inside(const struct look *look, const char *s, size_t n) {
    const struct set_grams *grams = &look->index->grams;

    for (size_t at = 0; at + SET_GRAM <= n; at++) {
        uint32_t hash = cel_gram_hash(grams, cel_gram_at(s + at));

        if (__builtin_expect(grams->bits[hash / 64] >> hash % 64 & 1, 0))
            look_gram(look, s, n, at);
    }
}

static void look_text(const struct look *look) {
    const struct set_index *index = look->index;
    const struct toc_ref *ref = cel_look_bytes(look);
    const char *s = (const char *)look->base + ref->off;
    size_t n = ref->n;

    if (index->lengths >> (n < 63 ? n : 63) & 1)
        find_key(look, cel_hash_bytes(s, n, SET_SEED_WHOLE));
    if (index->starts)
        look_parts(look, s, n, true);
    if (index->ends)
        look_parts(look, s, n, false);
    if (index->grams.bits)
        look_inside(look, s, n);
}

static void look_class(const struct look *look, uint64_t second) {
    mark_key(look,
             look->index->function->classify(&look->run->activation, cel_look_bits(look), second));
}

void cel_look_value(const struct look *look, uint64_t second) {
    switch ((enum set_index_kind)look->index->kind) {
    case SET_BY_PRESENCE: mark_key(look, 0); break;
    case SET_BY_NUMBER: look_number(look); break;
    case SET_BY_BIT: look_bits(look); break;
    case SET_BY_CLASS: look_class(look, second); break;
    case SET_BY_ADDRESS: look_address(look); break;
    case SET_BY_TEXT: look_text(look); break;
    }
}
