// SPDX-License-Identifier: Apache-2.0
// The list of libraries, and looking a function up by its name.
#include "cel/function.h"

#include <string.h>

extern const struct cel_library cel_lib_arithmetic, cel_lib_basic, cel_lib_convert,
    cel_lib_encoders, cel_lib_format, cel_lib_lists, cel_lib_math, cel_lib_network,
    cel_lib_optional, cel_lib_regex, cel_lib_strings, cel_lib_strings_make, cel_lib_time;

static const struct cel_library *const libraries[] = {
    &cel_lib_arithmetic, &cel_lib_basic, &cel_lib_convert, &cel_lib_encoders,
    &cel_lib_format,     &cel_lib_lists, &cel_lib_math,    &cel_lib_network,
    &cel_lib_optional,   &cel_lib_regex, &cel_lib_strings, &cel_lib_strings_make,
    &cel_lib_time,
};

static bool same(const char *name, const char *s, size_t n) {
    return !strncmp(name, s, n) && !name[n];
}

static bool each(const struct cel_function *functions, size_t n, const char *name, size_t name_n,
                 bool (*row)(const struct cel_function *, void *), void *ctx) {
    for (size_t i = 0; i < n; i++)
        if (same(functions[i].name, name, name_n) && !row(&functions[i], ctx))
            return false;
    return true;
}

void cel_functions_named(const struct cel_scope *scope, const char *name, size_t name_n,
                         bool (*row)(const struct cel_function *function, void *ctx), void *ctx) {
    if (!each(scope->functions, scope->n_functions, name, name_n, row, ctx))
        return;
    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
        if (!each(libraries[i]->functions, libraries[i]->n, name, name_n, row, ctx))
            return;
}

void cel_functions_each(const struct cel_scope *scope,
                        bool (*row)(const struct cel_function *function, void *ctx), void *ctx) {
    for (size_t i = 0; i < scope->n_functions; i++)
        if (!row(&scope->functions[i], ctx))
            return;
    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
        for (size_t j = 0; j < libraries[i]->n; j++)
            if (!row(&libraries[i]->functions[j], ctx))
                return;
}
