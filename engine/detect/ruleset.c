// SPDX-License-Identifier: Apache-2.0
// Loading a ruleset: files, signatures, packs, rules; every problem in one go.
#include "detect/ruleset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "detect/digest.h"
#include "detect/files.h"

static int find_files(const struct toc_ruleset_options *options, struct toc_files *files,
                      struct toc_diags *diags) {
    int err = 0;

    for (size_t i = 0; i < options->n_signature_dirs; i++) {
        int one = toc_files_add(files, options->signature_dirs[i], diags);

        if (one == -ENOMEM)
            return one;
        err = err == -ENOENT || !one ? err : one;
    }
    return err;
}

static int read_signatures(struct toc_ruleset *ruleset, const struct toc_files *files,
                           struct toc_diags *diags) {
    ruleset->signatures = calloc(files->n + 1, sizeof(struct toc_loaded *));
    if (!ruleset->signatures)
        return -ENOMEM;
    for (size_t i = 0; i < files->n; i++) {
        int err = toc_loaded_read(&files->items[i], ruleset->arena, diags,
                                  &ruleset->signatures[ruleset->n_signatures]);

        if (err == -ENOMEM)
            return err;
        ruleset->n_signatures += err == 0;
    }
    return 0;
}

static int by_id(const void *a, const void *b) {
    const struct toc_signature *x = &(*(struct toc_loaded *const *)a)->pub;
    const struct toc_signature *y = &(*(struct toc_loaded *const *)b)->pub;
    int order = strcmp(x->id, y->id);

    return order ? order : strcmp(x->file, y->file);
}

/* Sorted, two of an id are neighbours. */
static void check_ids(struct toc_ruleset *ruleset) {
    qsort(ruleset->signatures, ruleset->n_signatures, sizeof(*ruleset->signatures), by_id);
    for (size_t i = 1; i < ruleset->n_signatures; i++) {
        struct toc_loaded *before = ruleset->signatures[i - 1], *here = ruleset->signatures[i];

        if (strcmp(before->pub.id, here->pub.id) != 0)
            continue;
        toc_diag_set_hint(toc_yaml_error(here->doc, here->id_node,
                                         "there is another signature `%s`", here->pub.id),
                          "the other one is %s", before->pub.file);
        here->good = false;
    }
}

/* Tests are larger than all else of a signature: what will not be run is not kept. */
static int load_tests(struct toc_ruleset *ruleset, struct toc_loaded *loaded,
                      struct toc_builder *builder, struct toc_arena *scratch) {
    bool keep = ruleset->options->tests;
    int err;

    loaded->recordings = keep;
    err = toc_loaded_tests(loaded, builder, keep ? ruleset->arena : scratch);
    if (keep)
        return err;
    toc_loaded_drop_tests(loaded);
    toc_arena_reset(scratch);
    return err;
}

static int compile_signatures(struct toc_ruleset *ruleset) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;
    int err = toc_builder_new(&builder);

    if (!err)
        err = toc_arena_new(TOC_MAX_RULESET_BYTES, &scratch);
    for (size_t i = 0; i < ruleset->n_signatures && !err; i++) {
        err = toc_loaded_compile(ruleset->signatures[i], ruleset->arena);
        if (!err)
            err = load_tests(ruleset, ruleset->signatures[i], builder, scratch);
    }
    return err;
}

static int load_packs(struct toc_ruleset *ruleset, const struct toc_ruleset_options *options,
                      struct toc_diags *diags) {
    int err = 0;

    for (size_t i = 0; i < options->n_packs && !err; i++)
        err = toc_pack_load(ruleset, options->packs[i], diags);
    return err;
}

