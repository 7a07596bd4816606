// SPDX-License-Identifier: Apache-2.0
// Tests: corners of the language that random expressions have found.
#include <criterion/criterion.h>

#include "toy.h"

static const struct toy_row both[] = {
    {"-1.5.abs == 1", "1:6: double has no fields"},
    {"-9223372036854775808.charAt(0)",
     "1:22: there is no int.charAt(int) (there is string.charAt(int))"},
    {"-11 == event.ret", "true"},
    {"(-1)[0]", "1:6: expected a list or a map before `[`, found int"},
    {"-1[0]", "1:4: expected a list or a map before `[`, found int"},
};

Test(cel_corners, a_negative_number_may_have_members) {
    TOY_CHECK(both);
}

static const struct toy_row lazy[] = {
    {"optional.of(1).orValue(1 / 0)", "1"},
    {"optional.none().orValue(1 / 0)", "error: divide_by_zero"},
    {"optional.of(1).or(optional.of(1 / 0))", "optional.of(1)"},
    {"optional.none().or(optional.of(2))", "optional.of(2)"},
    {"optional.of(1 / 0).orValue(2)", "error: divide_by_zero"},
    {"msgs[0].?len.orValue(msgs[9].len)", "7"},
};

Test(cel_corners, what_stands_in_for_none_is_looked_at_only_then) {
    TOY_CHECK(lazy);
    TOY_CHECK_DYN(lazy);
}

static const struct toy_row absent[] = {
    {"has(msgs[9].len)", "false"},
    {"has(msgs[9].enter.name.ip)", "false"},
    {"has(dyn(msgs)[9].len)", "false"},
    {"has(dyn(msgs)[0].len)", "true"},
    {"has(dyn(msgs)[0].nothing)", "false"},
    {"has(msgs[1].kernel.name.ip)", "false"},
    {"has(msgs[1 / 0].len)", "error: divide_by_zero"},
    {"has(dyn(msgs)[1 / 0].len)", "error: divide_by_zero"},
    {"has({'a': msgs[0]}['b'].len)", "error: no_such_key"},
    {"has({'a': {'b': 1}}.x.b)", "error: no_such_key"},
};

Test(cel_corners, has_is_false_of_what_is_absent_and_keeps_other_errors) {
    TOY_CHECK(absent);
    TOY_CHECK_DYN(absent);
}

static const struct toy_row dynamic[] = {
    {"has(v.nothing)", "false"},
    {"msgs[2].enter.nothing", "error: unobserved"},
    {"msgs[9].nothing", "error: index_out_of_range"},
    {"v.nothing", "error: no_such_field"},
};

Test(cel_corners, unchecked_an_operand_fails_before_its_field) {
    TOY_CHECK_DYN(dynamic);
}

static const struct toy_row types[] = {
    {"([[1]] + [[dyn('a')]])[1][0] + 1", "error: no_such_overload"},
    {"b'a' + dyn(optional.of('b')).orValue(b'c')", "error: no_such_overload"},
    {"[[1]].filter(x, false).map(x, x.size()).sum()", "0"},
    {"[1.5].filter(x, false).sum()", "0.0"},
    {"[1u].filter(x, false).sum()", "0u"},
    {"[duration('1s'), duration('2s')].sum()", "duration(\"3s\")"},
};

Test(cel_corners, a_type_is_never_more_than_is_known) {
    TOY_CHECK(types);
}

static const struct toy_row others[] = {
    {"'aXbX'.replace('X', '-', -9223372036854775807 - 1)", "\"a-b-\""},
    {"[2.0, 0.0 / 0.0, 1.0].sort()", "[double(\"NaN\"), 1.0, 2.0]"},
    {"[0.0, -0.0].sort()", "[-0.0, 0.0]"},
    {"timestamp('1677-09-21T00:12:43.145224192Z') - timestamp(0) == "
     "duration('-2562047h47m16.854775808s')",
     "true"},
    {"timestamp('1677-09-21T00:12:43.145224191Z') - timestamp(0)", "error: overflow"},
};

Test(cel_corners, ends_of_ranges) {
    TOY_CHECK(others);
    TOY_CHECK_DYN(others);
}
