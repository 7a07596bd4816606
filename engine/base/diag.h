// SPDX-License-Identifier: Apache-2.0
// Diagnostics: everything that is wrong with an input, each with its place, collected for the
// caller to show.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum toc_severity { TOC_WARNING, TOC_ERROR };

/* Where in an input. Lines and columns count from 1; a column counts Unicode code points; 0 means
 * the input as a whole. */
struct toc_place {
    const char *file; /* a name to show; borrowed for the length of the call */
    uint32_t line;
    uint32_t col;
};

struct toc_diag {
    enum toc_severity severity;
    char *file; /* NULL: no file */
    uint32_t line, col;
    uint32_t width;      /* how many code points the caret underlines; at least 1 */
    char *message;       /* one line, no trailing full stop */
    char *hint;          /* "did you mean …", or NULL */
    char *source_line;   /* the line it is about or, of a very long one, an excerpt; or NULL */
    uint32_t source_col; /* where in source_line the caret stands */
};

/* Owns its diagnostics. Zero-initialise. Keeps the first TOC_MAX_DIAGS; `dropped` counts the rest.
 */
struct toc_diags {
    struct toc_diag *items;
    size_t n;
    size_t n_errors, n_warnings; /* the dropped ones included */
    size_t dropped;
};

#define TOC_MAX_DIAGS 1000

/* Adds one; strings are copied, with control characters and bytes that are no UTF-8 as \xHH.
 * Returns it (until the next add) so that hint, width and source line can be set with the functions
 * below, or NULL when it was dropped. diags may be NULL: nothing is kept. */
struct toc_diag *toc_diag_add(struct toc_diags *diags, enum toc_severity severity,
                              struct toc_place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Both accept a NULL diag and do nothing. Strings are copied. A line end at the end of `line` is
 * left off; width counts code points from the diagnostic's column. */
void toc_diag_set_hint(struct toc_diag *diag, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void toc_diag_set_source(struct toc_diag *diag, const char *line, size_t n, uint32_t width);

/* "file:line:col: error: message", the source line, a caret line, "  hint: …": as text, each line
 * ended by a newline. NULL when memory is out. Caller frees. */
char *toc_diag_format(const struct toc_diag *diag);

/* Puts those from index `first` on in the order of their places, and says each thing once. */
void toc_diags_sort(struct toc_diags *diags, size_t first);

void toc_diags_clear(struct toc_diags *diags);
#define _cleanup_toc_diags_ __attribute__((cleanup(toc_diags_clear)))

/* Adds an error and returns -code, so that a function can `return toc_fail(…)`. */
int toc_fail(struct toc_diags *diags, int code, struct toc_place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
