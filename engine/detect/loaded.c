// SPDX-License-Identifier: Apache-2.0
// The life of a loaded signature: from a file, through compiling, to its end.
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "detect/pack.h"
#include "detect/signature.h"

int toc_loaded_from(struct toc_yaml **doc, struct toc_arena *arena, struct toc_loaded **ret) {
    __attribute__((cleanup(toc_loaded_free))) struct toc_loaded *loaded =
        calloc(1, sizeof(*loaded));
    int err;

    if (!loaded)
        return -ENOMEM;
    loaded->doc = TAKE_PTR(*doc);
    if (!toc_read_format(loaded->doc))
        return -EINVAL;
    err = toc_loaded_keys(loaded, arena);
    if (err || !loaded->pub.id)
        return err ? err : -EINVAL;
    loaded->pub.digest = toc_signature_digest(loaded);
    *ret = TAKE_PTR(loaded);
    return 0;
}

int toc_loaded_read(const struct toc_file *file, struct toc_arena *arena, struct toc_diags *diags,
                    struct toc_loaded **ret) {
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;
    int err = toc_yaml_read(file->path, diags, &doc);
    const struct toc_node *pack;

    if (err)
        return err == -ENOMEM ? err : -EINVAL;
    pack = toc_pack_entry(doc->root, "pack");
    if (pack && !toc_pack_entry(doc->root, "id")) {
        if (file->named)
            toc_diag_set_hint(toc_yaml_error_key(doc, pack, "this is a pack, not a signature"),
                              "name it with --rules");
        return -EINVAL;
    }
    return toc_loaded_from(&doc, arena, ret);
}

void toc_loaded_close(struct toc_loaded *loaded) {
    toc_yaml_free(&loaded->doc);
    loaded->id_node = loaded->when_node = loaded->message_node = NULL;
    loaded->each_node = loaded->tests_node = NULL;
    loaded->correlation_node = loaded->threshold_node = loaded->params_node = NULL;
    loaded->correlation = NULL;
}

void toc_loaded_drop_tests(struct toc_loaded *loaded) {
    for (size_t i = 0; loaded->cases && i < loaded->pub.n_tests; i++)
        toc_compiled_free(&loaded->cases[i].with);
    loaded->cases = NULL;
}

void toc_loaded_free(struct toc_loaded **loaded) {
    if (!loaded || !*loaded)
        return;
    toc_loaded_drop_tests(*loaded);
    toc_compiled_free(&(*loaded)->own);
    toc_yaml_free(&(*loaded)->doc);
    free(*loaded);
    *loaded = NULL;
}

/* Of what compiled all parameters are in the order of the file. */
static void check_params(const struct toc_loaded *loaded) {
    const struct toc_node *map = loaded->params_node;
    const struct toc_param *param = loaded->params.items;

    for (const struct toc_node *node = map ? map->child : NULL; node; node = node->next, param++)
        if (!param->used)
            toc_diag_set_hint(toc_yaml_warning_key(loaded->doc, node,
                                                   "no expression uses the parameter `%s`",
                                                   node->key),
                              "expressions name it `%s`", param->name);
}

int toc_loaded_compile(struct toc_loaded *loaded, struct toc_arena *arena) {
    int err;

    if (!loaded->can_compile)
        return 0;
    err = toc_compile(loaded, &loaded->params, arena, &loaded->own);
    if (!loaded->own)
        loaded->good = false;
    else
        check_params(loaded);
    return err;
}
