// SPDX-License-Identifier: Apache-2.0
// Strict YAML: one document as a tree, every value with its place, every byte of a scalar too.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "cel/cel.h"
#include "event/json.h"

/*
 * What is accepted is YAML 1.2 without its dangers: UTF-8 only (a byte order mark in front is
 * skipped), one document, no anchors and aliases, no tags, keys are scalars and unique, and the
 * limits of base/limits.h on bytes, depth and nodes. Plain scalars are typed by the core schema
 * (null, bool, int; a floating point number stays text), quoted and block scalars are strings.
 */

enum toc_yaml_style {
    TOC_YAML_NONE, /* lists and maps */
    TOC_YAML_PLAIN,
    TOC_YAML_SINGLE,
    TOC_YAML_DOUBLE,
    TOC_YAML_LITERAL,
    TOC_YAML_FOLDED,
};

/* What every toc_node of a document begins: read it through toc_yaml_info. */
struct toc_yaml_node {
    struct toc_node node;
    size_t start, end; /* bytes of the file; of a block scalar the end is that of the next token */
    uint8_t style;     /* enum toc_yaml_style */
};

static inline const struct toc_yaml_node *toc_yaml_info(const struct toc_node *node) {
    return (const struct toc_yaml_node *)node;
}

/* A document. Nodes and their texts (NUL-terminated, as are keys) live as long as it does. A scalar
 * of any type keeps its text. */
struct toc_yaml {
    char *file;       /* as shown in diagnostics */
    const char *text; /* without a byte order mark */
    size_t n;
    const struct toc_node *root;
    struct toc_diags *diags; /* where errors about it go; borrowed */
    struct toc_buf raw;
    struct toc_arena *arena;
};

/* Both add their errors to diags, which outlives the document. -EINVAL when it is no such YAML,
 * -EFBIG, -ENOMEM, or what reading the file gave. The text is copied. */
int toc_yaml_read(const char *path, struct toc_diags *diags, struct toc_yaml **ret);
int toc_yaml_parse(const char *file, const char *text, size_t n, struct toc_diags *diags,
                   struct toc_yaml **ret);
void toc_yaml_free(struct toc_yaml **doc);
#define _cleanup_toc_yaml_ __attribute__((cleanup(toc_yaml_free)))

/* ---- Places ---- */

/* The place of a byte of the file, and the line it is on. */
struct toc_place toc_yaml_place(const struct toc_yaml *doc, size_t offset, const char **ret_line,
                                size_t *ret_line_n);

/* The byte of the file that gave byte `at` of a scalar's value; past the last one (or in the line
 * breaks at its end): where the text ends. The start of the scalar for other nodes. */
size_t toc_yaml_offset(const struct toc_yaml *doc, const struct toc_node *node, size_t at);

/* An error or warning about a value, about its key, with the source line. Never NULL-unsafe: the
 * result may go to toc_diag_set_hint as it is. */
struct toc_diag *toc_yaml_error(const struct toc_yaml *doc, const struct toc_node *node,
                                const char *format, ...) __attribute__((format(printf, 3, 4)));
struct toc_diag *toc_yaml_error_key(const struct toc_yaml *doc, const struct toc_node *node,
                                    const char *format, ...) __attribute__((format(printf, 3, 4)));
struct toc_diag *toc_yaml_warning(const struct toc_yaml *doc, const struct toc_node *node,
                                  const char *format, ...) __attribute__((format(printf, 3, 4)));
struct toc_diag *toc_yaml_warning_key(const struct toc_yaml *doc, const struct toc_node *node,
                                      const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Gives their source line to the diagnostics from index `first` on that have a place in this
 * document and none: those of readers that know nodes only. */
void toc_yaml_add_sources(const struct toc_yaml *doc, size_t first);

/* The text of a scalar as an expression: fill doc and node, then ask for the source. It points to
 * `text`. */
struct toc_yaml_text {
    const struct toc_yaml *doc;
    const struct toc_node *node;
};
struct cel_source toc_yaml_source(const struct toc_yaml_text *text);

/* ---- Within the reader ---- */

/* Refuses what is not UTF-8 or not allowed in YAML. 0 or -EINVAL. */
int toc_yaml_check(const struct toc_yaml *doc);
/* Adds an error for each key of a map of n that stands there already; how many, or -ENOMEM. */
int toc_yaml_check_keys(const struct toc_yaml *doc, const struct toc_node *map, size_t n);
/* Parses the text into `root`. 0, -EINVAL or -ENOMEM. */
int toc_yaml_build(struct toc_yaml *doc);
/* Types a plain scalar: sets kind, i, big. */
void toc_yaml_type_plain(struct toc_node *node);
