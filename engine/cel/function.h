// SPDX-License-Identifier: Apache-2.0
// The functions of the language: tables of rows, one table a library.
#pragma once

#include "cel/cel.h"
#include "cel/type.h"

struct cel_library {
    const struct cel_function *functions;
    size_t n;
};

#define CEL_LIBRARY(name)                                                                          \
    const struct cel_library name = {functions, sizeof(functions) / sizeof(functions[0])}

/* Rows of a table. */
#define CEL_ROW(name, is_member, n, result, call, ...)                                             \
    { name, is_member, n, {__VA_ARGS__}, &(result), call, NULL, NULL }

/* Calls row(function, ctx) for each function of that name, the scope's own first, until it returns
 * false. */
void cel_functions_named(const struct cel_scope *scope, const char *name, size_t name_n,
                         bool (*row)(const struct cel_function *function, void *ctx), void *ctx);
/* The same for every function there is. */
void cel_functions_each(const struct cel_scope *scope,
                        bool (*row)(const struct cel_function *function, void *ctx), void *ctx);
