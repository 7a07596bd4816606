// SPDX-License-Identifier: Apache-2.0
// Makes an expression that shows a difference smaller: a part becomes a part of it, or a literal.
#include <string.h>

#include "cel/parse.h"
#include "trial.h"

#define MAX_SPANS 4000

struct span {
    uint32_t at, end, from, to; /* text[from, to) may stand for text[at, end) */
};

struct spans {
    struct span items[MAX_SPANS];
    size_t n;
};

static void collect(const struct cel_node *node, const struct cel_node *part, struct spans *spans) {
    for (uint32_t i = 0; i < part->n; i++) {
        const struct cel_node *kid = part->kids[i];

        if (!kid || spans->n == MAX_SPANS)
            continue;
        spans->items[spans->n++] = (struct span){node->at, node->end, kid->at, kid->end};
    }
}

static void walk(const struct cel_node *node, struct spans *spans) {
    if (spans->n < MAX_SPANS && node->n)
        spans->items[spans->n++] = (struct span){node->at, node->end, 0, 0};
    collect(node, node, spans);
    for (uint32_t i = 0; i < node->n; i++)
        if (node->kids[i])
            walk(node->kids[i], spans);
}

static bool parts_of(const struct oracle_trial *trial, struct spans *spans) {
    struct cel_scope scope = oworld_scope(true);
    struct cel_source source = {.text = trial->text, .n = trial->n};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct cel_unit unit = {.source = &source,
                            .scope = &scope,
                            .diags = &diags,
                            .work = trial->arena,
                            .keep = trial->arena};
    struct cel_node *tree;

    toc_arena_reset(trial->arena);
    spans->n = 0;
    tree = cel_parse(&unit);
    if (tree)
        walk(tree, spans);
    return tree;
}

static bool replace(struct oracle_trial *trial, struct toc_buf *text, const struct span *span,
                    const char *by, size_t by_n, const char *before, const char *after) {
    struct toc_buf next = {0};
    struct oracle_trial smaller = *trial;

    toc_buf_add(&next, text->p, span->at);
    toc_buf_adds(&next, before);
    toc_buf_add(&next, by, by_n);
    toc_buf_adds(&next, after);
    toc_buf_add(&next, text->p + span->end, text->n - span->end);
    smaller.text = toc_buf_cstr(&next);
    smaller.n = next.n;
    if (next.n >= text->n || oracle_try(&smaller, NULL) != ORACLE_DIFFERS) {
        toc_buf_free(&next);
        return false;
    }
    toc_buf_free(text);
    *text = next;
    trial->text = next.p;
    trial->n = next.n;
    return true;
}

static bool smaller(struct oracle_trial *trial, struct toc_buf *text, const struct span *span) {
    static const char *const literals[] = {"0", "''", "true", "[]", "null", "1", "0u", "1.0"};
    char part[256];
    size_t n = span->to - span->from;

    if (span->to) {
        if (n >= sizeof(part))
            return replace(trial, text, span, text->p + span->from, n, "", "");
        memcpy(part, text->p + span->from, n);
        return replace(trial, text, span, part, n, "", "") ||
               replace(trial, text, span, part, n, "(", ")");
    }
    for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++)
        if (replace(trial, text, span, literals[i], strlen(literals[i]), "", ""))
            return true;
    return false;
}

/* (x) becomes x. */
static bool unwrap(struct oracle_trial *trial, struct toc_buf *text) {
    for (size_t i = 0; i < text->n; i++) {
        size_t depth = 0, end = i;

        if (text->p[i] != '(')
            continue;
        do {
            depth += text->p[end] == '(';
            depth -= text->p[end] == ')';
        } while (depth && ++end < text->n);
        struct span span = {(uint32_t)i, (uint32_t)end + 1, 0, 0};
        if (end < text->n && replace(trial, text, &span, text->p + i + 1, end - i - 1, "", ""))
            return true;
    }
    return false;
}

void oracle_shrink(struct oracle_trial *trial, struct toc_buf *text) {
    static struct spans spans;
    bool again = true;

    while (again && parts_of(trial, &spans)) {
        again = false;
        for (size_t i = 0; i < spans.n && !again; i++)
            again = smaller(trial, text, &spans.items[i]);
        again = again || unwrap(trial, text);
    }
}
