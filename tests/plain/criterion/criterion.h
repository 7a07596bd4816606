// SPDX-License-Identifier: Apache-2.0
// Criterion's words over a plain main: under ThreadSanitizer Criterion itself aborts at start.
#pragma once

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct plain_case {
    const char *suite, *name;
    void (*run)(void);
    /* Options of Test(), by Criterion's names. */
    void (*init)(void);
    void (*fini)(void);
    const char *description;
    double timeout;
    struct plain_case *next;
};

/* All of main.c. Cases stay where they are: static storage. A suite is a case that does not run:
 * its init and fini are around each case of its name. */
void plain_register(struct plain_case *one);
void plain_failed(const char *file, int line, const char *what);

#define plain_add(id_, suite_, name_, run_, ...)                                                   \
    static struct plain_case id_##_case = {                                                        \
        .suite = suite_, .name = name_, .run = run_, __VA_ARGS__};                                 \
    __attribute__((constructor)) static void id_##_register(void) {                                \
        plain_register(&id_##_case);                                                               \
    }

#define TestSuite(suite_, ...)                                                                     \
    plain_add(suite_##_suite, #suite_, NULL, NULL, __VA_ARGS__) struct plain_case

#define Test(suite_, name_, ...)                                                                   \
    static void suite_##_##name_##_run(void);                                                      \
    plain_add(suite_##_##name_, #suite_, #name_, suite_##_##name_##_run,                           \
              __VA_ARGS__) static void suite_##_##name_##_run(void)

#define plain_check(fatal, condition, ...)                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            plain_failed(__FILE__, __LINE__, #condition);                                          \
            fprintf(stderr, " " __VA_ARGS__);                                                      \
            fputc('\n', stderr);                                                                   \
            if (fatal)                                                                             \
                exit(1);                                                                           \
        }                                                                                          \
    } while (0)

#define cr_assert(c, ...) plain_check(1, c, __VA_ARGS__)
#define cr_assert_not(c, ...) plain_check(1, !(c), __VA_ARGS__)
#define cr_assert_eq(a, b, ...) plain_check(1, (a) == (b), __VA_ARGS__)
#define cr_assert_neq(a, b, ...) plain_check(1, (a) != (b), __VA_ARGS__)
#define cr_assert_lt(a, b, ...) plain_check(1, (a) < (b), __VA_ARGS__)
#define cr_assert_leq(a, b, ...) plain_check(1, (a) <= (b), __VA_ARGS__)
#define cr_assert_gt(a, b, ...) plain_check(1, (a) > (b), __VA_ARGS__)
#define cr_assert_geq(a, b, ...) plain_check(1, (a) >= (b), __VA_ARGS__)
#define cr_assert_null(a, ...) plain_check(1, (a) == NULL, __VA_ARGS__)
#define cr_assert_not_null(a, ...) plain_check(1, (a) != NULL, __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...) plain_check(1, strcmp(a, b) == 0, __VA_ARGS__)
#define cr_assert_str_neq(a, b, ...) plain_check(1, strcmp(a, b) != 0, __VA_ARGS__)
#define cr_assert_arr_eq(a, b, n, ...) plain_check(1, memcmp(a, b, n) == 0, __VA_ARGS__)
#define cr_assert_fail(...) plain_check(1, 0, __VA_ARGS__)

#define cr_expect(c, ...) plain_check(0, c, __VA_ARGS__)
#define cr_expect_not(c, ...) plain_check(0, !(c), __VA_ARGS__)
#define cr_expect_eq(a, b, ...) plain_check(0, (a) == (b), __VA_ARGS__)
#define cr_expect_neq(a, b, ...) plain_check(0, (a) != (b), __VA_ARGS__)
#define cr_expect_lt(a, b, ...) plain_check(0, (a) < (b), __VA_ARGS__)
#define cr_expect_leq(a, b, ...) plain_check(0, (a) <= (b), __VA_ARGS__)
#define cr_expect_gt(a, b, ...) plain_check(0, (a) > (b), __VA_ARGS__)
#define cr_expect_geq(a, b, ...) plain_check(0, (a) >= (b), __VA_ARGS__)
#define cr_expect_null(a, ...) plain_check(0, (a) == NULL, __VA_ARGS__)
#define cr_expect_not_null(a, ...) plain_check(0, (a) != NULL, __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...) plain_check(0, strcmp(a, b) == 0, __VA_ARGS__)
#define cr_expect_str_neq(a, b, ...) plain_check(0, strcmp(a, b) != 0, __VA_ARGS__)
#define cr_expect_arr_eq(a, b, n, ...) plain_check(0, memcmp(a, b, n) == 0, __VA_ARGS__)
#define cr_expect_fail(...) plain_check(0, 0, __VA_ARGS__)

#define cr_skip_test(...)                                                                          \
    do {                                                                                           \
        fprintf(stderr, "skipped: " __VA_ARGS__);                                                  \
        fputc('\n', stderr);                                                                       \
        exit(0);                                                                                   \
    } while (0)
