// SPDX-License-Identifier: Apache-2.0
// tocsin eval: an expression, or many, over an event or none.
#include <string.h>
#include <unistd.h>

#include "cli/eval.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"

static int eval_one(const struct toc_cli *cli, const struct toc_event *event) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
    struct toc_output output = TOC_OUTPUT_STDOUT;
    struct toc_eval eval = {0};
    const struct toc_eval_request request = {
        .text = cli->operands[0],
        .n = strlen(cli->operands[0]),
        .event = event,
        .dyn = cli->dyn,
        .json = cli->format == TOC_FORMAT_JSON,
        .diags = &diags,
    };
    int status = TOC_EXIT_FAULT;

    if (toc_arena_new(TOC_EVAL_SCRATCH, &scratch)) {
        toc_say("out of memory");
        return status;
    }
    toc_eval(&request, scratch, &eval);
    if (cli->verbose && eval.cost)
        toc_say("it takes at most %llu steps", (unsigned long long)eval.cost);
    if (request.json || eval.kind == TOC_EVAL_OK)
        toc_eval_json(&eval, &output.buf);
    else if (diags.n)
        toc_say_diags(&diags);
    else
        toc_say("%s", toc_buf_cstr(&eval.error));
    if (cli->why && eval.kind != TOC_EVAL_PARSE && eval.kind != TOC_EVAL_TYPE)
        toc_eval_why(&request, scratch, &output.buf);
    if (eval.kind == TOC_EVAL_OK)
        status = TOC_EXIT_OK;
    else if (eval.kind == TOC_EVAL_PARSE || eval.kind == TOC_EVAL_TYPE)
        status = TOC_EXIT_WRONG;
    toc_buf_free(&eval.out);
    toc_buf_free(&eval.error);
    return toc_output_close(&output) ? TOC_EXIT_FAULT : status;
}

int toc_verb_eval(struct toc_cli *cli) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    const struct toc_event *event = NULL;
    int status = 0;

    bool asks = !cli->n_operands && !cli->batch && isatty(STDIN_FILENO);

    if (!cli->n_operands == !cli->batch && !asks) {
        toc_say("give one expression, or --batch FILE (see 'tocsin eval --help')");
        return TOC_EXIT_WRONG;
    }
    if (cli->batch && cli->event && !strcmp(cli->batch, "-") && !strcmp(cli->event, "-")) {
        toc_say("standard input (-) can be read only once");
        return TOC_EXIT_WRONG;
    }
    if (toc_builder_new(&builder)) {
        toc_say("out of memory");
        return TOC_EXIT_FAULT;
    }
    if (cli->event)
        status = toc_eval_read_event(cli->event, builder, &event);
    if (status)
        return status;
    if (asks)
        return toc_eval_shell(event, cli->dyn);
    return cli->batch ? toc_eval_batch(cli->batch, event, cli->dyn) : eval_one(cli, event);
}
