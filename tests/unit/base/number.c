// SPDX-License-Identifier: Apache-2.0
// Numbers as printf writes them.
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "random.h"

static void check_number(uint64_t value) {
    char text[TOC_U64_TEXT], expected[TOC_U64_TEXT + 1];
    int n = snprintf(expected, sizeof(expected), "%" PRIu64, value);

    cr_assert(toc_u64_format(text, value) == (size_t)n && !memcmp(text, expected, (size_t)n), "%s",
              expected);
    n = snprintf(expected, sizeof(expected), "%" PRIx64, value);
    cr_assert(toc_hex_format(text, value) == (size_t)n && !memcmp(text, expected, (size_t)n), "%s",
              expected);
}

Test(number, around_every_power) {
    uint64_t ten = 1;

    for (int i = 0; i < 64; i++) {
        for (int beside = -1; beside <= 1; beside++)
            check_number((UINT64_C(1) << i) + (uint64_t)beside);
    }
    for (int i = 0; i < 20; i++, ten *= 10) {
        for (int beside = -1; beside <= 1; beside++)
            check_number(ten + (uint64_t)beside);
    }
}

Test(number, of_every_length) {
    uint64_t state = 5;

    for (int i = 0; i < 20000; i++)
        check_number(random_next(&state) >> i % 64);
    for (uint64_t value = 0; value < 20000; value++)
        check_number(value);
}
