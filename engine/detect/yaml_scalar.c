// SPDX-License-Identifier: Apache-2.0
// Where in the file each byte of a scalar's value came from: the scalar is read once more, by the
// same rules as the parser's, and each byte is noted with its place.
#include <string.h>

#include "detect/yaml.h"

struct scan {
    const char *text;
    size_t pos, end;   /* of the file */
    const char *value; /* as the parser gave it */
    size_t n, done;    /* its bytes, and how many of them were found */
    size_t wanted;     /* the byte asked for */
    size_t found;      /* its place */
    size_t last;       /* just after the last byte found */
};

static char peek(const struct scan *scan) {
    return scan->pos < scan->end ? scan->text[scan->pos] : '\0';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool at_break(const struct scan *scan) {
    char c = peek(scan);

    return c == '\n' || (c == '\r' && scan->pos + 1 < scan->end);
}

static void skip_break(struct scan *scan) {
    scan->pos += peek(scan) == '\r' ? 2 : 1;
}

/* One byte of the value came from file byte `from`, the first of `len`. */
static void emit(struct scan *scan, size_t from, size_t len) {
    if (scan->done == scan->wanted)
        scan->found = from;
    scan->done++;
    scan->last = from + len;
}

static void copy(struct scan *scan) {
    emit(scan, scan->pos, 1);
    scan->pos++;
}

/* Blanks and line breaks inside a flow scalar: blanks within a line stand as they are, breaks fold.
 * `escaped`: a backslash has already eaten the first break. */
static void fold_flow(struct scan *scan, bool escaped) {
    size_t blanks = scan->pos, first = 0, breaks = 0;

    while (is_blank(peek(scan)))
        scan->pos++;
    if (!at_break(scan) && !escaped) {
        size_t stop = scan->pos;

        if (stop == scan->end) // blanks before the end of a plain scalar are no part of it
            return;
        for (scan->pos = blanks; scan->pos < stop;)
            copy(scan);
        return;
    }
    while (at_break(scan)) {
        if (escaped || breaks)
            emit(scan, scan->pos, 0);
        else
            first = scan->pos;
        breaks++;
        skip_break(scan);
        while (is_blank(peek(scan)))
            scan->pos++;
    }
    if (!escaped && breaks == 1)
        emit(scan, first, 0);
}

static void scan_plain(struct scan *scan) {
    while (scan->pos < scan->end) {
        if (is_blank(peek(scan)) || at_break(scan))
            fold_flow(scan, false);
        else
            copy(scan);
    }
}

static void scan_single(struct scan *scan) {
    scan->pos++;
    while (scan->pos < scan->end) {
        if (is_blank(peek(scan)) || at_break(scan)) {
            fold_flow(scan, false);
        } else if (peek(scan) != '\'') {
            copy(scan);
        } else {
            if (scan->pos + 1 >= scan->end || scan->text[scan->pos + 1] != '\'')
                return;
            emit(scan, scan->pos, 2);
            scan->pos += 2;
        }
    }
}

/* A backslash and what follows it: as many bytes of the value as the code point has. */
static void scan_escape(struct scan *scan) {
    size_t from = scan->pos, len;
    unsigned char lead;

    scan->pos++;
    if (at_break(scan)) {
        skip_break(scan);
        fold_flow(scan, true);
        return;
    }
    switch (peek(scan)) {
    case 'x': len = 4; break;
    case 'u': len = 6; break;
    case 'U': len = 10; break;
    default: len = 2; break;
    }
    scan->pos = from + len;
    if (scan->done >= scan->n)
        return;
    lead = (unsigned char)scan->value[scan->done];
    for (int bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4; bytes; bytes--)
        emit(scan, from, len);
}

static void scan_double(struct scan *scan) {
    scan->pos++;
    while (scan->pos < scan->end && peek(scan) != '"') {
        if (peek(scan) == '\\')
            scan_escape(scan);
        else if (is_blank(peek(scan)) || at_break(scan))
            fold_flow(scan, false);
        else
            copy(scan);
    }
}

/* Spaces in front of the first line of a block that has more than its indentation: the file's less
 * the value's. */
static size_t block_indent(const struct scan *scan) {
    size_t pos = scan->pos, skip = 0, in_value = 0, in_file = 0;

    while (skip < scan->n && scan->value[skip] == '\n') {
        const char *newline = memchr(scan->text + pos, '\n', scan->end - pos);

        pos = newline ? (size_t)(newline - scan->text) + 1 : scan->end;
        skip++;
    }
    while (skip + in_value < scan->n && scan->value[skip + in_value] == ' ')
        in_value++;
    while (pos + in_file < scan->end && scan->text[pos + in_file] == ' ')
        in_file++;
    return in_file > in_value ? in_file - in_value : 0;
}

/* Indentation and empty lines before a line of a block. The breaks are counted; *ret_at is where
 * they begin. Returns whether a line of the block follows. */
static bool block_breaks(struct scan *scan, size_t indent, size_t *ret_breaks, size_t *ret_at) {
    *ret_breaks = 0;
    *ret_at = scan->pos;
    for (;;) {
        size_t column = 0;

        while (column < indent && peek(scan) == ' ') {
            scan->pos++;
            column++;
        }
        if (!at_break(scan))
            return column == indent && scan->pos < scan->end;
        ++*ret_breaks;
        skip_break(scan);
    }
}

/* The breaks of the empty lines from file byte `at` on, as newlines of the value. */
static void emit_breaks(struct scan *scan, size_t breaks, size_t at) {
    while (breaks--) {
        const char *newline = memchr(scan->text + at, '\n', scan->end - at);
        size_t here = newline ? (size_t)(newline - scan->text) : scan->end;

        emit(scan, here > at && scan->text[here - 1] == '\r' ? here - 1 : here, 0);
        at = newline ? here + 1 : scan->end;
    }
}

static void scan_block(struct scan *scan, bool folded) {
    const char *header = memchr(scan->text + scan->pos, '\n', scan->end - scan->pos);
    size_t indent, breaks, breaks_at, break_at = 0;
    bool has_break = false, was_blank = false;

    if (!header)
        return;
    scan->pos = (size_t)(header - scan->text) + 1;
    indent = block_indent(scan);
    while (block_breaks(scan, indent, &breaks, &breaks_at) && scan->done < scan->n) {
        bool blank = is_blank(peek(scan));

        if (has_break && (!folded || was_blank || blank || !breaks))
            emit(scan, break_at, 0);
        emit_breaks(scan, breaks, breaks_at);
        while (scan->pos < scan->end && !at_break(scan))
            copy(scan);
        was_blank = blank;
        has_break = at_break(scan);
        break_at = scan->pos;
        if (has_break)
            skip_break(scan);
    }
}

size_t toc_yaml_offset(const struct toc_yaml *doc, const struct toc_node *node, size_t at) {
    const struct toc_yaml_node *info = toc_yaml_info(node);
    struct scan scan = {.text = doc->text,
                        .pos = info->start,
                        .end = info->end,
                        .value = node->text,
                        .n = node->n,
                        .wanted = at};

    // Errors at the end of a text stand behind its last character, not in the lines that follow.
    while (scan.n && scan.value[scan.n - 1] == '\n' && info->style >= TOC_YAML_LITERAL)
        scan.n--;
    if (scan.wanted >= scan.n)
        scan.wanted = SIZE_MAX;
    scan.found = scan.last = info->start;
    switch (info->style) {
    case TOC_YAML_PLAIN: scan_plain(&scan); break;
    case TOC_YAML_SINGLE: scan_single(&scan); break;
    case TOC_YAML_DOUBLE: scan_double(&scan); break;
    case TOC_YAML_LITERAL: scan_block(&scan, false); break;
    case TOC_YAML_FOLDED: scan_block(&scan, true); break;
    default: return info->start;
    }
    return scan.wanted == SIZE_MAX ? scan.last : scan.found;
}
