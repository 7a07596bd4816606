// SPDX-License-Identifier: Apache-2.0
// From libyaml's events to a tree, refusing on the way what a rule file has no need of.
#include "detect/yaml.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "base/limits.h"
#include "detect/yaml_hint.h"

/* libyaml's marks count characters; they come in ascending order. */
struct cursor {
    size_t index, offset;
    uint32_t line, col;
};

struct reader {
    yaml_parser_t parser;
    struct toc_yaml *doc;
    struct cursor at;
    size_t n_nodes;
    bool has_duplicates;
};

static void free_event(yaml_event_t *event) {
    yaml_event_delete(event);
}
#define _cleanup_event_ __attribute__((cleanup(free_event)))

static void free_parser(struct reader *reader) {
    yaml_parser_delete(&reader->parser);
}

static void seek(struct reader *reader, size_t index) {
    const struct toc_yaml *doc = reader->doc;
    struct cursor *at = &reader->at;

    for (; at->index < index && at->offset < doc->n; at->index++) {
        bool newline = doc->text[at->offset] == '\n';

        at->offset++;
        while (at->offset < doc->n && ((unsigned char)doc->text[at->offset] & 0xc0) == 0x80)
            at->offset++;
        at->line += newline;
        at->col = newline ? 1 : at->col + 1;
    }
}

static struct toc_node *fail(struct reader *reader, const yaml_mark_t *mark, const char *hint,
                             const char *message) {
    struct toc_place place;
    struct toc_diag *diag;
    const char *line;
    size_t line_n;

    seek(reader, mark->index);
    place = toc_yaml_place(reader->doc, reader->at.offset, &line, &line_n);
    diag = toc_diag_add(reader->doc->diags, TOC_ERROR, place, "%s", message);
    toc_diag_set_source(diag, line, line_n, 1);
    if (hint)
        toc_diag_set_hint(diag, "%s", hint);
    return NULL;
}

static int next(struct reader *reader, yaml_event_t *ret) {
    const yaml_parser_t *parser = &reader->parser;
    char message[256], hint[TOC_YAML_HINT];

    memset(ret, 0, sizeof(*ret));
    if (yaml_parser_parse(&reader->parser, ret))
        return 0;
    if (parser->error == YAML_MEMORY_ERROR)
        return toc_fail(reader->doc->diags, ENOMEM, (struct toc_place){.file = reader->doc->file},
                        "out of memory");
    snprintf(message, sizeof(message), "not valid YAML: %s%s%s",
             parser->problem ? parser->problem : "?", parser->context ? ", " : "",
             parser->context ? parser->context : "");
    seek(reader, parser->problem_mark.index);
    toc_yaml_hint(reader->doc, reader->at.offset, parser, hint);
    fail(reader, &parser->problem_mark, hint[0] ? hint : NULL, message);
    return -EINVAL;
}

static struct toc_node *new_node(struct reader *reader, const yaml_event_t *event) {
    struct toc_yaml_node *info;

    if (++reader->n_nodes > TOC_MAX_YAML_NODES)
        return fail(reader, &event->start_mark, NULL, "too many values in one file");
    info = toc_arena_alloc(reader->doc->arena, sizeof(*info));
    if (!info)
        return fail(reader, &event->start_mark, NULL, "out of memory");
    seek(reader, event->start_mark.index);
    info->node.line = reader->at.line;
    info->node.col = reader->at.col;
    info->start = reader->at.offset;
    info->end = info->start;
    return &info->node;
}

static struct toc_node *read_scalar(struct reader *reader, const yaml_event_t *event) {
    static const uint8_t styles[] = {
        [YAML_SINGLE_QUOTED_SCALAR_STYLE] = TOC_YAML_SINGLE,
        [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = TOC_YAML_DOUBLE,
        [YAML_LITERAL_SCALAR_STYLE] = TOC_YAML_LITERAL,
        [YAML_FOLDED_SCALAR_STYLE] = TOC_YAML_FOLDED,
    };
    const char *value = (const char *)event->data.scalar.value;
    struct toc_node *node = new_node(reader, event);
    struct toc_yaml_node *info = (struct toc_yaml_node *)node;

    if (!node)
        return NULL;
    if (memchr(value, '\0', event->data.scalar.length))
        return fail(reader, &event->start_mark, NULL, "a NUL character in a string");
    node->n = event->data.scalar.length;
    node->text = toc_arena_strndup(reader->doc->arena, value, node->n);
    if (!node->text)
        return fail(reader, &event->start_mark, NULL, "out of memory");
    seek(reader, event->end_mark.index);
    info->end = reader->at.offset;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    info->style = node->plain ? TOC_YAML_PLAIN : styles[event->data.scalar.style];
    node->kind = TOC_NODE_STRING;
    if (node->plain)
        toc_yaml_type_plain(node);
    return node;
}

static const char *property(const yaml_event_t *event) {
    static const char anchor[] = "anchors and aliases are not allowed";
    static const char tag[] = "tags are not allowed";

    switch (event->type) {
    case YAML_ALIAS_EVENT: return anchor;
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor ? anchor : event->data.scalar.tag ? tag : NULL;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor ? anchor
               : event->data.sequence_start.tag  ? tag
                                                 : NULL;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor ? anchor
               : event->data.mapping_start.tag  ? tag
                                                : NULL;
    default: return NULL;
    }
}

static struct toc_node *read_node(struct reader *reader, const yaml_event_t *event, unsigned depth);

static struct toc_node *read_list(struct reader *reader, const yaml_event_t *start,
                                  unsigned depth) {
    struct toc_node *node = new_node(reader, start), **tail;

    if (!node)
        return NULL;
    node->kind = TOC_NODE_LIST;
    for (tail = &node->child;; tail = &(*tail)->next) {
        _cleanup_event_ yaml_event_t event;

        if (next(reader, &event) < 0)
            return NULL;
        if (event.type == YAML_SEQUENCE_END_EVENT)
            return node;
        *tail = read_node(reader, &event, depth + 1);
        if (!*tail)
            return NULL;
    }
}

static struct toc_node *read_entry(struct reader *reader, const yaml_event_t *key, unsigned depth) {
    _cleanup_event_ yaml_event_t event = {0};
    struct toc_node *name, *node;

