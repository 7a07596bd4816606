// SPDX-License-Identifier: Apache-2.0
// A conversation: a line in, its value or what is wrong with it out.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/eval.h"
#include "cli/options.h"
#include "cli/say.h"

struct shell {
    const struct toc_event *event;
    struct toc_builder *builder; /* of the event; two, as a file that is wrong must not undo it */
    struct toc_builder *spare;
    struct toc_arena *scratch;
    bool dyn;
};

static const char help[] = "EXPR         evaluate an expression\n"
                           ":event FILE  evaluate over this event from now on (JSON)\n"
                           ":dyn         leave type errors to the evaluation, or no longer\n"
                           ":help        this text\n"
                           ":quit        leave (so does the end of input)\n";

static void evaluate(const struct shell *shell, const char *text, size_t n) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    const struct toc_eval_request request = {
        .text = text, .n = n, .event = shell->event, .dyn = shell->dyn, .diags = &diags};
    struct toc_eval eval = {0};

    toc_eval(&request, shell->scratch, &eval);
    if (eval.kind == TOC_EVAL_OK)
        printf("%s\n", toc_buf_cstr(&eval.out));
    fflush(stdout);
    if (diags.n)
        toc_say_diags(&diags);
    else if (eval.kind != TOC_EVAL_OK)
        toc_say("%s", toc_buf_cstr(&eval.error));
    toc_buf_free(&eval.out);
    toc_buf_free(&eval.error);
}

static void take_event(struct shell *shell, const char *path) {
    struct toc_builder *builder = shell->spare;

    if (toc_eval_read_event(path, builder, &shell->event))
        return;
    shell->spare = shell->builder;
    shell->builder = builder;
}

/* False when the conversation is over. */
static bool obey(struct shell *shell, const char *line) {
    if (!strcmp(line, ":quit") || !strcmp(line, ":q"))
        return false;
    if (!strcmp(line, ":help") || !strcmp(line, ":h") || !strcmp(line, ":?")) {
        fputs(help, stdout);
    } else if (!strcmp(line, ":dyn")) {
        shell->dyn = !shell->dyn;
        printf("types are checked %s\n", shell->dyn ? "at run time" : "first");
    } else if (!strncmp(line, ":event ", 7)) {
        take_event(shell, line + 7 + strspn(line + 7, " "));
    } else {
        toc_say("there is no `%s` (see :help)", line);
    }
    return true;
}

static void converse(struct shell *shell) {
    _cleanup_free_ char *line = NULL;
    size_t room = 0;
    bool more = true;

    puts("An expression a line; :help for more.");
    while (more) {
        ssize_t n;
        char *start;

        fputs("> ", stdout);
        fflush(stdout);
        n = getline(&line, &room, stdin);
        if (n <= 0) {
            putchar('\n');
            break;
        }
        while (n && strchr(" \t\r\n", line[n - 1]))
            line[--n] = '\0';
        start = line + strspn(line, " \t");
        if (*start == ':')
            more = obey(shell, start);
        else if (*start)
            evaluate(shell, start, (size_t)(line + n - start));
    }
}

int toc_eval_shell(const struct toc_event *event, bool dyn) {
    struct shell shell = {.event = event, .dyn = dyn};
    int status = TOC_EXIT_FAULT;

    if (toc_builder_new(&shell.builder) || toc_builder_new(&shell.spare) ||
        toc_arena_new(TOC_EVAL_SCRATCH, &shell.scratch)) {
        toc_say("out of memory");
    } else {
        converse(&shell);
        status = TOC_EXIT_OK;
    }
    toc_builder_free(&shell.builder);
    toc_builder_free(&shell.spare);
    toc_arena_free(&shell.scratch);
    return status;
}
