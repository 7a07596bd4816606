// SPDX-License-Identifier: Apache-2.0
// Many expressions, one a line of JSON, one result a line.
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "cli/eval.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"

struct batch {
    const struct toc_event *event;
    bool dyn;
    struct toc_arena *scratch;
    struct toc_output output;
};

static void evaluate(struct batch *batch, const json_t *request, struct toc_eval *eval) {
    const json_t *expr = json_object_get(request, "expr"), *dyn = json_object_get(request, "dyn");
    const struct toc_eval_request wanted = {
        .text = json_string_value(expr),
        .n = json_string_length(expr),
        .event = batch->event,
        .dyn = dyn ? json_is_true(dyn) : batch->dyn,
        .json = true,
    };

    if (json_is_string(expr) && (!dyn || json_is_boolean(dyn))) {
        toc_eval(&wanted, batch->scratch, eval);
        return;
    }
    eval->kind = TOC_EVAL_PARSE;
    toc_buf_adds(&eval->error, "the line is no {\"expr\":\"…\",\"dyn\":true|false}");
}

static void do_line(struct batch *batch, const char *line, size_t n) {
    json_error_t error;
    json_auto_t *request = json_loadb(line, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    struct toc_eval eval = {0};

    if (request) {
        evaluate(batch, request, &eval);
    } else {
        eval.kind = TOC_EVAL_PARSE;
        toc_buf_addf(&eval.error, "the line is no JSON: %s", error.text);
    }
    toc_eval_json(&eval, &batch->output.buf);
    toc_buf_free(&eval.out);
    toc_buf_free(&eval.error);
}

static int each_line(struct batch *batch, FILE *file, const char *path) {
    _cleanup_free_ char *line = NULL;
    size_t room = 0;
    ssize_t n;

    while ((n = getline(&line, &room, file)) > 0) {
        if (n > TOC_MAX_JSON_LINE) {
            toc_say("%s: a line is longer than %u bytes", path, TOC_MAX_JSON_LINE);
            return TOC_EXIT_WRONG;
        }
        do_line(batch, line, (size_t)n);
        // Whoever writes a line and waits for its result gets it.
        if (toc_output_more(&batch->output) || (file == stdin && toc_output_flush(&batch->output)))
            return 0;
    }
    if (!ferror(file))
        return 0;
    toc_say("cannot read %s: %s", path, toc_error_text(errno));
    return TOC_EXIT_WRONG;
}

int toc_eval_batch(const char *path, const struct toc_event *event, bool dyn) {
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
    _cleanup_fclose_ FILE *opened = NULL;
    struct batch batch = {.event = event, .dyn = dyn, .output = TOC_OUTPUT_STDOUT};
    FILE *file = stdin;
    int status, closed;

    if (strcmp(path, "-") != 0)
        file = opened = fopen(path, "re");
    if (!file) {
        toc_say("cannot read %s: %s", path, toc_error_text(errno));
        return TOC_EXIT_WRONG;
    }
    if (toc_arena_new(TOC_EVAL_SCRATCH, &scratch)) {
        toc_say("out of memory");
        return TOC_EXIT_FAULT;
    }
    batch.scratch = scratch;
    status = each_line(&batch, file, path);
    closed = toc_output_close(&batch.output);
    return status ? status : closed;
}
