// SPDX-License-Identifier: Apache-2.0
// Tests of fields: telling what one asks, and which ask the same.
#include "cel/test.h"

#include "cel/hash.h"

void cel_test_of(cel_code_ptr code, struct cel_test *ret) {
    *ret = (struct cel_test){.kind = CEL_TEST_NONE};
    if (code->test)
        code->test(code, ret);
}

bool cel_path_same(const struct cel_path *a, const struct cel_path *b) {
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->steps[i].field != b->steps[i].field ||
            a->steps[i].variant_offset != b->steps[i].variant_offset)
            return false;
    return true;
}

uint64_t cel_path_hash(const struct cel_path *path) {
    uint64_t hash = path->n;

    for (size_t i = 0; i < path->n; i++)
        hash = cel_hash_mix(hash, (uintptr_t)path->steps[i].field);
    return hash;
}

bool cel_path_begins_alike(const struct cel_path *a, const struct cel_path *b) {
    if (a->from != b->from)
        return false;
    return a->from == CEL_FROM_CODE ? cel_op_is_var(a->start, 0) && cel_op_is_var(b->start, 0)
                                    : a->slot == b->slot;
}

static bool same_second(const struct cel_path *a, const struct cel_path *b) {
    return a && b ? cel_path_same(a, b) : a == b;
}

static bool same_items(const struct cel_test *a, const struct cel_test *b) {
    for (size_t i = 0; i < a->n; i++) {
        if ((a->numbers && a->numbers[i] != b->numbers[i]) ||
            (a->nets && memcmp(&a->nets[i], &b->nets[i], sizeof(a->nets[i])) != 0) ||
            (a->texts && (a->texts[i].n != b->texts[i].n ||
                          memcmp(a->texts[i].s, b->texts[i].s, a->texts[i].n) != 0)))
            return false;
    }
    return true;
}

bool cel_test_same(const struct cel_test *a, const struct cel_test *b) {
    return a->kind && a->kind == b->kind && a->negate == b->negate && a->low == b->low &&
           a->high == b->high && a->function == b->function && a->n == b->n &&
           cel_path_same(a->path, b->path) && same_second(a->second, b->second) && same_items(a, b);
}

uint64_t cel_test_hash(const struct cel_test *test) {
    uint64_t hash = cel_hash_mix(cel_path_hash(test->path), test->kind * 2u + test->negate);

    hash = cel_hash_mix(hash, cel_hash_mix(test->low, test->high));
    for (size_t i = 0; i < test->n; i++) {
        if (test->numbers)
            hash = cel_hash_mix(hash, test->numbers[i]);
        if (test->nets)
            hash = cel_hash_bytes((const char *)&test->nets[i], sizeof(test->nets[i]), hash);
        if (test->texts)
            hash = cel_hash_bytes(test->texts[i].s, test->texts[i].n, hash);
    }
    return hash;
}