/* Without packs every signature runs once, as it is. */
static void add_plain_rules(struct toc_ruleset *ruleset) {
    for (size_t i = 0; i < ruleset->n_signatures; i++) {
        struct toc_loaded *loaded = ruleset->signatures[i];

        if (loaded->own)
            ruleset->bodies[ruleset->n_bodies++] = (struct toc_rule_body){
                .pub = {.signature = &loaded->pub, .pack = "", .level = loaded->pub.level},
                .compiled = loaded->own,
                .threshold = loaded->own->threshold,
                .pack = TOC_NO_PACK,
                .digest = loaded->pub.digest,
            };
    }
}

static int make_rules(struct toc_ruleset *ruleset, const struct toc_ruleset_options *options,
                      struct toc_diags *diags) {
    size_t runs = options->n_packs ? options->n_packs : 1;

    if (options->n_packs > TOC_MAX_PACKS)
        return toc_fail(diags, EINVAL, (struct toc_place){0}, "more than %d packs", TOC_MAX_PACKS);
    ruleset->packs = calloc(runs, sizeof(*ruleset->packs));
    ruleset->bodies = calloc(ruleset->n_signatures * runs + 1, sizeof(*ruleset->bodies));
    if (!ruleset->packs || !ruleset->bodies)
        return -ENOMEM;
    if (options->n_packs)
        return load_packs(ruleset, options, diags);
    add_plain_rules(ruleset);
    return 0;
}

static int by_order(const void *a, const void *b) {
    const struct toc_rule *x = &((const struct toc_rule_body *)a)->pub;
    const struct toc_rule *y = &((const struct toc_rule_body *)b)->pub;
    int order = strcmp(x->signature->id, y->signature->id);

    return order ? order : strcmp(x->pack, y->pack);
}

static int complete(struct toc_ruleset *ruleset) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};

    qsort(ruleset->bodies, ruleset->n_bodies, sizeof(*ruleset->bodies), by_order);
    for (size_t i = 0; i < ruleset->n_bodies; i++) {
        ruleset->events |= ruleset->bodies[i].pub.signature->events;
        toc_digest_number(&buf, ruleset->bodies[i].digest);
    }
    for (size_t i = 0; i < ruleset->n_packs; i++)
        toc_digest_number(&buf, ruleset->packs[i].digest);
    ruleset->digest = toc_digest_end(&buf);
    for (size_t i = 0; i < ruleset->n_signatures; i++)
        toc_loaded_close(ruleset->signatures[i]);
    ruleset->rules = (struct toc_rules){.items = ruleset->bodies,
                                        .n = ruleset->n_bodies,
                                        .packs = ruleset->packs,
                                        .n_packs = ruleset->n_packs};
    return buf.failed ? buf.failed : toc_rules_index(&ruleset->rules);
}

static int load(const struct toc_ruleset_options *options, struct toc_diags *diags,
                struct toc_ruleset *ruleset) {
    _cleanup_toc_files_ struct toc_files files = {0};
    size_t errors = diags->n_errors;
    int missing = find_files(options, &files, diags), err = missing == -ENOMEM ? missing : 0;

    if (!err)
        err = toc_arena_new(TOC_MAX_RULESET_BYTES, &ruleset->arena);
    if (!err)
        err = read_signatures(ruleset, &files, diags);
    if (err)
        return err;
    check_ids(ruleset);
    err = compile_signatures(ruleset);
    if (!err)
        err = make_rules(ruleset, options, diags);
    if (err)
        return err;
    if (diags->n_errors > errors)
        return missing == -ENOENT ? missing : -EINVAL;
    return complete(ruleset);
}

int toc_ruleset_load(const struct toc_ruleset_options *options, struct toc_diags *diags,
                     struct toc_ruleset **ret) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = calloc(1, sizeof(*ruleset));
    _cleanup_toc_diags_ struct toc_diags own = {0};
    size_t first;
    int err;

    if (!ruleset)
        return -ENOMEM;
    diags = diags ? diags : &own;
    first = diags->n;
    ruleset->options = options;
    err = load(options, diags, ruleset);
    toc_diags_sort(diags, first);
    ruleset->options = NULL;
    if (!err)
        *ret = TAKE_PTR(ruleset);
    return err;
}
