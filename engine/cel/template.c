// SPDX-License-Identifier: Apache-2.0
// Messages: literal text and expressions in braces, compiled once and filled in for each event.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cel/unit.h"
#include "cel/uses.h"

/* A message is one line: more parts than this are a mistake. */
#define MAX_PARTS 64

struct part {
    char *text; /* NULL: an expression */
    size_t n;
    struct cel_program *program;
};

struct cel_template {
    struct part parts[MAX_PARTS];
    size_t n;
};

struct builder {
    struct cel_template *tmpl;
    const struct cel_source *source;
    const struct cel_scope *scope;
    struct toc_diags *diags;
};

void cel_template_free(struct cel_template **tmpl) {
    if (!tmpl || !*tmpl)
        return;
    for (size_t i = 0; i < (*tmpl)->n; i++) {
        free((*tmpl)->parts[i].text);
        cel_program_free(&(*tmpl)->parts[i].program);
    }
    free(*tmpl);
    *tmpl = NULL;
}

static int complain(struct builder *b, size_t at, size_t n, const char *message) {
    struct cel_unit unit = {.source = b->source, .scope = b->scope, .diags = b->diags};

    cel_unit_error(&unit, at, n, "%s", message);
    return -EBADMSG;
}

static struct part *add_part(struct builder *b) {
    return b->tmpl->n < MAX_PARTS ? &b->tmpl->parts[b->tmpl->n++] : NULL;
}

/* Literal text, in which a doubled brace stands for one. */
static int add_text(struct builder *b, const char *s, size_t n) {
    struct part *part;

    if (!n)
        return 0;
    part = add_part(b);
    if (!part)
        return complain(b, (size_t)(s - b->source->text), 1, "the message has too many parts");
    part->text = malloc(n);
    if (!part->text)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        part->text[part->n++] = s[i];
        i += i + 1 < n && (s[i] == '{' || s[i] == '}');
    }
    return 0;
}

/* Where an expression ends: at a brace that is neither in a string nor closes one of its own. */
static size_t expression_end(const char *s, size_t at, size_t n) {
    unsigned depth = 0;
    char quote = 0;

    for (; at < n; at++) {
        if (quote) {
            at += s[at] == '\\';
            quote = at < n && s[at] == quote && s[at - 1] != '\\' ? 0 : quote;
        } else if (s[at] == '"' || s[at] == '\'') {
            quote = s[at];
        } else if (s[at] == '{') {
            depth++;
        } else if (s[at] == '}' && depth-- == 0) {
            return at;
        }
    }
    return n;
}

/* The part of a source between two offsets, with its place kept. */
struct window {
    const struct cel_source *source;
    size_t at;
};

static void locate_window(const void *ctx, size_t offset, struct toc_place *ret_place,
                          const char **ret_line, size_t *ret_line_n) {
    const struct window *window = ctx;
    struct cel_unit unit = {.source = window->source};

    cel_unit_locate(&unit, window->at + offset, ret_place, ret_line, ret_line_n);
}

static int add_expression(struct builder *b, size_t at, size_t end) {
    struct window window = {.source = b->source, .at = at};
    struct cel_source source = {.text = b->source->text + at,
                                .n = end - at,
                                .file = b->source->file,
                                .locate = locate_window,
                                .ctx = &window};
    struct part *part = add_part(b);

    if (!part)
        return complain(b, at, 1, "the message has too many parts");
    return cel_compile(&source, b->scope, &cel_type_dyn, b->diags, &part->program);
}

static int add_parts(struct builder *b) {
    const char *s = b->source->text;
    size_t n = b->source->n, at = 0, start = 0;
    int r = 0;

    while (!r && at < n) {
        size_t end;

        if (s[at] != '{' && s[at] != '}') {
            at++;
        } else if (at + 1 < n && s[at + 1] == s[at]) {
            at += 2;
        } else if (s[at] == '}') {
            return complain(b, at, 1, "a brace closes nothing: a literal one is written `}}`");
        } else if ((end = expression_end(s, at + 1, n)) == n) {
            return complain(b, at, 1, "this brace is never closed: a literal one is written `{{`");
        } else {
            r = add_text(b, s + start, at - start);
            r = r ? r : add_expression(b, at + 1, end);
            start = at = end + 1;
        }
    }
    return r ? r : add_text(b, s + start, n - start);
}

int cel_template_compile(const struct cel_source *source, const struct cel_scope *scope,
                         struct toc_diags *diags, struct cel_template **ret) {
    _cleanup_(cel_template_free) struct cel_template *tmpl = calloc(1, sizeof(*tmpl));
    struct builder b = {.tmpl = tmpl, .source = source, .scope = scope, .diags = diags};
    int r;

    if (!tmpl)
        return -ENOMEM;
    r = add_parts(&b);
    if (r)
        return r;
    *ret = TAKE_PTR(tmpl);
    return 0;
}

void cel_template_run(const struct cel_template *tmpl, const struct cel_activation *activation,
                      struct toc_arena *scratch, struct toc_buf *out) {
    for (size_t i = 0; i < tmpl->n; i++) {
        const struct part *part = &tmpl->parts[i];
        struct cel_value value;

        if (part->text) {
            toc_buf_add(out, part->text, part->n);
            continue;
        }
        value = cel_run(part->program, activation, scratch);
        if (value.kind == CEL_ERROR)
            toc_buf_addc(out, '?');
        else
            cel_value_text(&value, out);
    }
}

void cel_template_uses(const struct cel_template *tmpl,
                       void (*fn)(void *ctx, const struct cel_use *uses), void *ctx) {
    for (size_t i = 0; i < tmpl->n; i++)
        if (tmpl->parts[i].program)
            fn(ctx, cel_program_uses(tmpl->parts[i].program));
}
