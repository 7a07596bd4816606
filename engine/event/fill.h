// SPDX-License-Identifier: Apache-2.0
// From a tree of nodes to a record: one filler for JSON and for the events of signature tests.
#pragma once

#include "event/builder.h"
#include "event/json.h"

/* Where in the event: from the inside out. */
struct toc_fill_at {
    const struct toc_fill_at *outer; /* NULL: of the event itself */
    const char *name;
    int64_t index; /* of an element; -1: no list */
};

struct toc_fill {
    struct toc_builder *builder;
    const char *file;
    bool strict;
    struct toc_diags *diags;
    struct toc_json_counts *counts;
    const char
        *text; /* JSON: where `col` of a node is a byte from 1 on; NULL: a tree with places */
    size_t n;
    uint32_t first_line;          /* of that text */
    bool warned;                  /* of an unknown field in this event */
    bool has_derived;             /* a derived field was given */
    const struct toc_fill_at *at; /* NULL: the event */
};

/* Reports at a node or, with at_key, at its key. Returns the diagnostic for a hint. */
struct toc_diag *toc_fill_report(struct toc_fill *fill, const struct toc_node *node, bool at_key,
                                 enum toc_severity severity, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The object at hand as a person would write it, "msgs[1].enter"; the event itself is "the event".
 */
struct toc_fill_path {
    char s[128];
};
struct toc_fill_path toc_fill_path(const struct toc_fill *fill);

/* "an integer" and so on: what a node is, for a message. */
const char *toc_fill_kind(const struct toc_node *node);

/* Sets a field that is neither object nor list, at its place in the object. 0, or -EINVAL after a
 * report. */
int toc_fill_scalar(struct toc_fill *fill, const struct toc_field *field,
                    const struct toc_node *node, char *at);

/* Sets an address from a map; knows its family. */
int toc_fill_family(struct toc_fill *fill, const struct toc_node *node, struct toc_addr *addr);
int toc_fill_addr_check(struct toc_fill *fill, const struct toc_node *node, struct toc_addr *addr);

/* The fields of a map into an object whose variant is set. */
int toc_fill_object(struct toc_fill *fill, const struct toc_object *object,
                    const struct toc_node *node, char *data, uint16_t of_event);

/* A whole event: begins, fills, ends. */
int toc_fill_event(struct toc_fill *fill, const struct toc_node *node, uint16_t default_event,
                   const struct toc_event **ret);

/* The value of a key of a map, or NULL. */
const struct toc_node *toc_node_get(const struct toc_node *map, const char *key);
