// SPDX-License-Identifier: Apache-2.0
// Compiles and runs one expression.
#include "cli/eval.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "cli/say.h"
#include "detect/detect.h"

static const char *const kind_names[] = {
    [TOC_EVAL_OK] = "",        [TOC_EVAL_PARSE] = "parse",           [TOC_EVAL_TYPE] = "type",
    [TOC_EVAL_ERROR] = "eval", [TOC_EVAL_UNOBSERVED] = "unobserved",
};

/* What an expression may name: without an event, whatever some event has. */
static struct cel_scope scope_of(const struct toc_eval_request *request) {
    struct cel_scope scope;

    toc_scope_init(&scope,
                   request->event ? toc_event_bit(request->event->variant) : toc_event_all());
    scope.any_variant = !request->event;
    scope.dyn = request->dyn;
    return scope;
}

static void set_compile_error(int error, const struct toc_diags *diags, struct toc_eval *ret) {
    const struct toc_diag *diag = diags->items;

    ret->kind = error == -EBADMSG || error == -E2BIG ? TOC_EVAL_PARSE
                : error == -EINVAL                   ? TOC_EVAL_TYPE
                                                     : TOC_EVAL_ERROR;
    if (!diags->n) {
        toc_buf_adds(&ret->error, toc_error_text(error));
        return;
    }
    while (diag + 1 < diags->items + diags->n && diag->severity != TOC_ERROR)
        diag++;
    toc_buf_addf(&ret->error, "%u:%u: %s", diag->line, diag->col, diag->message);
    if (diag->hint)
        toc_buf_addf(&ret->error, ": %s", diag->hint);
}

/* Without an event nothing of one was observed, whatever its kind would have. */
static bool lacks_event(const struct toc_eval_request *request, const struct cel_value *error) {
    return !request->event && error->s &&
           (error->error == CEL_ERR_UNOBSERVED || error->error == CEL_ERR_NO_SUCH_FIELD) &&
           toc_object_field(&toc_object_event, error->s, strlen(error->s), TOC_ALL_VARIANTS);
}

static void set_run_error(const struct toc_eval_request *request, const struct cel_value *value,
                          struct toc_eval *ret) {
    if (lacks_event(request, value)) {
        ret->kind = TOC_EVAL_UNOBSERVED;
        toc_buf_addf(&ret->error, "unobserved: %s: no event is given (--event FILE)", value->s);
        return;
    }
    ret->kind = value->error == CEL_ERR_UNOBSERVED ? TOC_EVAL_UNOBSERVED : TOC_EVAL_ERROR;
    toc_buf_adds(&ret->error, cel_error_name(value->error));
    if (value->s)
        toc_buf_addf(&ret->error, ": %s", value->s);
}

static void run(const struct toc_eval_request *request, const struct cel_program *program,
                struct toc_arena *scratch, struct toc_eval *ret) {
    static const struct toc_event nothing;
    struct toc_expr_context context = {0};
    const struct cel_activation activation = {.record = request->event ? request->event : &nothing,
                                              .user = &context};
    struct cel_value value = cel_run(program, &activation, scratch);

    if (value.kind == CEL_ERROR)
        set_run_error(request, &value, ret);
    else if (request->json)
        cel_value_json(&value, &ret->out);
    else
        cel_value_literal(&value, &ret->out);
    toc_arena_reset(scratch);
}

void toc_eval(const struct toc_eval_request *request, struct toc_arena *scratch,
              struct toc_eval *ret) {
    _cleanup_toc_diags_ struct toc_diags own = {0};
    _cleanup_cel_program_ struct cel_program *program = NULL;
    struct toc_diags *diags = request->diags ? request->diags : &own;
    const struct cel_source source = {.text = request->text, .n = request->n, .file = "expression"};
    const struct cel_scope scope = scope_of(request);
    int error = cel_compile(&source, &scope, &cel_type_dyn, diags, &program);

    ret->kind = TOC_EVAL_OK;
    ret->cost = program ? cel_program_cost(program) : 0;
    if (error)
        set_compile_error(error, diags, ret);
    else
        run(request, program, scratch, ret);
}

void toc_eval_json(const struct toc_eval *eval, struct toc_buf *out) {
    if (eval->kind == TOC_EVAL_OK) {
        toc_buf_add(out, eval->out.p, eval->out.n);
    } else {
        toc_buf_adds(out, "{\"error\":");
        toc_buf_add_json_string(out, eval->error.p, eval->error.n);
        toc_buf_addf(out, ",\"kind\":\"%s\"}", kind_names[eval->kind]);
    }
    toc_buf_addc(out, '\n');
}
