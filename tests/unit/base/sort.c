// SPDX-License-Identifier: Apache-2.0
// Tests: sorting in place, and a buffer that lives in an arena.
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"

static int by_first(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

Test(sort, every_length_and_order) {
    uint32_t seed = 1;

    for (size_t n = 0; n < 200; n++) {
        int items[200][2];

        for (size_t i = 0; i < n; i++) {
            seed = seed * 1103515245 + 12345;
            items[i][0] = n % 3 == 0 ? (int)(n - i) : (int)(seed >> 16 & 63);
            items[i][1] = 2 * items[i][0];
        }
        toc_sort(items, n, sizeof(items[0]), by_first);
        for (size_t i = 0; i < n; i++) {
            cr_assert_eq(items[i][1], 2 * items[i][0]);
            cr_assert(i == 0 || items[i - 1][0] <= items[i][0]);
        }
    }
}

Test(buf, lives_in_an_arena) {
    _cleanup_toc_arena_ struct toc_arena *arena = NULL;
    struct toc_buf buf = {0};

    cr_assert_eq(toc_arena_new(1 << 14, &arena), 0);
    buf.arena = arena;
    for (int i = 0; i < 1000; i++)
        toc_buf_addc(&buf, (char)('a' + i % 26));
    cr_assert_eq(buf.failed, 0);
    cr_assert_eq(memcmp(buf.p + 990, "cdefghijkl", 10), 0);
    for (int i = 0; i < 20000; i++)
        toc_buf_addc(&buf, 'x');
    cr_assert(buf.failed, "more than the arena holds");
    toc_buf_free(&buf);
}
