// SPDX-License-Identifier: Apache-2.0
// Tests: what the checker refuses, where it points, and what it suggests.
#include <criterion/criterion.h>
#include <errno.h>

#include "toy.h"

static const struct toy_row names[] = {
    {"evnt.ret == 0", "1:1: nothing here is called `evnt` (did you mean `event`?)"},
    {"event.rett == 0", "1:7: event has no field `rett` (did you mean `ret`?)"},
    {"event.zzzzzzz == 0", "1:7: event has no field `zzzzzzz`"},
    {"msgs.exists(m, m.indx == 0)", "1:18: m has no field `indx` (did you mean `index`?)"},
    {"msgs.exists(message, mesage.len == 0)",
     "1:22: nothing here is called `mesage` (did you mean `message`?)"},
    {"MSG_DONTWAIR == 1",
     "1:1: nothing here is called `MSG_DONTWAIR` (did you mean `MSG_DONTWAIT`?)"},
    {"params.prots", "1:8: `params` has nothing called `prots` (did you mean `ports`?)"},
    {"event.abi == \"i368\"",
     "1:14: \"i368\" is no abi: this can never be true (did you mean \"i386\"?)"},
    {"\"mips\" == event.abi",
     "1:1: \"mips\" is no abi: this can never be true (it is one of x86_64, i386, x32)"},
    {"event.abi in [\"i386\", \"x23\"]",
     "1:23: \"x23\" is no abi: this can never be true (did you mean \"x32\"?)"},
    {"msgs.exists(m, \"nme\" in m.changed)",
     "1:16: \"nme\" is no part: this can never be true (did you mean \"name\"?)"},
    {"space == 'nul'",
     "1:10: \"nul\" is no status: this can never be true (did you mean \"null\"?)"},
    {"event.abi == params.kind",
     "1:14: \"send\" is no abi: this can never be true (it is one of x86_64, i386, x32)"},
    {"event.comm.statsWith('d')",
     "1:12: there is no function `statsWith` (did you mean `startsWith`?)"},
    {"twise(3)", "1:1: there is no function `twise` (did you mean `twice`?)"},
};

Test(cel_checker, suggests_the_nearest_name) {
    TOY_CHECK(names);
}

static const struct toy_row types[] = {
    {"event.ret == 'x'", "1:11: `==` does not compare int with string"},
    {"event.comm == 5",
     "1:12: `==` does not compare string with int (a string is written in quotes)"},
    {"args.vec == 0", "1:10: `==` does not compare uint with int (a uint is written 0u)"},
    {"event.ret == 1.0", "1:11: `==` does not compare int with double (double() and int() "
                         "convert)"},
    {"event.ret == 1u",
     "1:11: `==` does not compare int with uint (an int is written 1, without the u)"},
    {"event.ret == args.vec",
     "1:11: `==` does not compare int with uint (uint() and int() convert)"},
    {"event.ret + 5u", "1:11: `+` does not take int and uint (an int is written 5, without the u)"},
    {"args.vec != -1", "1:10: `!=` does not compare uint with int (uint() and int() convert)"},
    {"2 == 1.5", "1:3: `==` does not compare int with double (a double is written 2.0)"},
    {"event.ret && true", "1:1: &&: expected bool, found int"},
    {"true || 'x'", "1:9: ||: expected bool, found string"},
    {"!event.ret", "1:1: `!` does not take int"},
    {"-event.comm", "1:1: `-` does not take string"},
    {"event.ret ? 1 : 2", "1:1: the condition of ?:: expected bool, found int"},
    {"true ? 1 : 'a'", "1:12: the two values of ?: have different types: int and string"},
    {"event.ret + 'x'", "1:11: `+` does not take int and string"},
    {"1 + 1u", "1:3: `+` does not take int and uint (an int is written 1, without the u)"},
    {"event.comm < 1",
     "1:12: `<` does not compare string with int (a string is written in quotes)"},
    {"msgs < msgs", "1:6: `<` does not compare list<msg> with list<msg>"},
    {"event.ret in 5", "1:11: `in` takes a list or a map, found int"},
    {"'a' in [1, 2]", "1:5: string is not in a list<int>"},
    {"event.ret.foo", "1:11: int has no fields"},
    {"event.ret[0]", "1:11: expected a list or a map before `[`, found int"},
    {"event['ret']",
     "1:7: expected a list or a map before `[`, found meta (fields are written with a point: a.b)"},
    {"msgs['a']", "1:6: a list's index: expected int, found string"},
    {"{1.5: 2}", "1:2: a map's key is a bool, int, uint or string, found double"},
    {"event.ret.exists(x, true)", "1:11: `exists` goes over a list or a map, found int"},
    {"msgs.all(m, m.len)", "1:13: the condition of `all`: expected bool, found int"},
    {"optional.of(5).optFlatMap(x, x)", "1:30: `optFlatMap` makes an optional, found int"},
    {"event.comm.startsWith(5)", "1:12: there is no string.startsWith(int) (there is "
                                 "string.startsWith(string); bytes.startsWith(bytes))"},
    {"twice('x')", "1:1: there is no twice(string) (there is twice(int))"},
    {"size(5)",
     "1:1: there is no size(int) (there is size(string); string.size(); size(bytes); bytes.size(); "
     "size(list<any>); list<any>.size())"},
    {"has(event)", "1:5: has() takes a field: has(a.b)"},
    {"msgs.exists(m.x, true)", "1:13: `exists` names its variable here: a plain identifier"},
    {"msgs.exists(a, a, true)", "1:16: the two variables have the same name"},
};

