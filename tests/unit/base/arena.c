// SPDX-License-Identifier: Apache-2.0
// The arena: its limit, alignment, zeroing and reuse.
#include "base/arena.h"

#include <criterion/criterion.h>
#include <stdint.h>

Test(arena, memory_is_zeroed_and_aligned_also_after_a_reset) {
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;

    cr_assert_eq(toc_arena_new(1 << 20, &arena), 0);
    for (int round = 0; round < 3; round++) {
        for (size_t n = 0; n < 300; n++) {
            unsigned char *p = toc_arena_alloc(arena, n);

            cr_assert_not_null(p);
            cr_assert_eq((uintptr_t)p % 16, 0);
            for (size_t i = 0; i < n; i++)
                cr_assert_eq(p[i], 0);
            if (n)
                memset(p, 0xff, n);
        }
        toc_arena_reset(arena);
        cr_assert_eq(toc_arena_used(arena), 0);
    }
}

Test(arena, objects_do_not_overlap) {
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;
    unsigned char *objects[1000];

    cr_assert_eq(toc_arena_new(1 << 20, &arena), 0);
    for (size_t i = 0; i < 1000; i++) {
        objects[i] = toc_arena_alloc(arena, 1 + i % 97);
        memset(objects[i], (int)(i % 251), 1 + i % 97);
    }
    for (size_t i = 0; i < 1000; i++)
        for (size_t k = 0; k < 1 + i % 97; k++)
            cr_assert_eq(objects[i][k], i % 251);
}

Test(arena, the_limit_holds_and_small_requests_still_fit) {
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;

    cr_assert_eq(toc_arena_new(1024, &arena), 0);
    cr_expect_null(toc_arena_alloc(arena, 1025));
    cr_expect_not_null(toc_arena_alloc(arena, 1000)); // 1008 when rounded
    cr_expect_null(toc_arena_alloc(arena, 17));
    cr_expect_not_null(toc_arena_alloc(arena, 16));
    cr_expect_eq(toc_arena_used(arena), 1024);
    cr_expect_null(toc_arena_alloc(arena, 0));
    cr_expect_null(toc_arena_strndup(arena, "", 0));
    toc_arena_reset(arena);
    cr_expect_not_null(toc_arena_alloc(arena, 1024));
}

Test(arena, the_limit_is_reached_at_the_same_point_after_a_reset) {
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;
    size_t counts[3] = {0};

    cr_assert_eq(toc_arena_new(100000, &arena), 0);
    for (int round = 0; round < 3; round++) {
        while (toc_arena_alloc(arena, 700))
            counts[round]++;
        toc_arena_reset(arena);
        // Another shape of chunks in between must not show.
        cr_assert_not_null(toc_arena_alloc(arena, 90000));
        toc_arena_reset(arena);
    }
    cr_expect_eq(counts[0], 100000 / 704);
    cr_expect_eq(counts[1], counts[0]);
    cr_expect_eq(counts[2], counts[0]);
}

Test(arena, sizes_that_overflow_are_refused) {
    static const struct {
        size_t n, size;
    } rows[] = {
        {SIZE_MAX, 1}, {SIZE_MAX, 2}, {SIZE_MAX / 2 + 1, 2}, {1, SIZE_MAX - 8}, {SIZE_MAX / 2, 1},
    };
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;

    cr_assert_eq(toc_arena_new(SIZE_MAX, &arena), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        cr_expect_null(toc_arena_array(arena, rows[i].n, rows[i].size), "row %zu", i);
    cr_expect_null(toc_arena_strndup(arena, "x", SIZE_MAX));
    cr_expect_not_null(toc_arena_array(arena, 10, 10));
}

Test(arena, strndup_takes_n_bytes_and_ends_them) {
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;

    cr_assert_eq(toc_arena_new(1 << 16, &arena), 0);
    cr_expect_str_eq(toc_arena_strndup(arena, "hello", 4), "hell");
    cr_expect_str_eq(toc_arena_strndup(arena, NULL, 0), "");
    cr_expect_arr_eq(toc_arena_strndup(arena, "a\0b", 3), "a\0b", 4);
}

Test(arena, one_larger_than_a_chunk) {
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;

    cr_assert_eq(toc_arena_new(10 << 20, &arena), 0);
    cr_expect_not_null(toc_arena_alloc(arena, 8 << 20));
    cr_expect_not_null(toc_arena_alloc(arena, 1 << 20));
    toc_arena_reset(arena);
    toc_arena_reset(arena);
    cr_expect_not_null(toc_arena_alloc(arena, 10 << 20));
}

Test(arena, free_takes_null_and_reset_an_empty_one) {
    struct toc_arena *arena = NULL;

    toc_arena_free(&arena);
    toc_arena_free(NULL);
    cr_assert_eq(toc_arena_new(16, &arena), 0);
    toc_arena_reset(arena);
    toc_arena_free(&arena);
    cr_expect_null(arena);
}
