// SPDX-License-Identifier: Apache-2.0
// Diagnostics with a place, and memory, for the stages of the compiler.
#include "cel/unit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void cel_unit_locate(const struct cel_unit *unit, size_t at, struct toc_place *place,
                     const char **ret_line, size_t *ret_n) {
    const struct cel_source *source = unit->source;
    const char *start = source->text, *end;

    if (source->locate) {
        source->locate(source->ctx, at, place, ret_line, ret_n);
        return;
    }
    place->file = source->file;
    place->line = 1;
    for (size_t i = 0; i < at; i++) {
        if (source->text[i] == '\n') {
            start = source->text + i + 1;
            place->line++;
        }
    }
    place->col = (uint32_t)toc_utf8_count(start, (size_t)(source->text + at - start)) + 1;
    end = memchr(start, '\n', (size_t)(source->text + source->n - start));
    *ret_line = start;
    *ret_n = (size_t)((end ? end : source->text + source->n) - start);
}

static uint32_t caret_width(const struct cel_source *source, size_t at, size_t n) {
    const char *text = source->text + at;
    const char *newline;
    size_t width;

    if (n > source->n - at)
        n = source->n - at;
    newline = memchr(text, '\n', n);
    width = toc_utf8_count(text, newline ? (size_t)(newline - text) : n);
    return width ? (uint32_t)width : 1;
}

__attribute__((format(printf, 5, 0))) static struct toc_diag *
add(struct cel_unit *unit, enum toc_severity severity, size_t at, size_t n, const char *format,
    va_list args) {
    struct toc_place place = {0};
    struct toc_diag *diag;
    const char *line = NULL;
    size_t line_n = 0;
    char text[512];

    if (at > unit->source->n)
        at = unit->source->n;
    vsnprintf(text, sizeof(text), format, args);
    cel_unit_locate(unit, at, &place, &line, &line_n);
    diag = toc_diag_add(unit->diags, severity, place, "%s", text);
    if (line)
        toc_diag_set_source(diag, line, line_n, caret_width(unit->source, at, n));
    return diag;
}

struct toc_diag *cel_unit_error(struct cel_unit *unit, size_t at, size_t n, const char *format,
                                ...) {
    struct toc_diag *diag;
    va_list args;

    va_start(args, format);
    diag = add(unit, TOC_ERROR, at, n, format, args);
    va_end(args);
    unit->n_errors++;
    return diag;
}

struct toc_diag *cel_unit_warning(struct cel_unit *unit, size_t at, size_t n, const char *format,
                                  ...) {
    struct toc_diag *diag;
    va_list args;

    va_start(args, format);
    diag = add(unit, TOC_WARNING, at, n, format, args);
    va_end(args);
    return diag;
}

void cel_unit_limit(struct cel_unit *unit, size_t at, size_t n, const char *what) {
    if (!unit->too_big)
        cel_unit_error(unit, at, n, "expression is too big: %s", what);
    unit->too_big = true;
}

void *cel_keep(struct cel_unit *unit, size_t n) {
    void *p = toc_arena_alloc(unit->keep, n);

    if (!p)
        unit->no_memory = true;
    return p;
}

void *cel_work(struct cel_unit *unit, size_t n) {
    void *p = toc_arena_alloc(unit->work, n);

    if (!p)
        unit->no_memory = true;
    return p;
}
