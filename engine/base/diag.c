// SPDX-License-Identifier: Apache-2.0
// The collector of diagnostics.
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Code points of a source line shown on each side of the column: a line of JSON has megabytes. */
#define EXCERPT 100

/* Text may quote a hostile input: what a terminal would obey, or is no UTF-8, becomes \xHH. */
static char *printable(const char *s) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    size_t n = strlen(s);

    for (size_t at = 0; at < n;) {
        unsigned char c = (unsigned char)s[at];
        size_t len = toc_utf8_len(s + at, n - at);
        bool is_control = c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s[at + 1] < 0xa0);

        if (!len || is_control)
            for (size_t end = at + (len ? len : 1); at < end; at++)
                toc_buf_addf(&buf, "\\x%02x", (unsigned char)s[at]);
        toc_buf_add(&buf, s + at, len && !is_control ? len : 0);
        at += len && !is_control ? len : 0;
    }
    return toc_buf_cstr(&buf) ? TAKE_PTR(buf.p) : NULL;
}

__attribute__((format(printf, 1, 0))) static char *print(const char *format, va_list args) {
    _cleanup_free_ char *raw = NULL;

    if (vasprintf(&raw, format, args) < 0) {
        raw = NULL;
        return NULL;
    }
    return printable(raw);
}

static bool grow(struct toc_diags *diags) {
    size_t n = diags->n;
    struct toc_diag *items;

    if (n >= TOC_MAX_DIAGS)
        return false;
    // The capacity is the next power of two, so it need not be kept.
    if (n & (n - 1))
        return true;
    items = realloc(diags->items, (n ? 2 * n : 1) * sizeof(*items));
    if (!items)
        return false;
    diags->items = items;
    return true;
}

__attribute__((format(printf, 4, 0))) static struct toc_diag *
add(struct toc_diags *diags, enum toc_severity severity, struct toc_place place, const char *format,
    va_list args) {
    _cleanup_free_ char *message = NULL, *file = NULL;
    struct toc_diag *diag;

    if (!diags)
        return NULL;
    *(severity == TOC_ERROR ? &diags->n_errors : &diags->n_warnings) += 1;
    message = print(format, args);
    file = place.file ? printable(place.file) : NULL;
    if (!message || (place.file && !file) || !grow(diags)) {
        diags->dropped++;
        return NULL;
    }
    diag = &diags->items[diags->n++];
    *diag = (struct toc_diag){
        .severity = severity,
        .file = TAKE_PTR(file),
        .line = place.line,
        .col = place.col,
        .width = 1,
        .message = TAKE_PTR(message),
    };
    return diag;
}

struct toc_diag *toc_diag_add(struct toc_diags *diags, enum toc_severity severity,
                              struct toc_place place, const char *format, ...) {
    struct toc_diag *diag;
    va_list args;

    va_start(args, format);
    diag = add(diags, severity, place, format, args);
    va_end(args);
    return diag;
}

int toc_fail(struct toc_diags *diags, int code, struct toc_place place, const char *format, ...) {
    va_list args;

    va_start(args, format);
    add(diags, TOC_ERROR, place, format, args);
    va_end(args);
    return -code;
}

void toc_diag_set_hint(struct toc_diag *diag, const char *format, ...) {
    va_list args;

    if (!diag)
        return;
    free(diag->hint);
    va_start(args, format);
    diag->hint = print(format, args);
    va_end(args);
}

/* Skips code points; a byte that is no UTF-8 counts as one. Returns the bytes skipped. */
static size_t skip(const char *s, size_t n, size_t code_points) {
    size_t at = 0;

    while (at < n && code_points--) {
        size_t len = toc_utf8_len(s + at, n - at);

        at += len ? len : 1;
    }
    return at;
}

/* Every character takes one place, so that columns stay right; a tab stays a tab. */
static void add_shown(struct toc_buf *buf, const char *s, size_t n) {
    for (size_t at = 0; at < n;) {
        unsigned char c = (unsigned char)s[at];
        size_t len = toc_utf8_len(s + at, n - at);
        bool is_control = (c < 0x20 && c != '\t') || c == 0x7f ||
                          (c == 0xc2 && len == 2 && (unsigned char)s[at + 1] < 0xa0);

        if (!len || is_control)
            toc_buf_adds(buf, "\xef\xbf\xbd"); // U+FFFD
        else
            toc_buf_add(buf, s + at, len);
        at += len ? len : 1;
    }
}

void toc_diag_set_source(struct toc_diag *diag, const char *line, size_t n, uint32_t width) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    size_t start = 0, stop;
    uint32_t skipped = 0;

    if (!diag)
        return;
    while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        n--;
    if (diag->col > EXCERPT + 1) {
        skipped = diag->col - EXCERPT - 1;
        start = skip(line, n, skipped);
        toc_buf_adds(&buf, "…");
    }
    stop = start + skip(line + start, n - start, 2 * EXCERPT);
    add_shown(&buf, line + start, stop - start);
    if (stop < n)
        toc_buf_adds(&buf, "…");
    if (!toc_buf_cstr(&buf))
        return;
    free(diag->source_line);
    diag->source_line = TAKE_PTR(buf.p);
    diag->source_col = skipped ? diag->col - skipped + 1 : diag->col;
    diag->width = width ? width : 1;
}

void toc_diags_clear(struct toc_diags *diags) {
    for (size_t i = 0; i < diags->n; i++) {
        free(diags->items[i].file);
        free(diags->items[i].message);
        free(diags->items[i].hint);
        free(diags->items[i].source_line);
    }
    free(diags->items);
    *diags = (struct toc_diags){0};
}
