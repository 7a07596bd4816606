// SPDX-License-Identifier: Apache-2.0
// Types of expressions: which fit where, and what two of them have in common.
#pragma once

#include "cel/cel.h"

extern const struct cel_type cel_type_type, cel_type_ip, cel_type_cidr, cel_type_optional_dyn,
    cel_type_error, cel_type_list_string;

/* For functions: any type, the same wherever the parameter stands. */
extern const struct cel_type cel_param_a, cel_param_b, cel_list_a, cel_map_ab, cel_optional_a;

enum cel_fit {
    CEL_FIT_NO,
    CEL_FIT_MAYBE, /* only the value can tell */
    CEL_FIT_YES,
};

/* What the parameters of a function stand for in one call. */
struct cel_binding {
    const struct cel_type *a, *b;
};

enum cel_fit cel_type_fit(const struct cel_type *param, const struct cel_type *arg,
                          struct cel_binding *binding);
/* Whether values of the two types may be equal. */
bool cel_type_comparable(const struct cel_type *a, const struct cel_type *b);
/* The type that holds both: dyn when they differ. */
const struct cel_type *cel_type_join(const struct cel_type *a, const struct cel_type *b);
bool cel_type_same(const struct cel_type *a, const struct cel_type *b);

/* `type` with parameters replaced; made in the arena where needed. NULL without memory. */
const struct cel_type *cel_type_bind(const struct cel_type *type, const struct cel_binding *binding,
                                     struct toc_arena *arena);
const struct cel_type *cel_type_list_of(const struct cel_type *elem, struct toc_arena *arena);
const struct cel_type *cel_type_map_of(const struct cel_type *key, const struct cel_type *value,
                                       struct toc_arena *arena);
const struct cel_type *cel_type_optional_of(const struct cel_type *elem, struct toc_arena *arena);

/* The type of a kind without parameters (list is list<dyn>). */
const struct cel_type *cel_type_of_kind(enum cel_kind kind);
/* The type as written for a value: elements of a list are looked at. */
const struct cel_type *cel_type_of_value(const struct cel_value *value, struct toc_arena *arena);

static inline const struct cel_type *cel_elem(const struct cel_type *type) {
    return type->elem ? type->elem : &cel_type_dyn;
}
static inline const struct cel_type *cel_key(const struct cel_type *type) {
    return type->key ? type->key : &cel_type_dyn;
}
static inline bool cel_is_dyn(const struct cel_type *type) {
    return type->kind == CEL_DYN || type->kind == CEL_ERROR;
}
static inline bool cel_is_number(const struct cel_type *type) {
    return type->kind == CEL_INT || type->kind == CEL_UINT || type->kind == CEL_DOUBLE;
}
