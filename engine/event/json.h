// SPDX-License-Identifier: Apache-2.0
// The JSON form of events: the same paths as in expressions, one event a line.
#pragma once

#include "event/record.h"

/* One line without the newline: {"v":1,"event":{…},…}. Fields in catalogue order; unobserved ones
 * are left out. */
void toc_json_write(const struct toc_event *event, struct toc_buf *buf);

/* Options for parts of an event, as alerts need them. */
struct toc_json_select {
    const uint32_t *msgs; /* indexes into msgs to write, ascending; NULL: all */
    size_t n_msgs;
};
/* As toc_json_write; adds "msgs_omitted":n as last key when messages were left out. */
void toc_json_write_selected(const struct toc_event *event, const struct toc_json_select *select,
                             struct toc_buf *buf);

struct toc_json_counts {
    uint64_t unknown_fields; /* ignored */
    uint64_t contradictions; /* derived fields that said otherwise */
};

/* Reads one event from a line of JSON text into the builder and ends it. Fields in any order; wrong
 * types, duplicate keys, unknown event or enum names, and numbers out of range are errors with
 * file:line:column (-EINVAL, in diags). Unknown fields are warnings, counted, the first of each
 * line shown with the nearest name. `place.line` is the number of the line. `n` at most
 * TOC_MAX_JSON_LINE. An event without "event.name" takes default_event (TOC_EVENT_NONE: an error).
 */
int toc_json_read(struct toc_builder *builder, const char *text, size_t n, struct toc_place place,
                  uint16_t default_event, struct toc_diags *diags, struct toc_json_counts *counts,
                  const struct toc_event **ret);

/* The same from a tree that someone else parsed (a signature's `given:`). A node is one of: a
 * scalar with its text, a map, a list. Errors carry node places. */
enum toc_node_kind {
    TOC_NODE_NULL,
    TOC_NODE_BOOL,
    TOC_NODE_INT,
    TOC_NODE_STRING,
    TOC_NODE_LIST,
    TOC_NODE_MAP,
    TOC_NODE_REAL /* a number of JSON that is no integer: no field takes it */
};

struct toc_node {
    enum toc_node_kind kind;
    bool plain; /* a YAML plain scalar: a number may also stand for a string and the reverse */
    uint32_t line, col;
    const char *text;       /* STRING; of a plain scalar, whatever its kind, what is written */
    size_t n;               /* bytes of text */
    int64_t i;              /* INT, BOOL */
    bool big;               /* INT above INT64_MAX: read text */
    struct toc_node *child; /* first element, or first value of a MAP */
    struct toc_node *next;  /* sibling */
    const char *key;        /* in a MAP */
    size_t key_n;
    uint32_t key_line, key_col;
};

/* strict: unknown fields and contradictions are errors. Two conveniences for those who write by
 * hand: the family of an address follows from its other fields, and a null that is not quoted is
 * the status of that name. counts may be NULL. -EINVAL, -E2BIG (it fits no record), both in diags.
 */
int toc_event_from_node(struct toc_builder *builder, const struct toc_node *node, const char *file,
                        uint16_t default_event, bool strict, struct toc_diags *diags,
                        struct toc_json_counts *counts, const struct toc_event **ret);
