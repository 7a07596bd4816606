// SPDX-License-Identifier: Apache-2.0
// Files the guards of a set: those of one field in one index.
#include "cel/set_index.h"

#include <errno.h>
#include <stdlib.h>

#include "cel/ast.h"
#include "cel/hash.h"

/* ---- Which index a guard belongs to; -1: none, it is asked on its own ---- */

static bool is_long_enough(const struct cel_text *text) {
    return text->n >= SET_GRAM;
}

static int kind_of(const struct cel_test *test) {
    if (test->negate)
        return -1;
    switch ((enum cel_test_kind)test->kind) {
    case CEL_TEST_HAS: return SET_BY_PRESENCE;
    case CEL_TEST_RANGE:
    case CEL_TEST_ONE_OF:
    case CEL_TEST_NUMBERS: return SET_BY_NUMBER;
    case CEL_TEST_SOME_BIT: return SET_BY_BIT;
    case CEL_TEST_CLASS: return SET_BY_CLASS;
    case CEL_TEST_NETS: return SET_BY_ADDRESS;
    case CEL_TEST_STARTS:
    case CEL_TEST_ENDS: return test->texts[0].n ? SET_BY_TEXT : -1;
    case CEL_TEST_IS: return SET_BY_TEXT;
    case CEL_TEST_CONTAINS: return is_long_enough(&test->texts[0]) ? SET_BY_TEXT : -1;
    case CEL_TEST_MATCHES: return is_long_enough(&test->texts[1]) ? SET_BY_TEXT : -1;
    case CEL_TEST_ORDER:
    case CEL_TEST_NONE: break;
    }
    return -1;
}

/* What the guard asks; of each item of *ret_list, if that is set. */
static void test_of(const struct set_guard *guard, struct cel_test *ret,
                    const struct cel_path **ret_list) {
    const struct cel_loop *loop =
        guard->leaf->kind == SET_NESTED ? cel_op_quantifier(guard->leaf->code) : NULL;

    *ret = guard->leaf->test;
    *ret_list = NULL;
    if (loop && loop->macro == CEL_MACRO_EXISTS) {
        cel_test_of(loop->first, ret);
        *ret_list = cel_op_path(loop->range);
    }
}

static bool same_path(const struct cel_path *a, const struct cel_path *b) {
    return a == b || (a && b && cel_path_same(a, b));
}

static bool belongs(const struct set_index *index, int kind, const struct set_guard *guard,
                    const struct cel_test *test, const struct cel_path *list) {
    return index->kind == kind && index->domain == guard->leaf->domain &&
           index->first == guard->first && index->function == test->function &&
           same_path(index->list, list) && same_path(index->path, test->path) &&
           same_path(index->second, test->second);
}

static struct set_index *index_of(struct cel_set *set, int kind, const struct set_guard *guard,
                                  const struct cel_test *test, const struct cel_path *list) {
    struct set_index *indexes;

    for (size_t i = 0; i < set->n_indexes; i++)
        if (belongs(&set->indexes[i], kind, guard, test, list))
            return &set->indexes[i];
    indexes = reallocarray(set->indexes, set->n_indexes + 1, sizeof(*indexes));
    if (!indexes)
        return NULL;
    set->indexes = indexes;
    indexes[set->n_indexes] = (struct set_index){
        .kind = (uint8_t)kind,
        .domain = guard->leaf->domain,
        .first = guard->first,
        .list = list,
        .path = test->path,
        .second = test->second,
        .function = test->function,
        .flip = test->path->steps[test->path->n - 1].field->kind == TOC_KIND_INT ? UINT64_C(1) << 63
                                                                                 : 0,
    };
    return &indexes[set->n_indexes++];
}

/* ---- What leads to it there ---- */

static int add_key(struct set_index *index, uint64_t key, uint32_t guard) {
    return cel_table_add(&index->table, &(struct set_hit){.key = key, .guard = guard});
}

static int add_bits(struct set_index *index, uint64_t bits, uint32_t guard) {
    for (uint64_t left = bits; left; left &= left - 1)
        if (add_key(index, (uint64_t)__builtin_ctzll(left), guard) < 0)
            return -ENOMEM;
    return 0;
}

static int add_numbers(struct set_index *index, const struct cel_test *test, uint32_t guard) {
    if (test->kind == CEL_TEST_ONE_OF)
        return add_bits(index, test->low, guard);
    if (test->kind == CEL_TEST_RANGE && test->low == test->high)
        return add_key(index, test->low, guard);
    if (test->kind == CEL_TEST_RANGE)
        return cel_ranges_add(&index->ranges, test->low ^ index->flip, test->high ^ index->flip,
                              guard);
    for (size_t i = 0; i < test->n; i++)
        if (add_key(index, test->numbers[i], guard) < 0)
            return -ENOMEM;
    return 0;
}

static int add_nets(struct set_index *index, const struct cel_test *test, uint32_t guard) {
    for (size_t i = 0; i < test->n; i++) {
        const struct cel_net *net = &test->nets[i];
        struct set_prefix prefix = {net->ip.version, net->prefix};
        size_t k = 0;

        while (k < index->n_prefixes && memcmp(&index->prefixes[k], &prefix, sizeof(prefix)) != 0)
            k++;
        if (k == index->n_prefixes)
            index->prefixes[index->n_prefixes++] = prefix;
        if (add_key(index, cel_address_key(&net->ip, &prefix), guard) < 0)
            return -ENOMEM;
    }
    return 0;
}

