// SPDX-License-Identifier: Apache-2.0
// Which conditions may hold for the record at hand: the values of its fields are looked up in the
// indexes, each field once.
#include "cel/hash.h"
#include "cel/path.h"
#include "cel/set_index.h"
#include "cel/set_run.h"

struct look {
    struct cel_set_run *run;
    const struct set_index *index;
    const struct cel_place *place; /* of the field */
    const void *element;           /* the object it was reached from */
};

/* ---- Marking conditions ---- */

static void add_words(uint64_t *to, const uint64_t *words, size_t n) {
    for (size_t i = 0; words && i < n; i++)
        to[i] |= words[i];
}

/* Everything that these words say, clause by clause. */
static void mark_words(struct cel_set_run *run, uint64_t *const words[SET_CLAUSES]) {
    size_t n = run->set->words;

    for (size_t k = 0; k < SET_CLAUSES; k++)
        add_words(run->bits + k * n, words[k], n);
}

static void mark(struct cel_set_run *run, const struct set_guard *guard) {
    if (guard->dense[0] || guard->dense[1]) {
        mark_words(run, guard->dense);
        return;
    }
    for (uint32_t i = 0; i < guard->n; i++) {
        const struct set_target *target = &guard->targets[i];
        uint64_t *bits = run->bits + target->clause * run->set->words;

        bits[target->condition / 64] |= UINT64_C(1) << target->condition % 64;
    }
}

static void mark_key(const struct look *look, uint64_t key) {
    const struct set_table *table = &look->index->table;
    const struct set_bucket *bucket = cel_table_find(table, key);

    for (uint32_t i = 0; i < bucket->n; i++)
        mark(look->run, &look->run->set->guards[table->hits[bucket->first + i].guard]);
}

/* ---- Values ---- */

static uint64_t bits_of(const struct cel_place *place) {
    return cel_load_bits(place->step->bits, cel_place_bytes(place));
}

static void mark_ranges(const struct look *look, const struct set_range *items, size_t n,
                        uint64_t value) {
    const struct set_range *node = &items[n / 2];

    if (!n || node->highest < value)
        return;
    mark_ranges(look, items, n / 2, value);
    if (node->low > value)
        return;
    if (node->high >= value)
        mark(look->run, &look->run->set->guards[node->guard]);
    mark_ranges(look, node + 1, n - n / 2 - 1, value);
}

static void look_number(const struct look *look) {
    const struct set_index *index = look->index;
    uint64_t bits = bits_of(look->place);

    mark_key(look, bits);
    mark_ranges(look, index->ranges.items, index->ranges.n, bits ^ index->flip);
}

static void look_bits(const struct look *look) {
    for (uint64_t left = bits_of(look->place); left; left &= left - 1)
        mark_key(look, (uint64_t)__builtin_ctzll(left));
}

static void look_address(const struct look *look) {
    const struct set_index *index = look->index;
    const struct toc_ip *ip = cel_place_bytes(look->place);

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
                mark(look->run, &look->run->set->guards[hit->guard]);
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
            mark(look->run, &look->run->set->guards[hit->guard]);
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
    const struct toc_ref *ref = cel_place_bytes(look->place);
    const char *s = (const char *)look->place->base + ref->off;
    size_t n = ref->n;

    if (index->lengths >> (n < 63 ? n : 63) & 1)
        mark_key(look, cel_hash_bytes(s, n, SET_SEED_WHOLE));
    if (index->starts)
        look_parts(look, s, n, true);
    if (index->ends)
        look_parts(look, s, n, false);
    if (index->grams.bits)
        look_inside(look, s, n);
}

/* ---- Elements ---- */

/* False when a second field that it takes is not there. */
static bool look_class(const struct look *look) {
    const struct set_index *index = look->index;
    struct cel_place second = {.object = look->element, .base = look->place->base};
    enum cel_error why;
    uint64_t b = 0;

    if (index->second) {
        if (!cel_find(index->second, &second, &why))
            return false;
        b = bits_of(&second);
    }
    mark_key(look, index->function->classify(&look->run->activation, bits_of(look->place), b));
    return true;
}

static bool look_value(const struct look *look) {
    switch ((enum set_index_kind)look->index->kind) {
    case SET_BY_PRESENCE: mark_key(look, 0); break;
    case SET_BY_NUMBER: look_number(look); break;
    case SET_BY_BIT: look_bits(look); break;
    case SET_BY_CLASS: return look_class(look);
    case SET_BY_ADDRESS: look_address(look); break;
    case SET_BY_TEXT: look_text(look); break;
    }
    return true;
}

/* False when the field is not there in some element, so that its conditions may be errors. */
static bool look_span(struct cel_set_run *run, const struct set_index *index,
                      const struct cel_span *span, uint32_t n) {
    bool all = true;

    for (uint32_t i = 0; i < n; i++) {
        const char *element = span->data + (size_t)i * span->size;
        struct cel_place place = {.object = element, .base = span->base};
        struct look look = {run, index, &place, element};
        enum cel_error why;

        all &= cel_find(index->path, &place, &why) ? look_value(&look)
                                                   : index->kind == SET_BY_PRESENCE;
    }
    return all;
}

static void look(struct cel_set_run *run, const struct set_index *index) {
    const struct cel_value *list = index->domain ? cel_set_list_of(run, index->domain) : NULL;
    uint32_t n = list ? list->n : 1;
    bool all = !list || (list->kind == CEL_LIST && (n || !index->first));

    n = !all ? 0 : index->first ? 1 : n;
    for (uint32_t first = 0; first < n; first += CEL_CHUNK) {
        struct cel_span span = cel_set_span(run, index->domain, first / CEL_CHUNK);

        all &= look_span(run, index, &span, n - first < span.n ? n - first : span.n);
    }
    if (!all)
        mark_words(run, index->all);
}

void cel_set_candidates(struct cel_set_run *run, uint64_t *bits) {
    const struct cel_set *set = run->set;

    for (size_t k = 0; k < SET_CLAUSES; k++)
        memcpy(run->bits + k * set->words, set->base[k], set->words * sizeof(*bits));
    for (size_t i = 0; i < set->n_indexes; i++)
        look(run, &set->indexes[i]);
    for (size_t i = 0; i < set->n_others; i++)
        if (cel_set_may_hold(run, &set->guards[set->others[i]]))
            mark(run, &set->guards[set->others[i]]);
    for (size_t i = 0; i < set->words; i++)
        bits[i] |= run->bits[i] & run->bits[set->words + i];
}
