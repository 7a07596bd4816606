// SPDX-License-Identifier: Apache-2.0
// Reads an event from a line of JSON: jansson says whether it is JSON, the filler what it means.

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/json_tree.h"

/* A value takes a node of the parser's and one of ours; the largest event has about 200,000. */
#define MAX_VALUES (1u << 20)
#define NODES_BYTES ((size_t)MAX_VALUES * 2 * sizeof(struct toc_node))

static void json_freep(json_t **json) {
    json_decref(*json);
}

/* At a byte of the text. */
static int fail_at(struct toc_fill *fill, size_t at, uint32_t width, const char *message) {
    struct toc_node node = {.kind = TOC_NODE_MAP, .col = (uint32_t)at + 1};
    struct toc_diag *diag =
        toc_fill_report(fill, &node, false, TOC_ERROR, "this is no JSON: %s", message);

    if (diag && width > 1)
        diag->width = width;
    return -EINVAL;
}

/* How long a number is that ends there. */
static size_t number_before(const char *text, size_t end) {
    size_t n = 0;

    while (n < end && memchr("+-.0123456789Ee", text[end - n - 1], 15))
        n++;
    return n;
}

/* jansson's place is the end of the token it names at the end of its message, unless it is long. */
static int fail_parse(struct toc_fill *fill, const json_error_t *error) {
    static const char mark[] = " near '", flag[] = " without JSON_ALLOW_NUL";
    char message[JSON_ERROR_TEXT_LENGTH];
    size_t at = error->position > 0 ? (size_t)error->position : 0, n;
    char *near, *advice;

    if (at > fill->n)
        at = fill->n;
    snprintf(message, sizeof(message), "%s", error->text);
    near = strstr(message, mark);
    // Advice to the programmer, not to who wrote the file.
    advice = strstr(message, flag);
    if (advice)
        *advice = '\0';
    if (!near && json_error_code(error) == json_error_numeric_overflow) {
        n = number_before(fill->text, at);
        return fail_at(fill, at - n, (uint32_t)n, message);
    }
    if (!near)
        return fail_at(fill, at, 1, message);
    *near = '\0';
    near += strlen(mark);
    n = strlen(near);
    n -= n && near[n - 1] == '\'';
    if (n > at || memcmp(fill->text + at - n, near, n))
        return fail_at(fill, at, 1, message);
    return fail_at(fill, at - n, (uint32_t)n, message);
}

static int check_size(struct toc_fill *fill) {
    size_t values = 0;

    if (fill->n > TOC_MAX_JSON_LINE)
        return toc_fail(fill->diags, EINVAL, (struct toc_place){fill->file, fill->first_line, 0},
                        "an event takes at most %u bytes", TOC_MAX_JSON_LINE);
    for (size_t i = 0; i < fill->n; i++)
        values += fill->text[i] == ',' || fill->text[i] == '[' || fill->text[i] == '{';
    if (values > MAX_VALUES)
        return toc_fail(fill->diags, EINVAL, (struct toc_place){fill->file, fill->first_line, 0},
                        "an event has at most %u values", MAX_VALUES);
    return 0;
}

static int prepare_nodes(struct toc_builder *builder) {
    if (!builder->nodes)
        return toc_arena_new(NODES_BYTES, &builder->nodes);
    toc_arena_reset(builder->nodes);
    return 0;
}

int toc_json_read(struct toc_builder *builder, const char *text, size_t n, struct toc_place place,
                  uint16_t default_event, struct toc_diags *diags, struct toc_json_counts *counts,
                  const struct toc_event **ret) {
    struct toc_fill fill = {.builder = builder,
                            .file = place.file,
                            .diags = diags,
                            .counts = counts,
                            .text = text,
                            .n = n,
                            .first_line = place.line};
    _cleanup_(json_freep) json_t *json = NULL;
    const struct toc_node *root;
    json_error_t error = {0};
    int r = check_size(&fill);

    if (!r)
        r = prepare_nodes(builder);
    if (r)
        return r;
    json = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!json)
        return fail_parse(&fill, &error);
    r = toc_json_tree(&fill, json, &root);
    return r ? r : toc_fill_event(&fill, root, default_event, ret);
}
