// SPDX-License-Identifier: Apache-2.0
// The scope of expressions over events.
#include "detect/expression.h"

#include <errno.h>
#include <string.h>

#include "event/pointer.h"
#include "event/record.h"

static const struct cel_constant constants[] = {
#define CONSTANT(ident, number)                                                                    \
    {.name = #ident, .value = {.kind = CEL_INT, .i = (number)}, .type = &cel_type_int},
#include "event/constants.def"
};

/* Comparing with a space that does not exist is an error when the expression is compiled. */
static const struct toc_name space_names[] = {
    TOC_NAME("null", TOC_SPACE_NULL),         TOC_NAME("low", TOC_SPACE_LOW),
    TOC_NAME("user", TOC_SPACE_USER),         TOC_NAME("cross", TOC_SPACE_CROSS),
    TOC_NAME("above_4g", TOC_SPACE_ABOVE_4G), TOC_NAME("noncanonical", TOC_SPACE_NONCANONICAL),
    TOC_NAME("kernel", TOC_SPACE_KERNEL),
};
static const struct toc_names spaces = {"ptr_space", space_names,
                                        sizeof(space_names) / sizeof(space_names[0])};
static const struct cel_type space_type = {.kind = CEL_STRING, .names = &spaces};

static uint16_t abi_of(const struct cel_activation *activation) {
    const struct toc_event *event = activation->record;
    const struct toc_meta *meta = event ? toc_event_meta(event) : NULL;

    return meta && TOC_HAS(meta, meta, abi) ? meta->abi : TOC_abi_x86_64;
}

static uint64_t task_size_of(const struct cel_activation *activation) {
    const struct toc_expr_context *context = activation->user;

    return context ? context->task_size : 0;
}

static uint16_t space_number(const struct cel_activation *activation, uint64_t p, uint64_t len) {
    return (uint16_t)toc_ptr_space(p, len, abi_of(activation), task_size_of(activation));
}

static void user_space(const struct cel_activation *activation, struct cel_class_range *ret) {
    ret->low = TOC_MMAP_MIN_ADDR;
    ret->end = toc_user_end(abi_of(activation), task_size_of(activation));
    ret->number = TOC_SPACE_USER;
}

static struct cel_value space_of(const struct cel_call *call, uint64_t p, uint64_t len) {
    uint16_t space = space_number(call->activation, p, len);
    const char *name = toc_space_name((enum toc_space)space);

    return cel_string(name, strlen(name));
}

static struct cel_value ptr_space(const struct cel_call *call, const struct cel_value *args) {
    return space_of(call, args[0].u, 0);
}

static struct cel_value ptr_space_uint(const struct cel_call *call, const struct cel_value *args) {
    return space_of(call, args[0].u, args[1].u);
}

static struct cel_value ptr_space_int(const struct cel_call *call, const struct cel_value *args) {
    if (args[1].i < 0)
        return cel_fail(CEL_ERR_ARGUMENT, "a length below zero");
    return space_of(call, args[0].u, (uint64_t)args[1].i);
}

static const struct cel_function functions[] = {
    {"ptr_space", false, 1, {&cel_type_uint}, &space_type, ptr_space, space_number, user_space},
    {"ptr_space",
     false,
     2,
     {&cel_type_uint, &cel_type_uint},
     &space_type,
     ptr_space_uint,
     space_number,
     user_space},
    {"ptr_space",
     false,
     2,
     {&cel_type_uint, &cel_type_int},
     &space_type,
     ptr_space_int,
     space_number,
     user_space},
};

void toc_scope_init(struct cel_scope *scope, uint64_t events) {
    *scope = (struct cel_scope){
        .root = &toc_object_event,
        .root_variants = events,
        .list_limit = toc_list_limit,
        .constants = constants,
        .n_constants = sizeof(constants) / sizeof(constants[0]),
        .functions = functions,
        .n_functions = sizeof(functions) / sizeof(functions[0]),
        .hidden = toc_object_field(&toc_object_meta, "abi", 3, TOC_ALL_VARIANTS),
        .variant_names = &toc_names_event,
        .variant_object = &toc_object_args,
    };
}

int toc_scope_add(struct cel_scope *scope, const struct cel_constant *extra, size_t n,
                  struct toc_arena *arena) {
    struct cel_constant *table;

    if (!n)
        return 0;
    table = toc_arena_array(arena, n + scope->n_constants, sizeof(*table));
    if (!table)
        return -ENOMEM;
    memcpy(table, extra, n * sizeof(*table));
    memcpy(table + n, scope->constants, scope->n_constants * sizeof(*table));
    scope->constants = table;
    scope->n_constants += n;
    return 0;
}
