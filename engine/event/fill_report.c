// SPDX-License-Identifier: Apache-2.0
// Where in a text a node is, for those who must be told.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "event/fill.h"

struct spot {
    uint32_t line, col;
    const char *source; /* the line, or NULL */
    size_t source_n;
};

static struct spot spot_of(const struct toc_fill *fill, uint32_t line, uint32_t col) {
    size_t at = col ? col - 1 : 0, start = 0;
    const char *end;
    struct spot spot = {.line = line, .col = col};

    if (!fill->text)
        return spot;
    if (at > fill->n)
        at = fill->n;
    spot.line = fill->first_line;
    for (size_t i = 0; i < at; i++) {
        if (fill->text[i] == '\n') {
            spot.line++;
            start = i + 1;
        }
    }
    spot.col = (uint32_t)toc_utf8_count(fill->text + start, at - start) + 1;
    spot.source = fill->text + start;
    end = memchr(spot.source, '\n', fill->n - start);
    spot.source_n = end ? (size_t)(end - spot.source) : fill->n - start;
    return spot;
}

static uint32_t width_of(const struct toc_node *node, bool at_key) {
    if (at_key)
        return (uint32_t)toc_utf8_count(node->key, node->key_n) + 2;
    return node->kind == TOC_NODE_STRING ? (uint32_t)toc_utf8_count(node->text, node->n) + 2 : 1;
}

struct toc_diag *toc_fill_report(struct toc_fill *fill, const struct toc_node *node, bool at_key,
                                 enum toc_severity severity, const char *format, ...) {
    struct spot spot =
        spot_of(fill, at_key ? node->key_line : node->line, at_key ? node->key_col : node->col);
    struct toc_place place = {fill->file, spot.line, spot.col};
    struct toc_diag *diag;
    char message[512];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    diag = toc_diag_add(fill->diags, severity, place, "%s", message);
    if (spot.source)
        toc_diag_set_source(diag, spot.source, spot.source_n, width_of(node, at_key));
    return diag;
}

const char *toc_fill_kind(const struct toc_node *node) {
    switch (node->kind) {
    case TOC_NODE_NULL: return "null";
    case TOC_NODE_BOOL: return "a boolean";
    case TOC_NODE_INT: return "an integer";
    case TOC_NODE_STRING: return "a string";
    case TOC_NODE_LIST: return "a list";
    case TOC_NODE_MAP: return "an object";
    case TOC_NODE_REAL: return "a fraction";
    }
    return "nothing";
}

static size_t add_path(const struct toc_fill_at *at, char *dst, size_t size) {
    size_t n = at->outer ? add_path(at->outer, dst, size) : 0;
    int more;

    if (n >= size)
        return n;
    if (at->index < 0)
        more = snprintf(dst + n, size - n, "%s%s", n ? "." : "", at->name);
    else
        more =
            snprintf(dst + n, size - n, "%s%s[%lld]", n ? "." : "", at->name, (long long)at->index);
    return n + (size_t)more;
}

struct toc_fill_path toc_fill_path(const struct toc_fill *fill) {
    struct toc_fill_path path = {"the event"};

    // The catalogue is a few levels deep.
    if (fill->at)
        add_path(fill->at, path.s, sizeof(path.s));
    return path;
}
