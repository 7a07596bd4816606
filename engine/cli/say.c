// SPDX-License-Identifier: Apache-2.0
// Lines on standard error.
#include "cli/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/progress.h"
#include "sink/text.h"

void toc_say(const char *format, ...) {
    _cleanup_toc_buf_ struct toc_buf line = {0};
    _cleanup_free_ char *text = NULL;
    va_list args;
    int n;

    va_start(args, format);
    n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0) {
        text = NULL;
        return;
    }
    toc_text_safe(text, (size_t)n, &line);
    toc_progress_clear();
    fprintf(stderr, "tocsin: %s\n", line.failed ? text : toc_buf_cstr(&line));
}

void toc_say_lines(const struct toc_buf *lines) {
    for (size_t at = 0; at < lines->n;) {
        const char *line = lines->p + at;
        size_t n = (size_t)((const char *)memchr(line, '\n', lines->n - at) - line);

        toc_say("%.*s", (int)n, line);
        at += n + 1;
    }
}

static void say_diag(const struct toc_diag *diag) {
    _cleanup_free_ char *text = NULL;

    // About an input as a whole: a line like all others.
    if (!diag->line) {
        toc_say("%s%s%s%s%s%s", diag->severity == TOC_WARNING ? "warning: " : "",
                diag->file ? diag->file : "", diag->file ? ": " : "", diag->message,
                diag->hint ? ": " : "", diag->hint ? diag->hint : "");
        return;
    }
    text = toc_diag_format(diag);
    if (text)
        fputs(text, stderr);
}

void toc_say_diags(struct toc_diags *diags) {
    if (diags->n)
        toc_progress_clear();
    for (size_t i = 0; i < diags->n; i++)
        say_diag(&diags->items[i]);
    if (diags->dropped)
        toc_say("%zu more problems are not shown", diags->dropped);
    toc_diags_clear(diags);
}

const char *toc_error_text(int error) {
    return strerror(error < 0 ? -error : error);
}
