// SPDX-License-Identifier: Apache-2.0
// matches, find, findAll: a constant pattern is compiled when the expression is, others at each
// call.
#include "base/text.h"
#include "cel/function.h"
#include "cel/regex.h"
#include "cel/text.h"

static struct cel_value do_matches(const struct cel_regex *regex, const struct cel_value *args,
                                   struct toc_arena *scratch) {
    struct cel_value error;
    size_t bounds[2];
    int r = cel_regex_match(regex, &args[0], 0, scratch, bounds, &error);

    return r < 0 ? error : cel_bool(r);
}

static struct cel_value do_find(const struct cel_regex *regex, const struct cel_value *args,
                                struct toc_arena *scratch) {
    struct cel_value error;
    size_t bounds[2];
    int r = cel_regex_match(regex, &args[0], 0, scratch, bounds, &error);

    if (r < 0)
        return error;
    return r ? cel_string(args[0].s + bounds[0], bounds[1] - bounds[0]) : cel_string("", 0);
}

/* Every match, none overlapping; args[2], when there is one, bounds how many. */
static struct cel_value find_all(const struct cel_regex *regex, const struct cel_value *args,
                                 int64_t limit, struct toc_arena *scratch) {
    size_t cap = args[0].n + 1u, n = 0, at = 0, last_end = SIZE_MAX, bounds[2];
    struct cel_value *items, error;

    if (limit >= 0 && (uint64_t)limit < cap)
        cap = (size_t)limit;
    items = toc_arena_array(scratch, cap, sizeof(*items));
    while (items && n < cap && at <= args[0].n) {
        int r = cel_regex_match(regex, &args[0], at, scratch, bounds, &error);
        size_t step;

        if (r < 0)
            return error;
        if (!r)
            break;
        // An empty match right after another is part of it.
        if (bounds[1] > bounds[0] || bounds[0] != last_end)
            items[n++] = cel_string(args[0].s + bounds[0], bounds[1] - bounds[0]);
        last_end = bounds[1];
        step =
            bounds[1] < args[0].n ? toc_utf8_len(args[0].s + bounds[1], args[0].n - bounds[1]) : 1;
        at = bounds[1] > bounds[0] ? bounds[1] : bounds[1] + (step ? step : 1);
    }
    return cel_items(items, n, scratch);
}

static struct cel_value do_find_all(const struct cel_regex *regex, const struct cel_value *args,
                                    struct toc_arena *scratch) {
    return find_all(regex, args, -1, scratch);
}

static struct cel_value do_find_some(const struct cel_regex *regex, const struct cel_value *args,
                                     struct toc_arena *scratch) {
    return find_all(regex, args, args[2].i, scratch);
}

/* With a pattern that only the evaluation knows. */
static struct cel_value with_pattern(const struct cel_call *call, const struct cel_value *args,
                                     cel_regex_fn function) {
    struct cel_re2_error error;
    struct cel_regex *regex;

    if (!cel_regex_new(args[1].s, args[1].n, args[0].kind == CEL_BYTES, call->scratch, &regex,
                       &error))
        return error.text ? cel_fail(CEL_ERR_ARGUMENT, error.text)
                          : cel_fail(CEL_ERR_RESOURCE, "out of scratch memory");
    return function(regex, args, call->scratch);
}

static struct cel_value matches(const struct cel_call *call, const struct cel_value *args) {
    return with_pattern(call, args, do_matches);
}

static struct cel_value find(const struct cel_call *call, const struct cel_value *args) {
    return with_pattern(call, args, do_find);
}

static struct cel_value find_every(const struct cel_call *call, const struct cel_value *args) {
    return with_pattern(call, args, do_find_all);
}

static struct cel_value find_some(const struct cel_call *call, const struct cel_value *args) {
    return with_pattern(call, args, do_find_some);
}

cel_regex_fn cel_regex_function(const struct cel_function *function) {
    static const struct {
        struct cel_value (*call)(const struct cel_call *, const struct cel_value *);
        cel_regex_fn function;
    } rows[] = {{matches, do_matches},
                {find, do_find},
                {find_every, do_find_all},
                {find_some, do_find_some}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].call == function->call)
            return rows[i].function;
    return NULL;
}

#define STRINGS &cel_type_string, &cel_type_string

static const struct cel_function functions[] = {
    CEL_ROW("matches", true, 2, cel_type_bool, matches, STRINGS),
    CEL_ROW("matches", false, 2, cel_type_bool, matches, STRINGS),
    CEL_ROW("matches", true, 2, cel_type_bool, matches, &cel_type_bytes, &cel_type_string),
    CEL_ROW("find", true, 2, cel_type_string, find, STRINGS),
    CEL_ROW("findAll", true, 2, cel_type_list_string, find_every, STRINGS),
    CEL_ROW("findAll", true, 3, cel_type_list_string, find_some, STRINGS, &cel_type_int),
};

CEL_LIBRARY(cel_lib_regex);