Test(cel_checker, says_what_it_expected_and_found) {
    TOY_CHECK(types);
}

static const struct toy_row never[] = {
    {"args.flags < 0", "1:12: this can never be true: `flags` is from 0 to 4294967295"},
    {"args.flags == -1", "1:12: this can never be true: `flags` is from 0 to 4294967295"},
    {"msgs[0].enter.name.port == 65536", "1:25: this can never be true: `port` is from 0 to 65535"},
    {"msgs[0].enter.name.port > 65535", "1:25: this can never be true: `port` is from 0 to 65535"},
    {"msgs[0].bytes < 0", "1:15: this can never be true: `bytes` is from 0 to 9223372036854775807"},
    {"event.ret > 2147483647",
     "1:11: this can never be true: `ret` is from -2147483648 to 2147483647"},
    {"0 > args.flags", "1:3: this can never be true: `flags` is from 0 to 4294967295"},
    {"args.flags >= 0", "true"},
    {"args.flags != -1", "true"},
};

Test(cel_checker, refuses_what_can_never_be_true) {
    TOY_CHECK(never);
}

static const struct toy_row syntax[] = {
    {"", "1:1: expected a value, found the end"},
    {"1 +", "1:4: expected a value, found the end"},
    {"(1", "1:3: expected `)`, found the end"},
    {"1 2", "1:3: expected an operator or the end, found `2`"},
    {"a = 1", "1:3: `=` is no operator: equality is written `==`"},
    {"a & b", "1:3: bit operators are functions: math.bitAnd(a, b), math.bitOr(a, b)"},
    {"\n\n  'abc", "3:3: a string has no closing quote"},
    {"'é' == #", "1:8: this character has no meaning here"},
    {"'\\q'", "1:2: this escape sequence does not exist in a string literal"},
    {"'\\ud800'", "1:2: this escape sequence is no Unicode character"},
    {"b'\\u0041'", "1:3: this escape sequence does not exist in a bytes literal"},
    {"9223372036854775808", "1:1: an int is from -9223372036854775808 to 9223372036854775807"},
    {"18446744073709551616u", "1:1: a uint is from 0u to 18446744073709551615u"},
    {"0XFF", "1:1: a number is followed by letters"},
    {"rb'a'", "1:3: expected an operator or the end, found `'a'`"},
    {"1e400", "1:1: a double is at most about 1.8e308"},
    {"1abc", "1:1: a number is followed by letters"},
    {"[1, 2", "1:6: expected `,` or `]`, found the end"},
    {"{1 2}", "1:4: expected `:` and a value, found `2`"},
    {"f(1,)", "1:5: expected a value, found `)`"},
    {"a.5", "1:2: expected an operator or the end, found `.5`"},
    {"a.'x'", "1:3: expected a field name, found `'x'`"},
    {"if", "1:1: expected a value (this word is reserved), found `if`"},
    {"a.in", "1:3: expected a field name (this word needs backquotes), found `in`"},
    {"a.true()", "1:3: expected a field name (this word needs backquotes), found `true`"},
    {"a == 1 and b", "1:8: this is written `a && b`"},
    {"(a OR b)", "1:4: this is written `a || b`"},
    {"a startswith 'x'", "1:3: this is written `a.startsWith(b)`"},
    {"a && not b", "1:6: `not` is written `!(…)`"},
    {"knot b", "1:6: expected an operator or the end, found `b`"},
    {"true ? 1", "1:9: expected `:` and the other value, found the end"},
};

