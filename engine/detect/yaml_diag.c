// SPDX-License-Identifier: Apache-2.0
// Places of a YAML file and diagnostics that point at its nodes.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "detect/yaml.h"

/* A message about a file quotes a key or a value at most. */
#define MESSAGE 1024

struct toc_place toc_yaml_place(const struct toc_yaml *doc, size_t offset, const char **ret_line,
                                size_t *ret_line_n) {
    struct toc_place place = {.file = doc->file, .line = 1};
    const char *start = doc->text, *at = doc->text + offset, *end = doc->text + doc->n, *newline;

    while ((newline = memchr(start, '\n', (size_t)(at - start)))) {
        start = newline + 1;
        place.line++;
    }
    place.col = (uint32_t)toc_utf8_count(start, (size_t)(at - start)) + 1;
    newline = start < end ? memchr(start, '\n', (size_t)(end - start)) : NULL;
    *ret_line = start;
    *ret_line_n = (size_t)((newline ? newline : end) - start);
    return place;
}

/* The line of that number; false past the end. */
static bool find_line(const struct toc_yaml *doc, uint32_t line, const char **ret, size_t *ret_n) {
    const char *start = doc->text, *end = doc->text + doc->n, *newline;

    while (--line) {
        newline = start < end ? memchr(start, '\n', (size_t)(end - start)) : NULL;
        if (!newline)
            return false;
        start = newline + 1;
    }
    newline = start < end ? memchr(start, '\n', (size_t)(end - start)) : NULL;
    *ret = start;
    *ret_n = (size_t)((newline ? newline : end) - start);
    return true;
}

static void set_source(const struct toc_yaml *doc, struct toc_diag *diag, size_t width) {
    const char *line;
    size_t n;

    if (diag && diag->line && find_line(doc, diag->line, &line, &n))
        toc_diag_set_source(diag, line, n, width ? (uint32_t)width : 1);
}

/* Code points of a scalar on its first line; 1 for a list or a map. */
static size_t width_of(const struct toc_yaml *doc, const struct toc_node *node) {
    const struct toc_yaml_node *info = toc_yaml_info(node);
    const char *start = doc->text + info->start, *newline;
    size_t n = info->end - info->start;

    if (info->style == TOC_YAML_NONE)
        return 1;
    newline = memchr(start, '\n', n);
    if (newline)
        n = (size_t)(newline - start);
    return toc_utf8_count(start, n);
}

static struct toc_diag *add(const struct toc_yaml *doc, const struct toc_node *node, bool at_key,
                            enum toc_severity severity, const char *format, va_list args)
    __attribute__((format(printf, 5, 0)));

static struct toc_diag *add(const struct toc_yaml *doc, const struct toc_node *node, bool at_key,
                            enum toc_severity severity, const char *format, va_list args) {
    struct toc_place place = {doc->file, node->line, node->col};
    struct toc_diag *diag;
    char text[MESSAGE];

    if (at_key && node->key)
        place = (struct toc_place){doc->file, node->key_line, node->key_col};
    vsnprintf(text, sizeof(text), format, args);
    diag = toc_diag_add(doc->diags, severity, place, "%s", text);
    set_source(doc, diag,
               at_key && node->key ? toc_utf8_count(node->key, node->key_n) : width_of(doc, node));
    return diag;
}

struct toc_diag *toc_yaml_error(const struct toc_yaml *doc, const struct toc_node *node,
                                const char *format, ...) {
    struct toc_diag *diag;
    va_list args;

    va_start(args, format);
    diag = add(doc, node, false, TOC_ERROR, format, args);
    va_end(args);
    return diag;
}

struct toc_diag *toc_yaml_error_key(const struct toc_yaml *doc, const struct toc_node *node,
                                    const char *format, ...) {
    struct toc_diag *diag;
    va_list args;

    va_start(args, format);
    diag = add(doc, node, true, TOC_ERROR, format, args);
    va_end(args);
    return diag;
}

struct toc_diag *toc_yaml_warning(const struct toc_yaml *doc, const struct toc_node *node,
                                  const char *format, ...) {
    struct toc_diag *diag;
    va_list args;

    va_start(args, format);
    diag = add(doc, node, false, TOC_WARNING, format, args);
    va_end(args);
    return diag;
}

struct toc_diag *toc_yaml_warning_key(const struct toc_yaml *doc, const struct toc_node *node,
                                      const char *format, ...) {
    struct toc_diag *diag;
    va_list args;

    va_start(args, format);
    diag = add(doc, node, true, TOC_WARNING, format, args);
    va_end(args);
    return diag;
}

/* Code points of the scalar or key at a place; 0 when there is none. */
static size_t width_at(const struct toc_yaml *doc, const struct toc_node *node, uint32_t line,
                       uint32_t col) {
    size_t width = 0;

    if (node->line == line && node->col == col)
        return width_of(doc, node);
    if (node->key && node->key_line == line && node->key_col == col)
        return toc_utf8_count(node->key, node->key_n);
    for (const struct toc_node *child = node->child; child && !width; child = child->next)
        width = width_at(doc, child, line, col);
    return width;
}

void toc_yaml_add_sources(const struct toc_yaml *doc, size_t first) {
    for (size_t i = first; doc->diags && i < doc->diags->n; i++) {
        struct toc_diag *diag = &doc->diags->items[i];

        if (!diag->source_line && diag->file && !strcmp(diag->file, doc->file))
            set_source(doc, diag, width_at(doc, doc->root, diag->line, diag->col));
    }
}

static void locate(const void *ctx, size_t offset, struct toc_place *ret_place,
                   const char **ret_line, size_t *ret_line_n) {
    const struct toc_yaml_text *text = ctx;

    *ret_place = toc_yaml_place(text->doc, toc_yaml_offset(text->doc, text->node, offset), ret_line,
                                ret_line_n);
}

struct cel_source toc_yaml_source(const struct toc_yaml_text *text) {
    return (struct cel_source){.text = text->node->text,
                               .n = text->node->n,
                               .file = text->doc->file,
                               .locate = locate,
                               .ctx = text};
}