static int add_part(struct set_index *index, const struct cel_text *text, bool start,
                    uint32_t guard) {
    unsigned class = cel_part_class(text->n);
    size_t n = (size_t)1 << class;
    struct set_hit hit = {.guard = guard, .text = text};

    *(start ? &index->starts : &index->ends) |= (uint8_t)(1u << class);
    hit.key = cel_hash_bytes(start ? text->s : text->s + text->n - n, n,
                             start ? SET_SEED_START : SET_SEED_END);
    return cel_table_add(&index->table, &hit);
}

static int add_texts(struct set_index *index, const struct cel_test *test, uint32_t guard) {
    const struct cel_text *text = &test->texts[test->kind == CEL_TEST_MATCHES];

    if (test->kind == CEL_TEST_STARTS || test->kind == CEL_TEST_ENDS)
        return add_part(index, text, test->kind == CEL_TEST_STARTS, guard);
    if (test->kind != CEL_TEST_IS)
        return cel_table_add(&index->grams.table, &(struct set_hit){.guard = guard, .text = text});
    for (size_t i = 0; i < test->n; i++) {
        index->lengths |= UINT64_C(1) << (text[i].n < 63 ? text[i].n : 63);
        if (add_key(index, cel_hash_bytes(text[i].s, text[i].n, SET_SEED_WHOLE), guard) < 0)
            return -ENOMEM;
    }
    return 0;
}

static int add_to_index(struct set_index *index, const struct cel_test *test, uint32_t guard) {
    switch ((enum set_index_kind)index->kind) {
    case SET_BY_PRESENCE: return add_key(index, 0, guard);
    case SET_BY_NUMBER: return add_numbers(index, test, guard);
    case SET_BY_BIT:
    case SET_BY_CLASS: return add_bits(index, test->low, guard);
    case SET_BY_ADDRESS: return add_nets(index, test, guard);
    case SET_BY_TEXT: return add_texts(index, test, guard);
    }
    return -EINVAL;
}

/* ---- Bits of conditions ---- */

static uint64_t *bits_new(const struct cel_set *set) {
    return toc_arena_array(set->arena, set->words, sizeof(uint64_t));
}

static void set_bit(uint64_t *bits, uint32_t i) {
    bits[i / 64] |= UINT64_C(1) << i % 64;
}

/* Marks the targets of a guard in bits of each clause, making those that are needed. */
static int mark(const struct cel_set *set, const struct set_guard *guard,
                uint64_t *bits[SET_CLAUSES]) {
    for (uint32_t i = 0; i < guard->n; i++) {
        const struct set_target *target = &guard->targets[i];

        if (!bits[target->clause] && !(bits[target->clause] = bits_new(set)))
            return -ENOMEM;
        set_bit(bits[target->clause], target->condition);
    }
    return 0;
}

static int make_base(struct cel_set *set) {
    for (uint32_t k = 0; k < SET_CLAUSES; k++) {
        if (!(set->base[k] = bits_new(set)))
            return -ENOMEM;
        for (size_t i = 0; i < set->n_conditions; i++)
            if (set->conditions[i].clauses <= k)
                set_bit(set->base[k], (uint32_t)i);
    }
    return 0;
}

static int file(struct cel_set *set, uint32_t number) {
    struct set_guard *guard = &set->guards[number];
    const struct cel_path *list;
    struct set_index *index;
    struct cel_test test;
    int kind;

    // Setting words costs no more than setting so many bits.
    if (guard->n > set->words && mark(set, guard, guard->dense) < 0)
        return -ENOMEM;
    test_of(guard, &test, &list);
    kind = kind_of(&test);
    if (kind < 0) {
        set->others[set->n_others++] = number;
        return 0;
    }
    index = index_of(set, kind, guard, &test, list);
    if (!index || add_to_index(index, &test, number) < 0)
        return -ENOMEM;
    if (!guard->first && guard->leaf->kind == SET_TEST && kind != SET_BY_PRESENCE)
        guard->leaf->index = (uint32_t)(index - set->indexes) + 1;
    return mark(set, guard, index->all);
}

/* What most values are not among, at a glance. */
static void find_ends(struct set_index *index) {
    index->low = UINT64_MAX;
    for (size_t i = 0; i < index->table.n; i++)
        index->some |= UINT64_C(1) << index->table.hits[i].key % 64;
    for (size_t i = 0; i < index->ranges.n; i++) {
        const struct set_range *range = &index->ranges.items[i];

        index->low = range->low < index->low ? range->low : index->low;
        index->high = range->high > index->high ? range->high : index->high;
    }
}

int cel_set_index(struct cel_set *set) {
    set->words = set->n_conditions / 64 + 1;
    set->others = calloc(set->n_guards + 1, sizeof(*set->others));
    if (!set->others || make_base(set) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < set->n_guards; i++)
        if (file(set, (uint32_t)i) < 0)
            return -ENOMEM;
    for (size_t i = 0; i < set->n_indexes; i++) {
        struct set_index *index = &set->indexes[i];

        find_ends(index);
        cel_ranges_seal(&index->ranges);
        if (cel_table_seal(&index->table) < 0 || cel_grams_seal(&index->grams) < 0)
            return -ENOMEM;
    }
    return cel_set_plan(set);
}

void cel_set_index_free(struct cel_set *set) {
    for (size_t i = 0; i < set->n_indexes; i++) {
        cel_table_free(&set->indexes[i].table);
        cel_table_free(&set->indexes[i].grams.table);
        free(set->indexes[i].grams.bits);
        free(set->indexes[i].ranges.items);
    }
    for (size_t i = 0; i < SET_MAX_DOMAINS; i++) {
        free(set->plans[i].objects);
        free(set->plans[i].indexes);
    }
    free(set->indexes);
    free(set->others);
}
