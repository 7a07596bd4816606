// SPDX-License-Identifier: Apache-2.0
// Compiles and runs one expression.
#include "cli/eval.h"

#include <errno.h>

#include "base/text.h"
#include "cli/say.h"
#include "detect/detect.h"

static const char *const kind_names[] = {
    [TOC_EVAL_OK] = "",        [TOC_EVAL_PARSE] = "parse",           [TOC_EVAL_TYPE] = "type",
    [TOC_EVAL_ERROR] = "eval", [TOC_EVAL_UNOBSERVED] = "unobserved",
};

/* What an expression may name: without an event, only what is always there. */
static struct cel_scope scope_of(const struct toc_eval_request *request) {
    struct cel_scope scope;

    toc_scope_init(&scope,
                   request->event ? toc_event_bit(request->event->variant) : toc_event_all());
    if (!request->event) {
        scope.root = NULL;
        scope.variant_object = NULL;
    }
    scope.dyn = request->dyn;
    return scope;
}

static void set_compile_error(int error, const struct toc_diags *diags, struct toc_eval *ret) {
    ret->kind = error == -EBADMSG || error == -E2BIG ? TOC_EVAL_PARSE
                : error == -EINVAL                   ? TOC_EVAL_TYPE
                                                     : TOC_EVAL_ERROR;
    if (!diags->n) {
        toc_buf_adds(&ret->error, toc_error_text(error));
        return;
    }
    toc_buf_addf(&ret->error, "%u:%u: %s", diags->items[0].line, diags->items[0].col,
                 diags->items[0].message);
    if (diags->items[0].hint)
        toc_buf_addf(&ret->error, ": %s", diags->items[0].hint);
}

static void set_run_error(const struct cel_value *value, struct toc_eval *ret) {
    ret->kind = value->error == CEL_ERR_UNOBSERVED ? TOC_EVAL_UNOBSERVED : TOC_EVAL_ERROR;
    toc_buf_adds(&ret->error, cel_error_name(value->error));
    if (value->s)
        toc_buf_addf(&ret->error, ": %s", value->s);
}

static void run(const struct toc_eval_request *request, const struct cel_program *program,
                struct toc_arena *scratch, struct toc_eval *ret) {
    struct toc_expr_context context = {0};
    const struct cel_activation activation = {.record = request->event, .user = &context};
    struct cel_value value = cel_run(program, &activation, scratch);

    if (value.kind == CEL_ERROR)
        set_run_error(&value, ret);
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
