// SPDX-License-Identifier: Apache-2.0
// One expression over one record, evaluated both ways.
#include "trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cel/parse.h"
#include "generate.h"
#include "oracle.h"

static struct ov evaluate(const struct oracle_trial *trial, const struct cel_scope *scope) {
    struct cel_source source = {.text = trial->text, .n = trial->n};
    struct toc_diags diags = {0};
    struct cel_unit unit = {.source = &source,
                            .scope = scope,
                            .diags = &diags,
                            .work = trial->arena,
                            .keep = trial->arena};
    struct oracle o = {.arena = trial->arena, .scope = scope, .record = trial->record};
    struct cel_value values[OWORLD_VARS];
    struct ov vars[OWORLD_VARS];
    struct cel_node *tree = cel_parse(&unit);

    toc_diags_clear(&diags);
    if (!tree)
        abort();
    oworld_vars(trial->record, values);
    for (size_t i = 0; i < OWORLD_VARS; i++)
        vars[i] = ov_from(&o, &values[i]);
    o.vars = vars;
    return oracle_eval(&o, tree);
}

static void report_values(const struct ov *want, const struct cel_value *got,
                          struct toc_buf *report) {
    toc_buf_adds(report, "  oracle:   ");
    ov_print(want, report);
    toc_buf_adds(report, "\n  compiled: ");
    if (got->kind == CEL_ERROR)
        toc_buf_addf(report, "error: %s", cel_error_name((enum cel_error)got->error));
    else
        cel_value_literal(got, report);
    toc_buf_adds(report, "\n");
}

static enum oracle_verdict run(const struct oracle_trial *trial, const struct cel_scope *scope,
                               const struct cel_program *program, struct toc_buf *report) {
    struct cel_value values[OWORLD_VARS], got;
    struct cel_activation activation = {.record = trial->record, .vars = values};
    struct ov want = evaluate(trial, scope);

    oworld_vars(trial->record, values);
    got = cel_run(program, &activation, trial->scratch);
    if (got.kind == CEL_ERROR && got.error == CEL_ERR_RESOURCE)
        return ORACLE_SKIPPED;
    if (ov_same(&want, &got, trial->scratch))
        return ORACLE_SAME;
    if (report)
        report_values(&want, &got, report);
    return ORACLE_DIFFERS;
}

/* What the checker knows of a field's range and of closed sets of names is not for the oracle. */
static bool is_never_true(const struct toc_diags *diags) {
    for (size_t i = 0; i < diags->n; i++)
        if (strstr(diags->items[i].message, "this can never be true"))
            return true;
    return false;
}

enum oracle_verdict oracle_try(const struct oracle_trial *trial, struct toc_buf *report) {
    struct cel_scope scope = oworld_scope(trial->dyn);
    struct cel_source source = {.text = trial->text, .n = trial->n, .file = "expression"};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_cel_program_ struct cel_program *program = NULL;
    int r;

    toc_arena_reset(trial->arena);
    toc_arena_reset(trial->scratch);
    r = cel_compile(&source, &scope, &cel_type_dyn, &diags, &program);
    if (r == -E2BIG || r == -ENOMEM || is_never_true(&diags))
        return ORACLE_SKIPPED;
    if (r && trial->mistake && !trial->dyn)
        return ORACLE_SAME;
    if (r && report && diags.n) {
        char *text = toc_diag_format(&diags.items[0]);

        toc_buf_adds(report, text ? text : "");
        free(text);
    }
    if (r)
        return ORACLE_REFUSED;
    if (trial->mistake && !trial->dyn)
        return ORACLE_ACCEPTED;
    return run(trial, &scope, program, report);
}

static void report_trial(struct oracle_trial *trial, enum oracle_verdict verdict,
                         struct toc_buf *report) {
    static const char *const what[] = {
        [ORACLE_REFUSED] = "does not compile",
        [ORACLE_ACCEPTED] = "compiles though it has a mistake",
        [ORACLE_DIFFERS] = "gives another value",
    };
    struct toc_buf text = {0};

    toc_buf_add(&text, trial->text, trial->n);
    trial->text = toc_buf_cstr(&text);
    if (verdict == ORACLE_DIFFERS)
        oracle_shrink(trial, &text);
    trial->text = toc_buf_cstr(&text);
    trial->n = text.n;
    toc_buf_addf(report, "%s, %s\n  %s\n", what[verdict], trial->dyn ? "dyn" : "checked",
                 trial->text);
    oracle_try(trial, report);
    toc_buf_adds(report, "  record:   ");
    oworld_print(trial->record, report);
    toc_buf_adds(report, "\n");
    toc_buf_free(&text);
}

bool oracle_round(struct orandom *random, struct toc_arena *scratch, struct toc_arena *arena,
                  struct toc_buf *report) {
    bool mistake = !orandom_below(random, 8), same = true;
    void *record = oworld_record(random);
    struct toc_buf text = {0};

    oracle_generate(random, mistake, &text);
    for (int dyn = 1; dyn >= 0 && same && toc_buf_cstr(&text); dyn--) {
        struct oracle_trial trial = {.text = text.p,
                                     .n = text.n,
                                     .record = record,
                                     .dyn = dyn,
                                     .mistake = mistake,
                                     .scratch = scratch,
                                     .arena = arena};
        enum oracle_verdict verdict = oracle_try(&trial, NULL);

        same = verdict == ORACLE_SAME || verdict == ORACLE_SKIPPED;
        if (!same)
            report_trial(&trial, verdict, report);
    }
    toc_buf_free(&text);
    free(record);
    return same;
}
