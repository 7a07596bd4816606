// SPDX-License-Identifier: Apache-2.0
// Tests: what a condition asks of one variable, whatever another is.
#include <criterion/criterion.h>

#include "toy.h"

static const struct cel_var vars[] = {{"a", &cel_type_int}, {"b", &cel_type_int}};

static const struct {
    const char *expr;
    int64_t low, high; /* of a */
} rows[] = {
    {"a >= 3", 3, INT64_MAX},
    {"a > 3", 4, INT64_MAX},
    {"a <= 3", INT64_MIN, 3},
    {"a < 3", INT64_MIN, 2},
    {"3 <= a", 3, INT64_MAX},
    {"3 < a", 4, INT64_MAX},
    {"3 >= a", INT64_MIN, 3},
    {"3 > a", INT64_MIN, 2},
    {"a == 3", 3, 3},
    {"3 == a", 3, 3},
    {"a > 3 && a <= 9", 4, 9},
    {"b > 3 && (a > 3 && (a < 9 && b / a > 1))", 4, 8},
    {"a > 3 && a == 2", 4, 2},
    // What does not hold for one range alone says nothing.
    {"a != 3", INT64_MIN, INT64_MAX},
    {"a > 3 || b > 3", INT64_MIN, INT64_MAX},
    {"!(a > 3)", INT64_MIN, INT64_MAX},
    {"a > b", INT64_MIN, INT64_MAX},
    {"a + 1 > 3", INT64_MIN, INT64_MAX},
    {"b > 3", INT64_MIN, INT64_MAX},
    {"a > 9223372036854775807", INT64_MIN, INT64_MAX},
    {"a < -9223372036854775808", INT64_MIN, INT64_MAX},
    {"a >= 9223372036854775807", INT64_MAX, INT64_MAX},
};

static struct cel_program *compiled(const char *expr) {
    struct cel_source source = {.text = expr, .n = strlen(expr)};
    struct cel_scope scope = {.vars = vars, .n_vars = 2};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct cel_program *program = NULL;

    cr_assert_eq(cel_compile(&source, &scope, NULL, &diags, &program), 0, "%s", expr);
    return program;
}

Test(var_range, is_found) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_cel_program_ struct cel_program *program = compiled(rows[i].expr);
        int64_t low, high;

        cel_program_var_range(program, 0, &low, &high);
        cr_expect(low == rows[i].low && high == rows[i].high, "%s: %jd %jd", rows[i].expr,
                  (intmax_t)low, (intmax_t)high);
    }
}

static char class_of(const struct cel_value *value) {
    return value->kind == CEL_BOOL ? (value->b ? 'y' : 'n') : 'e';
}

static void check_inside(const struct cel_program *program, const struct cel_activation *activation,
                         struct toc_arena *scratch, const char *expr) {
    struct cel_value value = cel_run(program, activation, scratch), rest;

    for (size_t i = 0; i < 2; i++) {
        int64_t low, high;

        cel_program_var_range(program, i, &low, &high);
        if (activation->vars[i].kind != CEL_INT || activation->vars[i].i < low ||
            activation->vars[i].i > high)
            return;
    }
    cel_run_in_range(program, activation, scratch, &rest);
    cr_expect_eq(class_of(&rest), class_of(&value), "%s: %jd %jd", expr,
                 (intmax_t)activation->vars[0].i, (intmax_t)activation->vars[1].i);
}

/* Also where the rest is an error, or cannot be. */
static void check_outside(const char *expr, struct toc_arena *scratch) {
    static const int64_t numbers[] = {INT64_MIN, -1, 0, 1, 2, 3, 4, 8, 9, 10, INT64_MAX};
    const size_t n = sizeof(numbers) / sizeof(numbers[0]);
    _cleanup_cel_program_ struct cel_program *program = compiled(expr);
    int64_t low, high;

    cel_program_var_range(program, 0, &low, &high);
    for (size_t i = 0; i < n * (n + 1); i++) {
        int64_t a = numbers[i % n];
        struct cel_value values[] = {cel_int(a), i / n < n ? cel_int(numbers[i / n])
                                                           : cel_fail(CEL_ERR_UNOBSERVED, NULL)};
        struct cel_activation activation = {.vars = values};
        struct cel_value value = cel_run(program, &activation, scratch);

        check_inside(program, &activation, scratch, expr);
        if (a < low || a > high)
            cr_expect(value.kind == CEL_BOOL && !value.b, "%s: %jd", expr, (intmax_t)a);
    }
}

Test(var_range, outside_of_it_the_condition_is_false) {
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;

    cr_assert_eq(toc_arena_new(1u << 20, &scratch), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_outside(rows[i].expr, scratch);
}
