// SPDX-License-Identifier: Apache-2.0
// Tests: the language itself, by section of its specification.
#include <criterion/criterion.h>

#include "toy.h"

static const struct toy_row literals[] = {
    {"0", "0"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"0x7fffffffffffffff", "9223372036854775807"},
    {"-0x8000000000000000", "-9223372036854775808"},
    {"18446744073709551615u", "18446744073709551615u"},
    {"0xFFu", "255u"},
    {"1.5", "1.5"},
    {".5", "0.5"},
    {"1e3", "1000.0"},
    {"1.5e-7", "1.5e-07"},
    {"-0.0", "-0.0"},
    {"1.7976931348623157e308", "1.7976931348623157e+308"},
    {"true", "true"},
    {"null", "null"},
    {"''", "\"\""},
    {"'a\"b'", "\"a\\\"b\""},
    {"\"\"\"a\nb\"\"\"", "\"a\\nb\""},
    {"'''it's'''", "\"it's\""},
    {"r'\\n'", "\"\\\\n\""},
    {"R\"\\\"", "\"\\\\\""},
    {"'\\a\\b\\f\\n\\r\\t\\v\\\\\\?\\'\\\"\\`'", "\"\\a\\b\\f\\n\\r\\t\\v\\\\?'\\\"`\""},
    {"'\\x41\\101\\u00e9\\U0001F431'", "\"AA\xc3\xa9\xf0\x9f\x90\xb1\""},
    {"'\\377'", "\"\xc3\xbf\""},
    {"b'\\377'", "b\"\\xff\""},
    {"b'\xc3\xa9'", "b\"\\xc3\\xa9\""},
    {"br'\\x'", "b\"\\\\x\""},
    {"BR'\\x'", "b\"\\\\x\""},
    {"[]", "[]"},
    {"[1, 'a', null,]", "[1, \"a\", null]"},
    {"{}", "{}"},
    {"{'a': 1, 2: [3],}", "{\"a\": 1, 2: [3]}"},
    {"1 // a comment\n + 2", "3"},
    {"int", "int"},
    {"type(1) == int && type(type(1)) == type", "true"},
    {"type(null)", "null_type"},
};

static const struct toy_row operators[] = {
    {"1 + 2 * 3", "7"},
    {"(1 + 2) * 3", "9"},
    {"2 - 3 - 4", "-5"},
    {"-7 / 2", "-3"},
    {"-7 % 3", "-1"},
    {"7u / 2u", "3u"},
    {"1.0 / 0.0", "double(\"Infinity\")"},
    {"-(-3)", "3"},
    {"!!true", "true"},
    {"true || false && false", "true"},
    {"1 < 2 == true", "true"},
    {"false ? 1 : true ? 2 : 3", "2"},
    {"'a' + 'b'", "\"ab\""},
    {"b'a' + b'b'", "b\"ab\""},
    {"[1] + [2, 3]", "[1, 2, 3]"},
    {"1 in [3, 2, 1]", "true"},
    {"'b' in {'a': 1}", "false"},
    {"9223372036854775807 + 1", "error: overflow"},
    {"-9223372036854775808 - 1", "error: overflow"},
    {"9223372036854775807 * 2", "error: overflow"},
    {"-9223372036854775808 / -1", "error: overflow"},
    {"-9223372036854775808 % -1", "error: overflow"},
    {"0u - 1u", "error: overflow"},
    {"1 / 0", "error: divide_by_zero"},
    {"1u % 0u", "error: divide_by_zero"},
    {"[1][1]", "error: index_out_of_range"},
    {"[1][-1]", "error: index_out_of_range"},
    {"{'a': 1}['b']", "error: no_such_key"},
    {"{'a': 1}.a", "1"},
    {"{'a': 1}.b", "error: no_such_key"},
    {"{'a-b': 1}.`a-b`", "1"},
    {"has({'a': 1}.b)", "false"},
    {"has({'a': {'b': 1}}.a.b)", "true"},
    {"{'a': 1, 'a': 2}", "error: invalid_argument"},
};

static const struct toy_row equality[] = {
    {"dyn(1) == 1u && dyn(1u) == 1.0 && dyn(1.0) == 1", "true"},
    {"dyn(-1) == 18446744073709551615u", "false"},
    {"dyn(1) == 'a'", "false"},
    {"0.0 / 0.0 == 0.0 / 0.0", "false"},
    {"1 < 2u && 1u < 1.5 && -1 < 0u", "true"},
    {"dyn(9223372036854775807) < 9223372036854775808u", "true"},
    {"[1, [2]] == [1, [2]]", "true"},
    {"{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"},
    {"'a' < 'b' && 'a' < 'aa' && '' < 'a'", "true"},
    {"b'\\x00' < b'\\xff'", "true"},
    {"false < true", "true"},
    {"dyn([1]) < dyn([2])", "error: no_such_overload"},
    {"dyn(1) + 'a'", "error: no_such_overload"},
    {"dyn('a') && true", "error: no_such_overload"},
    {"dyn('a') || true", "true"},
    {"!dyn(1)", "error: no_such_overload"},
};

