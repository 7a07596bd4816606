// SPDX-License-Identifier: Apache-2.0
// The value of each sub-expression of an expression.
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cel/outline.h"
#include "cli/eval.h"

#define MAX_VALUE 100

/* Sub-expressions over several lines are told on one. */
static void add_expr(const char *text, size_t n, struct toc_buf *out) {
    bool blank = false;

    for (size_t i = 0; i < n; i++) {
        bool is_blank = strchr(" \t\r\n", text[i]) != NULL;

        if (!is_blank || !blank)
            toc_buf_addc(out, is_blank ? ' ' : text[i]);
        blank = is_blank;
    }
}

/* An object whole would hide the rest. */
static void add_cut(const struct toc_buf *said, struct toc_buf *out) {
    size_t n = said->n;

    if (n > MAX_VALUE) {
        n = MAX_VALUE;
        while (n && (said->p[n] & 0xc0) == 0x80)
            n--;
    }
    toc_buf_add(out, said->p, n);
    if (n < said->n)
        toc_buf_adds(out, "…");
}

static void add_text(const struct cel_outline_item *item, const char *text,
                     const struct toc_eval *eval, struct toc_buf *out) {
    const struct toc_buf *said = eval->kind == TOC_EVAL_OK ? &eval->out : &eval->error;

    toc_buf_addf(out, "%*s", 2 * (item->depth + 1), "");
    add_expr(text, item->part.n, out);
    toc_buf_adds(out, eval->kind == TOC_EVAL_OK ? " = " : ": ");
    add_cut(said, out);
    toc_buf_addc(out, '\n');
}

static void add_json(const struct cel_outline_item *item, const char *text,
                     const struct toc_eval *eval, struct toc_buf *out) {
    toc_buf_adds(out, "{\"expr\":");
    toc_buf_add_json_string(out, text, item->part.n);
    toc_buf_addf(out, ",\"depth\":%u,\"result\":", item->depth);
    toc_eval_json(eval, out);
    out->n--; // the newline
    toc_buf_adds(out, "}\n");
}

/* What does not stand alone (the name of a library, say) is left out. */
static void add_item(const struct toc_eval_request *whole, const struct cel_outline_item *item,
                     struct toc_arena *scratch, struct toc_buf *out) {
    _cleanup_toc_diags_ struct toc_diags unsaid = {0};
    struct toc_eval_request request = *whole;
    struct toc_eval eval = {0};

    request.text = whole->text + item->part.at;
    request.n = item->part.n;
    request.diags = &unsaid;
    toc_eval(&request, scratch, &eval);
    if (eval.kind != TOC_EVAL_PARSE && eval.kind != TOC_EVAL_TYPE) {
        if (request.json)
            add_json(item, request.text, &eval, out);
        else
            add_text(item, request.text, &eval, out);
    }
    toc_buf_free(&eval.out);
    toc_buf_free(&eval.error);
}

int toc_eval_why(const struct toc_eval_request *request, struct toc_arena *scratch,
                 struct toc_buf *out) {
    _cleanup_toc_arena_ struct toc_arena *work = NULL;
    const struct cel_source source = {.text = request->text, .n = request->n};
    struct cel_outline outline;
    int error = toc_arena_new(TOC_EVAL_SCRATCH, &work);

    if (!error)
        error = cel_outline(&source, work, &outline);
    for (size_t i = 0; !error && i < outline.n; i++)
        add_item(request, &outline.items[i], scratch, out);
    return error;
}
