// SPDX-License-Identifier: Apache-2.0
// Any bytes as a YAML file, then as a signature: every place lies in the file, every byte of a
// scalar is found again.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "detect/signature.h"
#include "detect/yaml.h"
#include "event/record.h"

/* Finding a byte reads the scalar once more: long ones would take all the time. */
#define MAX_SCALAR 300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_byte(const struct toc_yaml *doc, const struct toc_node *node, size_t i,
                       size_t at) {
    char found = doc->text[at], wanted = node->text[i];

    if (found == wanted)
        return;
    // What is folded or escaped stands there in another form.
    if ((wanted == ' ' || wanted == '\n') && (found == '\n' || found == '\r'))
        return;
    if (toc_yaml_info(node)->style != TOC_YAML_DOUBLE || found != '\\')
        abort();
}

static void check_scalar(const struct toc_yaml *doc, const struct toc_node *node) {
    size_t before = toc_yaml_info(node)->start;

    if (!node->text || node->n > MAX_SCALAR)
        return;
    for (size_t i = 0; i < node->n; i++) {
        size_t at = toc_yaml_offset(doc, node, i);
        bool is_end = strspn(node->text + i, "\n") == node->n - i;

        if (at < before || at > doc->n || (at == doc->n && !is_end))
            abort();
        if (!is_end)
            check_byte(doc, node, i, at);
        before = at;
    }
}

static void check(const struct toc_yaml *doc, const struct toc_node *node) {
    const struct toc_yaml_node *info = toc_yaml_info(node);

    if (info->start > info->end || info->end > doc->n || !node->line || !node->col)
        abort();
    check_scalar(doc, node);
    for (const struct toc_node *child = node->child; child; child = child->next)
        check(doc, child);
}

static void try_signature(struct toc_yaml **doc) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    struct toc_arena *arena = NULL;
    struct toc_loaded *loaded = NULL;

    if (toc_arena_new(64 << 20, &arena) == 0 && toc_builder_new(&builder) == 0 &&
        toc_loaded_from(doc, arena, &loaded) == 0) {
        toc_loaded_compile(loaded, arena);
        toc_loaded_tests(loaded, builder, arena);
    }
    toc_loaded_free(&loaded);
    toc_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;

    if (toc_yaml_parse("f.yaml", (const char *)data, size, &diags, &doc) < 0) {
        if (!diags.n_errors)
            abort();
        return 0;
    }
    check(doc, doc->root);
    try_signature(&doc);
    return 0;
}
