// SPDX-License-Identifier: Apache-2.0
// From a signature's expressions to programs.
#include "detect/compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/expression.h"
#include "detect/signature.h"

/* Memory to run one condition in. */
#define CHECK_BYTES (4u << 20)

static int add_params(struct toc_compiled *compiled, const struct toc_params *params,
                      struct toc_arena *arena) {
    struct cel_constant constants[TOC_MAX_PARAMS];

    for (size_t i = 0; i < params->n; i++)
        constants[i] = (struct cel_constant){params->items[i].name, params->items[i].value,
                                             params->items[i].type, &params->items[i].used};
    return toc_scope_add(&compiled->scope, constants, params->n, arena);
}

/* -EINVAL when errors were added. */
static int compile_each(const struct toc_loaded *loaded, struct toc_compiled *compiled) {
    struct toc_yaml_text text = {loaded->doc, loaded->each_node};
    struct cel_source source;
    const struct cel_type *type;
    int err;

    if (!loaded->each_node)
        return 0;
    source = toc_yaml_source(&text);
    err =
        cel_compile(&source, &compiled->scope, &cel_type_dyn, loaded->doc->diags, &compiled->list);
    // Whatever it is of, the other expressions may use it.
    compiled->vars[0] = (struct cel_var){loaded->pub.each_var, &cel_type_dyn};
    compiled->n_each = 1;
    compiled->scope.vars = compiled->vars;
    compiled->scope.n_vars = 1;
    if (err)
        return err;
    type = cel_program_type(compiled->list);
    if (type->kind != CEL_LIST || !type->elem ||
        strspn(source.text, "abcdefghijklmnopqrstuvwxyz0123456789_.") != source.n) {
        toc_diag_set_hint(toc_yaml_error(loaded->doc, loaded->each_node,
                                         "`%s` is no list of the event", source.text),
                          "each: {m: msgs}");
        return -EINVAL;
    }
    compiled->vars[0].type = type->elem;
    return 0;
}

/* A condition that looks at nothing has one value for ever. */
static int check_possible(const struct toc_loaded *loaded, const struct toc_compiled *compiled) {
    __attribute__((cleanup(toc_arena_free))) struct toc_arena *work = NULL;
    struct cel_activation nothing = {0};
    struct cel_value value;

    if (toc_arena_new(CHECK_BYTES, &work) < 0)
        return -ENOMEM;
    value = cel_run(compiled->when, &nothing, work);
    if (value.kind == CEL_BOOL && value.b)
        return 0;
    toc_diag_set_hint(
        toc_yaml_error(loaded->doc, loaded->when_node, "the condition can never be true"),
        "it names no field of the event");
    return -EINVAL;
}

static int compile_expressions(const struct toc_loaded *loaded, struct toc_compiled *compiled,
                               struct toc_arena *arena) {
    struct toc_yaml_text when = {loaded->doc, loaded->when_node};
    struct toc_yaml_text message = {loaded->doc, loaded->message_node};
    struct cel_source when_source = {0};
    struct cel_source message_source = {0};
    bool looks = false;
    int err = 0, message_err = 0;

    if (loaded->message_node)
        message_source = toc_yaml_source(&message);
    while (message_source.n && strchr("\n ", message_source.text[message_source.n - 1]))
        message_source.n--;
    if (loaded->when_node) {
        when_source = toc_yaml_source(&when);
        err = cel_compile(&when_source, &compiled->scope, &cel_type_bool, loaded->doc->diags,
                          &compiled->when);
    }
    if (loaded->message_node && loaded->names_known)
        message_err = cel_template_compile(&message_source, &compiled->message_scope,
                                           loaded->doc->diags, &compiled->message);
    if (err || message_err)
        return err ? err : message_err;
    if (!compiled->when)
        return 0;
    err = toc_whys_compile(loaded->pub.when, &compiled->scope, arena, &compiled->why, &looks);
    return err || looks ? err : check_possible(loaded, compiled);
}

/* What remembers comes first: its variables are those of messages. Every problem is told. */
static int compile_state(const struct toc_loaded *loaded, struct toc_compiled *compiled,
                         struct toc_arena *arena) {
    int err, other;

    compiled->message_scope = compiled->scope;
    err = toc_correlation_compile(loaded, compiled, arena);
    if (err == -ENOMEM)
        return err;
    if (loaded->threshold_node) {
        other = toc_threshold_compile(loaded->doc, loaded->threshold_node, &compiled->scope, arena,
                                      &compiled->threshold);
        err = other ? other : !compiled->threshold ? -EINVAL : err;
    }
    other = compile_expressions(loaded, compiled, arena);
    return other ? other : err;
}

int toc_compile(const struct toc_loaded *loaded, const struct toc_params *params,
                struct toc_arena *arena, struct toc_compiled **ret) {
    _cleanup_toc_compiled_ struct toc_compiled *compiled = calloc(1, sizeof(*compiled));
    int err, each_err = 0;

    if (!compiled)
        return -ENOMEM;
    compiled->signature = &loaded->pub;
    toc_scope_init(&compiled->scope, loaded->events ? loaded->events : TOC_ALL_VARIANTS);
    // Of events of which one is misspelt, a field needs to be in one.
    compiled->scope.any_variant = !loaded->events_good;
    err = add_params(compiled, params, arena);
    if (!err)
        each_err = compile_each(loaded, compiled);
    if (!err && each_err != -ENOMEM)
        err = compile_state(loaded, compiled, arena);
    if (!err)
        err = each_err ? each_err : loaded->basis_good ? 0 : -EINVAL;
    if (err)
        return err == -ENOMEM ? err : 0;
    *ret = TAKE_PTR(compiled);
    return 0;
}

void toc_compiled_free(struct toc_compiled **compiled) {
    if (!compiled || !*compiled)
        return;
    toc_whys_clear(&(*compiled)->why);
    cel_template_free(&(*compiled)->message);
    cel_program_free(&(*compiled)->when);
    cel_program_free(&(*compiled)->list);
    toc_correlation_clear((*compiled)->correlation);
    toc_threshold_free(&(*compiled)->threshold);
    free(*compiled);
    *compiled = NULL;
}