Test(cel_checker, points_at_syntax_errors) {
    TOY_CHECK(syntax);
}

Test(cel_checker, shows_the_line_and_a_caret_as_wide_as_the_word) {
    const char *text = "event.ret > 0 &&\n  'é' == \"\" && evnt.x";
    struct cel_source source = {.text = text, .n = strlen(text), .file = "x.yaml"};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct cel_scope scope = toy_scope(1);
    struct cel_program *program = NULL;
    char *shown;

    cr_assert_eq(cel_compile(&source, &scope, &cel_type_bool, &diags, &program), -EINVAL);
    cr_assert_null(program);
    cr_assert_eq(diags.n, 1);
    shown = toc_diag_format(&diags.items[0]);
    cr_expect_str_eq(shown, "x.yaml:2:16: error: nothing here is called `evnt`\n"
                            "  'é' == \"\" && evnt.x\n"
                            "               ^~~~\n"
                            "  hint: did you mean `event`?\n");
    free(shown);
}

Test(cel_checker, wants_the_type_it_was_asked_for) {
    struct cel_source source = {.text = "event.ret", .n = 9};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct cel_scope scope = toy_scope(1);
    struct cel_program *program = NULL;

    cr_assert_eq(cel_compile(&source, &scope, &cel_type_bool, &diags, &program), -EINVAL);
    cr_expect_str_eq(diags.items[0].message, "expected bool, found int");
    cr_expect_eq(diags.items[0].width, 9);
}

static int compile_repeated(const char *part, size_t times, const char *end) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_cel_program_ struct cel_program *program = NULL;
    struct cel_scope scope = toy_scope(1);
    struct cel_source source = {0};

    for (size_t i = 0; i < times; i++)
        toc_buf_adds(&buf, part);
    toc_buf_adds(&buf, end);
    source.text = toc_buf_cstr(&buf);
    source.n = buf.n;
    return cel_compile(&source, &scope, &cel_type_dyn, &diags, &program);
}

Test(cel_checker, limits_depth_and_size) {
    cr_expect_eq(compile_repeated("(", 10000, ""), -E2BIG);
    cr_expect_eq(compile_repeated("!", 10000, "true"), -E2BIG);
    cr_expect_eq(compile_repeated("-", 10000, "1"), -E2BIG);
    cr_expect_eq(compile_repeated("[", 10000, ""), -E2BIG);
    cr_expect_eq(compile_repeated("1+", 5000, "1"), -E2BIG);
    cr_expect_eq(compile_repeated("true ? 1 : ", 5000, "1"), -E2BIG);
    cr_expect_eq(compile_repeated("msgs.exists(m, ", 20, ""), -EBADMSG);
    cr_expect_eq(compile_repeated("true || ", 4000, "true"), 0);
    cr_expect_eq(compile_repeated("true || ", 9000, "true"), -E2BIG);
    cr_expect_eq(compile_repeated("true || ", 12000, "true"), -E2BIG);
    cr_expect_eq(compile_repeated("!", 150, "true"), 0);
}