static const struct toy_row logic[] = {
    {"1 / 0 == 1 && false", "false"},
    {"1 / 0 == 1 || true", "true"},
    {"1 / 0 == 1 && true", "error: divide_by_zero"},
    {"(1 / 0 == 1 || false) || true", "true"},
    {"1 / 0 == 1 ? 1 : 2", "error: divide_by_zero"},
    {"true ? 1 : 1 / 0", "1"},
};

static const struct toy_row macros[] = {
    {"[].all(x, 1 / 0 == x)", "true"},
    {"[].exists(x, true)", "false"},
    {"[1, 2, 3].all(x, x > 0)", "true"},
    {"[1, 0].exists(x, 1 / x == 1)", "true"},
    {"[0, 1].exists(x, 1 / x == 1)", "true"},
    {"[0, 1].all(x, 1 / x == 2)", "false"},
    {"[0].all(x, 1 / x == 2)", "error: divide_by_zero"},
    {"[1, 2, 2].exists_one(x, x == 2)", "false"},
    {"[1, 2].existsOne(i, x, x == 2 && i == 1)", "true"},
    {"[1, 2, 3].map(x, x * x)", "[1, 4, 9]"},
    {"[1, 2, 3].map(x, x > 1, x * x)", "[4, 9]"},
    {"[1, 2, 3].filter(x, x % 2 == 1)", "[1, 3]"},
    {"{'a': 1, 'b': 2}.map(k, k)", "[\"a\", \"b\"]"},
    {"{'a': 1, 'b': 2}.exists(k, v, k == 'b' && v == 2)", "true"},
    {"[5, 6].transformList(i, x, i * x)", "[0, 6]"},
    {"{'a': 1}.transformMap(k, v, v + 1)", "{\"a\": 2}"},
    {"{'a': 'x'}.transformMapEntry(k, v, {v: k})", "{\"x\": \"a\"}"},
    {"['a', 'a'].transformMapEntry(i, v, {v: i})", "error: invalid_argument"},
    {"[[1, 2], [3]].map(l, l.map(x, x + l.size()))", "[[3, 4], [4]]"},
    {"[1].all(x, [x].all(x, x == 1) && x == 1)", "true"},
    {"cel.bind(x, 5, x + x)", "10"},
    {"cel.bind(x, 1 / 0, true || x == 1)", "true"},
};

Test(cel_language, literals) {
    TOY_CHECK(literals);
    TOY_CHECK_DYN(literals);
}

Test(cel_language, operators_and_their_errors) {
    TOY_CHECK(operators);
    TOY_CHECK_DYN(operators);
}

Test(cel_language, equality_and_order_across_numbers) {
    TOY_CHECK(equality);
    TOY_CHECK_DYN(equality);
}

Test(cel_language, logic_absorbs_errors) {
    TOY_CHECK(logic);
    TOY_CHECK_DYN(logic);
}

Test(cel_language, macros) {
    TOY_CHECK(macros);
    TOY_CHECK_DYN(macros);
}

static const struct toy_row dynamic[] = {
    {"nothing", "error: no_such_field"},
    {"nothing.at.all || true", "true"},
    {"no_function(1) || true", "true"},
    {"no_function(1)", "error: no_such_overload"},
    {"1 + 'a'", "error: no_such_overload"},
    {"event.rett == 1", "error: no_such_field"},
    {"event.abi == 'mips'", "false"},
    {"args.flags < 0", "false"},
    {"'x'.matches('(')", "error: invalid_argument"},
    {"true ? 1 : 'a'", "1"},
};

Test(cel_language, without_types_errors_come_when_running) {
    TOY_CHECK_DYN(dynamic);
}

static const struct toy_row bounded[] = {
    {"lists.range(3000).all(a, lists.range(3000).all(b, true))", "error: resource_limit"},
    {"lists.range(1000000000)", "error: resource_limit"},
    {"[1,2,3,4].all(a, [1,2,3,4].all(b, a + b > 0))", "true"},
    {"lists.range(3000).map(x, [x]).transformMap(i, l, l).size()", "error: resource_limit"},
    {"lists.range(64).map(x, 'aaaaaaaaaaaaaaaa').join().replace('', "
     "'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb')"
     ".replace('', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb').size()",
     "error: resource_limit"},
};

Test(cel_language, work_and_memory_are_bounded) {
    TOY_CHECK(bounded);
}
