// SPDX-License-Identifier: Apache-2.0
// Any bytes as a YAML file, then as a signature and as a pack: every place lies in the file, every
// byte of a scalar is found again.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "detect/ruleset.h"
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

/* A signature for packs to tune. */
static const char signature[] =
    "format: 1\nid: mmsg-excessive-vlen\ntitle: T\nstatus: stable\nlevel: low\ndescription: D\n"
    "tags: [attack.t1499]\nevents: [sendmmsg]\nparams: {limit: 5, ports: [53]}\n"
    "when: batch.requested > params.limit\nmessage: x\ntests: []\n";

static int parse(const char *text, size_t n, struct toc_diags *diags, struct toc_yaml **ret) {
    return toc_yaml_parse("mmsg-excessive-vlen.yaml", text, n, diags, ret);
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

static void try_pack(const char *text, size_t n, struct toc_diags *diags) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = calloc(1, sizeof(*ruleset));
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL, *pack = NULL;

    if (!ruleset || toc_arena_new(64 << 20, &ruleset->arena) < 0)
        abort();
    ruleset->signatures = calloc(1, sizeof(*ruleset->signatures));
    ruleset->packs = calloc(1, sizeof(*ruleset->packs));
    ruleset->bodies = calloc(1, sizeof(*ruleset->bodies));
    if (parse(signature, strlen(signature), NULL, &doc) < 0 ||
        toc_loaded_from(&doc, ruleset->arena, ruleset->signatures) < 0 ||
        toc_loaded_compile(ruleset->signatures[0], ruleset->arena) < 0)
        abort();
    ruleset->n_signatures = 1;
    if (parse(text, n, diags, &pack) == 0)
        toc_pack_from(ruleset, pack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;

    if (parse((const char *)data, size, &diags, &doc) < 0) {
        if (!diags.n_errors)
            abort();
        return 0;
    }
    check(doc, doc->root);
    try_signature(&doc);
    // Most inputs are no pack: only those that say so are worth the time.
    if (memmem(data, size, "pack:", 5))
        try_pack((const char *)data, size, &diags);
    return 0;
}
