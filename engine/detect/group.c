// SPDX-License-Identifier: Apache-2.0
// Groups: from expressions to keys, and to values for people and programs.
#include "detect/group.h"

#include <errno.h>

#include "base/text.h"
#include "detect/read.h"

static int compile_one(const struct toc_yaml *doc, const struct toc_node *node,
                       const struct cel_scope *scope, struct toc_arena *arena,
                       struct toc_group_by *ret) {
    struct toc_yaml_text text = {doc, node};
    struct cel_source source = toc_yaml_source(&text);
    int err = cel_compile(&source, scope, &cel_type_dyn, doc->diags, &ret->programs[ret->n]);

    if (err)
        return err == -ENOMEM ? err : -EINVAL;
    ret->exprs[ret->n] = toc_arena_strndup(arena, node->text, node->n);
    return ret->exprs[ret->n++] ? 0 : -ENOMEM;
}

int toc_group_compile(const struct toc_yaml *doc, const struct toc_node *list,
                      const struct cel_scope *scope, struct toc_arena *arena,
                      struct toc_group_by *ret) {
    int err = 0;

    if (toc_node_count(list) > TOC_MAX_GROUP_BY) {
        toc_yaml_error(doc, list, "more than %d expressions", TOC_MAX_GROUP_BY);
        return -EINVAL;
    }
    for (const struct toc_node *node = list ? list->child : NULL; node; node = node->next) {
        int one = compile_one(doc, node, scope, arena, ret);

        if (one == -ENOMEM)
            return one;
        err = one ? one : err;
    }
    return err;
}

void toc_group_clear(struct toc_group_by *group) {
    for (size_t i = 0; i < TOC_MAX_GROUP_BY; i++)
        cel_program_free(&group->programs[i]);
    group->n = 0;
}

void toc_group_key(const struct toc_group_by *group, const struct cel_activation *activation,
                   struct toc_arena *scratch, struct toc_buf *key) {
    toc_buf_reset(key);
    for (size_t i = 0; i < group->n; i++) {
        struct cel_value value;

        toc_arena_reset(scratch);
        value = cel_run(group->programs[i], activation, scratch);
        cel_value_key(&value, key);
    }
}

static void add_json(const struct cel_value *value, struct toc_buf *out) {
    struct toc_buf text = {0};

    switch (value->kind) {
    case CEL_ERROR:
    case CEL_NULL: toc_buf_adds(out, "null"); return;
    case CEL_BOOL: toc_buf_adds(out, value->b ? "true" : "false"); return;
    case CEL_INT: toc_buf_addi(out, value->i); return;
    case CEL_UINT: toc_buf_addu(out, value->u); return;
    case CEL_STRING: toc_buf_add_json_string(out, value->s, value->n); return;
    default: break;
    }
    cel_value_text(value, &text);
    toc_buf_add_json_string(out, text.p ? text.p : "", text.n);
    toc_buf_free(&text);
}

void toc_group_values(const struct toc_group_by *group, const struct cel_activation *activation,
                      struct toc_arena *scratch, struct toc_buf *values) {
    for (size_t i = 0; i < group->n; i++) {
        struct cel_value value;

        toc_arena_reset(scratch);
        value = cel_run(group->programs[i], activation, scratch);
        add_json(&value, values);
        toc_buf_addc(values, '\0');
    }
}
