// SPDX-License-Identifier: Apache-2.0
// Puts trees of events together, node by node, each with its place in the foreign file.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "source/import.h"

/* Knows where its next child goes. */
struct growing {
    struct toc_node node;
    struct toc_node **end;
};

struct toc_node *toc_import_new(struct toc_import *import, enum toc_node_kind kind) {
    static _Thread_local struct growing nowhere;
    struct growing *growing = toc_arena_alloc(import->arena, sizeof(*growing));

    if (!growing) {
        import->failed = -ENOMEM;
        growing = &nowhere;
        memset(growing, 0, sizeof(*growing));
    }
    growing->node = (struct toc_node){.kind = kind, .line = import->lines.line, .col = import->col};
    growing->end = &growing->node.child;
    return &growing->node;
}

static struct toc_node *put(struct toc_import *import, struct toc_node *in, const char *key,
                            enum toc_node_kind kind) {
    struct toc_node *node = toc_import_new(import, kind);
    struct growing *growing = (struct growing *)in;

    if (import->failed)
        return node;
    if (key) {
        node->key = key;
        node->key_n = strlen(key);
        node->key_line = node->line;
        node->key_col = node->col;
    }
    *growing->end = node;
    growing->end = &node->next;
    return node;
}

struct toc_node *toc_put_map(struct toc_import *import, struct toc_node *in, const char *key) {
    return put(import, in, key, TOC_NODE_MAP);
}

struct toc_node *toc_put_list(struct toc_import *import, struct toc_node *in, const char *key) {
    return put(import, in, key, TOC_NODE_LIST);
}

void toc_put_int(struct toc_import *import, struct toc_node *in, const char *key, int64_t value) {
    put(import, in, key, TOC_NODE_INT)->i = value;
}

void toc_put_bool(struct toc_import *import, struct toc_node *in, const char *key, bool value) {
    put(import, in, key, TOC_NODE_BOOL)->i = value;
}

static void put_string(struct toc_import *import, struct toc_node *in, const char *key,
                       const char *s, size_t n) {
    struct toc_node *node = put(import, in, key, TOC_NODE_STRING);

    node->text = s;
    node->n = n;
}

void toc_put_word(struct toc_import *import, struct toc_node *in, const char *key,
                  const char *word) {
    put_string(import, in, key, word, strlen(word));
}

/* Room for text of a node; NULL and `failed` when memory is out. */
static char *room(struct toc_import *import, size_t n) {
    char *text = toc_arena_alloc(import->arena, n ? n : 1);

    if (!text)
        import->failed = -ENOMEM;
    return text;
}

void toc_put_uint(struct toc_import *import, struct toc_node *in, const char *key, uint64_t value) {
    struct toc_node *node = put(import, in, key, TOC_NODE_INT);
    char *text = room(import, TOC_U64_TEXT);

    if (!text)
        return;
    node->i = (int64_t)(value & INT64_MAX);
    node->big = value > INT64_MAX;
    node->n = toc_u64_format(text, value);
    node->text = text;
}

void toc_put_ptr(struct toc_import *import, struct toc_node *in, const char *key, uint64_t value) {
    char *text = room(import, 2 + TOC_U64_TEXT);

    if (!text)
        return;
    memcpy(text, "0x", 2);
    put_string(import, in, key, text, 2 + toc_hex_format(text + 2, value));
}

void toc_put_time(struct toc_import *import, struct toc_node *in, const char *key, int64_t ns) {
    char *text = room(import, TOC_TIME_TEXT);

    if (text)
        put_string(import, in, key, text, toc_time_format(text, ns));
}

void toc_put_text(struct toc_import *import, struct toc_node *in, const char *key, const char *s,
                  size_t n) {
    char *text = room(import, 4 * n);

    if (text)
        put_string(import, in, key, text, toc_escape(text, s, n));
}

static void put_encoded(struct toc_import *import, struct toc_node *in, const char *key,
                        const void *bytes, size_t n,
                        void (*encode)(struct toc_buf *, const void *, size_t)) {
    struct toc_buf buf = {.arena = import->arena};

    encode(&buf, bytes, n);
    if (buf.failed)
        import->failed = buf.failed;
    put_string(import, in, key, buf.p ? buf.p : "", buf.n);
}

void toc_put_data(struct toc_import *import, struct toc_node *in, const char *key,
                  const void *bytes, size_t n) {
    put_encoded(import, in, key, bytes, n, toc_buf_add_base64);
}

void toc_put_hex(struct toc_import *import, struct toc_node *in, const char *key, const void *bytes,
                 size_t n) {
    put_encoded(import, in, key, bytes, n, toc_buf_add_hex);
}

void toc_put_proc_id(struct toc_import *import, struct toc_node *proc, int64_t pid) {
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, pid);
    toc_put_text(import, proc, "id", text, strlen(text));
}
