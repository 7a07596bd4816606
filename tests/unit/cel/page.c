// SPDX-License-Identifier: Apache-2.0
// Tests: the page for users has an example of every operator, function and macro that there is.
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "cel/function.h"
#include "cel/parse.h"
#include "toy.h"

static char *read_page(struct toc_buf *buf) {
    const char *source = getenv("TOC_SOURCE_DIR");
    char path[4096];

    snprintf(path, sizeof(path), "%s/docs/expressions.md", source ? source : ".");
    cr_assert_eq(toc_file_read(path, 1 << 20, NULL, buf), 0, "%s", path);
    cr_assert_not_null(toc_buf_cstr(buf));
    return buf->p;
}

/* Whether an example (the first cell of a row) calls the name, as a method or not. */
static bool has_example(const char *page, const char *name, bool member) {
    char call[128];

    snprintf(call, sizeof(call), "%s%s(", member ? "." : "", name);
    for (const char *row = strstr(page, "\n| `"); row; row = strstr(row + 1, "\n| `")) {
        const char *found = strstr(row, call), *end = strstr(row, "` |");

        if (found && end && found < end && (member || !isalnum((unsigned char)found[-1])))
            return true;
    }
    return false;
}

static bool check(const struct cel_function *function, void *ctx) {
    const char *page = ctx;

    if (isalpha((unsigned char)function->name[0]))
        cr_expect(has_example(page, function->name, function->member), "%s%s() has no example",
                  function->member ? "." : "", function->name);
    return true;
}

/* Operators are named by their place: _+_, !_, _[_], @in. */
static bool check_operator(const struct cel_function *function, void *ctx) {
    char symbol[8], cell[16];
    size_t n = 0;

    if (isalpha((unsigned char)function->name[0]))
        return true;
    for (const char *p = function->name; *p && n < sizeof(symbol) - 1; p++)
        if (*p != '_')
            symbol[n++] = *p;
    symbol[n] = '\0';
    snprintf(cell, sizeof(cell), "| `%s`", symbol);
    cr_expect(strstr(ctx, cell), "%s has no example", function->name);
    return true;
}

Test(page, shows_every_function_operator_and_macro) {
    static const char *const operators[] = {"==", "!=", "<",   "<=",     ">",  ">=",  "in",
                                            "&&", "?:", "[…]", "\\|\\|", ".?", "[?…]"};
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    struct cel_scope scope = {.root = NULL};
    char *page = read_page(&buf);

    cel_functions_each(&scope, check, page);
    cel_functions_each(&scope, check_operator, page);
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        char cell[32];

        snprintf(cell, sizeof(cell), "| `%s`", operators[i]);
        cr_expect(strstr(page, cell), "%s has no example", operators[i]);
    }
    for (size_t i = 0; cel_macro_name(i); i++)
        cr_expect(has_example(page, cel_macro_name(i),
                              !strcmp(cel_macro_name(i), "has") ? false
                                                                : !strchr(cel_macro_name(i), '.')),
                  "%s has no example", cel_macro_name(i));
}
