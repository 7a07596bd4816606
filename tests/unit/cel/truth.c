// SPDX-License-Identifier: Apache-2.0
// Tests: conditions that can never be true are errors, what is suspicious a warning.
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#include "toy.h"

/* "error 1:5 text (hint)", "warning …", several joined by "; ", "" for none. */
static const char *judge(const char *expr) {
    static char text[1024];
    struct cel_source source = {.text = expr, .n = strlen(expr)};
    struct cel_scope scope = toy_scope(1);
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_cel_program_ struct cel_program *program = NULL;
    int r = cel_compile(&source, &scope, &cel_type_bool, &diags, &program);
    size_t n = 0;

    cr_expect_eq(r, diags.n_errors ? -EINVAL : 0, "%s", expr);
    text[0] = '\0';
    for (size_t i = 0; i < diags.n; i++) {
        const struct toc_diag *diag = &diags.items[i];

        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %u:%u+%u %s%s%s%s", n ? "; " : "",
                              diag->severity == TOC_ERROR ? "error" : "warning", diag->line,
                              diag->col, diag->width, diag->message, diag->hint ? " (" : "",
                              diag->hint ? diag->hint : "", diag->hint ? ")" : "");
    }
    return text;
}

static const struct toy_row rows[] = {
    {"args.fd > 5", ""},
    {"true", ""},
    {"false", "error 1:1+5 the condition can never be true"},
    {"args.fd > 5 && false", "error 1:16+5 this can never be true, and so the condition"},
    {"args.fd > 5 && 1 == 2", "error 1:16+6 this can never be true, and so the condition"},
    {"args.fd > 5 && !(2 > 1)", "error 1:16+8 this can never be true, and so the condition"},
    {"args.fd > 5 || true", "warning 1:16+4 this is always true, and so the condition"},
    {"args.fd > 5 || false", "warning 1:16+5 this can never be true"},
    {"args.fd > 5 && true", "warning 1:16+4 this is always true"},
    {"args.fd > 5 && (args.fd < 3 || \"a\" > \"b\")", "warning 1:32+9 this can never be true"},
    {"args.fd == 5 && args.fd == 6",
     "error 1:17+12 this can never be true, and so the condition (`args.fd == 5` excludes it)"},
    {"args.fd > 5 && event.traced && 5 >= args.fd",
     "error 1:32+12 this can never be true, and so the condition (`args.fd > 5` excludes it)"},
    {"args.fd > 5 && args.fd < 6",
     "error 1:16+11 this can never be true, and so the condition (`args.fd > 5` excludes it)"},
    {"args.fd >= 5 && args.fd <= 5", ""},
    {"args.fd != 5 && args.fd != 6", ""},
    {"args.fd == 5 && args.fd != 5",
     "error 1:17+12 this can never be true, and so the condition (`args.fd == 5` excludes it)"},
    {"args.fd == 5 || args.fd == 6", ""},
    {"event.comm == \"a\" && event.comm == \"b\"",
     "error 1:22+17 this can never be true, and so the condition (`event.comm == \"a\"` excludes "
     "it)"},
    {"msgs.exists(m, m.index == 1 && m.index == 2)",
     "error 1:1+44 the condition can never be true"},
    {"msgs.all(m, m.index == 1 && m.index == 2)", ""},
    {"args.vec < 0u", "error 1:10+1 this can never be true: a uint is not below zero"},
    {"0u <= args.vec", "warning 1:4+2 this is always true: a uint is not below zero"},
    {"false ? args.fd > 5 : args.fd > 6", ""},
    {"true ? false : args.fd > 6", "error 1:1+26 the condition can never be true"},
    // What a constant of the scope says may be said otherwise elsewhere.
    {"params.kind == \"recv\" && args.fd > 5", ""},
    {"args.fd < MSG_DONTWAIT && args.fd > 100", ""},
};

Test(truth, is_judged) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect_str_eq(judge(rows[i].expr), rows[i].want, "%s\n     gives %s\n     not   %s",
                         rows[i].expr, judge(rows[i].expr), rows[i].want);
}
