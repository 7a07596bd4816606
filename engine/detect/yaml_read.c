// SPDX-License-Identifier: Apache-2.0
// Documents: from a file or a text to a tree, within limits.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/limits.h"
#include "detect/yaml.h"

/* The tree of the largest file: its nodes, and its text once (an escape of two bytes can give
 * three, and small strings are rounded up). */
#define MAX_TREE (TOC_MAX_YAML_NODES * (sizeof(struct toc_yaml_node) + 32) + 2 * TOC_MAX_YAML_BYTES)

static int new_doc(const char *file, struct toc_diags *diags, struct toc_yaml **ret) {
    _cleanup_toc_yaml_ struct toc_yaml *doc = calloc(1, sizeof(*doc));

    if (!doc)
        return -ENOMEM;
    doc->diags = diags;
    doc->file = strdup(file);
    if (!doc->file || toc_arena_new(MAX_TREE, &doc->arena) < 0)
        return -ENOMEM;
    *ret = TAKE_PTR(doc);
    return 0;
}

static int build(struct toc_yaml *doc) {
    int err;

    doc->text = doc->raw.n ? doc->raw.p : "";
    doc->n = doc->raw.n;
    if (doc->n >= 3 && !memcmp(doc->text, "\xef\xbb\xbf", 3)) {
        doc->text += 3;
        doc->n -= 3;
    }
    err = toc_yaml_check(doc);
    return err ? err : toc_yaml_build(doc);
}

int toc_yaml_read(const char *path, struct toc_diags *diags, struct toc_yaml **ret) {
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;
    int err = new_doc(path, diags, &doc);

    if (!err)
        err = toc_file_read(path, TOC_MAX_YAML_BYTES, diags, &doc->raw);
    if (!err)
        err = build(doc);
    if (!err)
        *ret = TAKE_PTR(doc);
    return err;
}

int toc_yaml_parse(const char *file, const char *text, size_t n, struct toc_diags *diags,
                   struct toc_yaml **ret) {
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;
    int err;

    if (n > TOC_MAX_YAML_BYTES)
        return toc_fail(diags, EFBIG, (struct toc_place){.file = file},
                        "is larger than the %u bytes allowed", TOC_MAX_YAML_BYTES);
    err = new_doc(file, diags, &doc);
    if (err)
        return err;
    toc_buf_add(&doc->raw, text, n);
    err = doc->raw.failed ? doc->raw.failed : build(doc);
    if (!err)
        *ret = TAKE_PTR(doc);
    return err;
}

void toc_yaml_free(struct toc_yaml **doc) {
    if (!doc || !*doc)
        return;
    toc_arena_free(&(*doc)->arena);
    toc_buf_free(&(*doc)->raw);
    free((*doc)->file);
    free(*doc);
    *doc = NULL;
}