    if (property(key))
        return fail(reader, &key->start_mark, "write the key out", property(key));
    if (key->type != YAML_SCALAR_EVENT)
        return fail(reader, &key->start_mark, NULL, "a key must be plain text");
    name = read_scalar(reader, key);
    if (!name || next(reader, &event) < 0)
        return NULL;
    node = read_node(reader, &event, depth);
    if (!node)
        return NULL;
    node->key = name->text;
    node->key_n = name->n;
    node->key_line = name->line;
    node->key_col = name->col;
    return node;
}

static struct toc_node *read_map(struct reader *reader, const yaml_event_t *start, unsigned depth) {
    struct toc_node *node = new_node(reader, start), **tail;
    size_t n = 0;

    if (!node)
        return NULL;
    node->kind = TOC_NODE_MAP;
    for (tail = &node->child;; tail = &(*tail)->next, n++) {
        _cleanup_event_ yaml_event_t event;

        if (next(reader, &event) < 0)
            return NULL;
        if (event.type == YAML_MAPPING_END_EVENT) {
            int twice = toc_yaml_check_keys(reader->doc, node, n);

            reader->has_duplicates |= twice > 0;
            return twice < 0 ? NULL : node;
        }
        *tail = read_entry(reader, &event, depth + 1);
        if (!*tail)
            return NULL;
    }
}

static struct toc_node *read_node(struct reader *reader, const yaml_event_t *event,
                                  unsigned depth) {
    if (property(event)) {
        seek(reader, event->start_mark.index);
        return fail(reader, &event->start_mark,
                    reader->doc->text[reader->at.offset] == '!'
                        ? "a value that begins with ! stands in quotes, all of it"
                        : "write the value out",
                    property(event));
    }
    if (depth > TOC_MAX_YAML_DEPTH)
        return fail(reader, &event->start_mark, NULL, "nested too deeply");
    switch (event->type) {
    case YAML_SCALAR_EVENT: return read_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT: return read_list(reader, event, depth);
    case YAML_MAPPING_START_EVENT: return read_map(reader, event, depth);
    default: return fail(reader, &event->start_mark, NULL, "not valid YAML");
    }
}

static int read_document(struct reader *reader, const yaml_event_t *start) {
    _cleanup_event_ yaml_event_t first = {0}, end = {0}, after = {0};
    struct toc_node *root;

    if (start->type == YAML_STREAM_END_EVENT)
        return toc_fail(reader->doc->diags, EINVAL, (struct toc_place){.file = reader->doc->file},
                        "is empty");
    if (next(reader, &first) < 0)
        return -EINVAL;
    root = read_node(reader, &first, 0);
    if (!root || next(reader, &end) < 0 || next(reader, &after) < 0)
        return -EINVAL;
    if (after.type != YAML_STREAM_END_EVENT) {
        fail(reader, &after.start_mark, "one file holds one document", "a second document");
        return -EINVAL;
    }
    reader->doc->root = root;
    return reader->has_duplicates ? -EINVAL : 0;
}

int toc_yaml_build(struct toc_yaml *doc) {
    __attribute__((cleanup(free_parser))) struct reader reader = {.doc = doc,
                                                                  .at = {.line = 1, .col = 1}};
    _cleanup_event_ yaml_event_t stream = {0}, start = {0};

    if (!yaml_parser_initialize(&reader.parser))
        return -ENOMEM;
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)doc->text, doc->n);
    if (next(&reader, &stream) < 0 || next(&reader, &start) < 0)
        return -EINVAL;
    return read_document(&reader, &start);
}
