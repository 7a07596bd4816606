// SPDX-License-Identifier: Apache-2.0
// Tests: patterns mean what they mean in RE2, and what RE2 refuses is refused with its place.
#include <criterion/criterion.h>

#include "cel/re2.h"
#include "toy.h"

static const struct toy_row matching[] = {
    {"'abc'.matches('b')", "true"},
    {"'abc'.matches('^b')", "false"},
    {"matches('abc', 'c$')", "true"},
    {"'abc\\n'.matches('c$')", "false"},
    {"'a\\nb'.matches('(?m)^b$')", "true"},
    {"'a\\n'.matches('(?m)\\n^')", "true"},
    {"'a\\nb'.matches('a.b')", "false"},
    {"'a\\rb'.matches('a.b')", "true"},
    {"'a\\nb'.matches('(?s)a.b')", "true"},
    {"'ABC'.matches('(?i)abc')", "true"},
    {"'aBC'.matches('a(?i:b)C')", "true"},
    {"'aBc'.matches('a(?i:b)C')", "false"},
    {"'aBcD'.matches('a(?i)bc(?-i)D')", "true"},
    {"'\\v'.matches(r'\\s')", "false"},
    {"'\\u00e9'.matches(r'\\w')", "false"},
    {"'\\u00e9'.matches('^.$')", "true"},
    {"'\\u03b1'.matches(r'^\\p{Greek}\\pL?$')", "true"},
    {"'a'.matches(r'\\P{Greek}') && 'a'.matches(r'\\p{^Greek}')", "true"},
    {"'x1'.matches('^[[:alpha:]][[:^alpha:]]$')", "true"},
    {"'-]'.matches('^[]-]+$')", "true"},
    {"'a-c'.matches('^[a-b-c]+$')", "true"},
    {"'1\\n'.matches(r'^[\\d\\s]+$')", "true"},
    {"'a'.matches(r'^[^\\d]$') && 'a'.matches(r'^[\\D]$') && !'5'.matches(r'^[\\D]$')", "true"},
    {"'A.B'.matches(r'^\\x41\\Q.\\E\\x{42}$')", "true"},
    {"'\\001S'.matches(r'\\01\\123')", "true"},
    {"'a{,2}'.matches('^a{,2}$')", "true"},
    {"'aaa'.matches('^a{2,3}$') && !'a'.matches('^a{2,}$')", "true"},
    {"'foo'.matches('(?P<n>o)(?<m>o)')", "true"},
    {"'ab'.matches('(|a)+b')", "true"},
    {"'x'.matches('^*x')", "true"},
    {"'a b'.matches(r'\\bb\\b') && !'ab'.matches(r'\\bb')", "true"},
    {"'a'.matches(r'\\Aa\\z')", "true"},
    {"'aaa'.find('(?U)a+')", "\"a\""},
    {"'aaa'.find('a+?')", "\"a\""},
    {"'a1b22'.findAll('[0-9]+')", "[\"1\", \"22\"]"},
    {"'abc'.findAll('x*').size()", "4"},
    {"'a1b22'.findAll('[0-9]', 2)", "[\"1\", \"2\"]"},
    {"'abc'.find('x')", "\"\""},
    {"b'\\xff\\x00a'.matches('^[\\\\xff]\\\\x00a$')", "true"},
    {"b'\xc3\xa9'.matches('^..$') && b'\xc3\xa9'.matches('^\xc3\xa9+$')", "true"},
    {"event.comm.matches('^d')", "true"},
    {"'abc'.matches(event.comm)", "false"},
    {"'(x'.matches('(' + event.comm)", "error: invalid_argument"},
    {"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.matches('^(a+)+$')", "error: match_limit"},
    {"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.matches('^(a+)+$') || true", "true"},
};

Test(cel_regex, means_what_it_means_in_re2) {
    TOY_CHECK(matching);
}

static const struct toy_row refused[] = {
    {"'a'.matches('a++')", "1:16: pattern: a repetition of a repetition"},
    {"'a'.matches('a**')", "1:16: pattern: a repetition of a repetition"},
    {"'a'.matches('a??\?')", "1:17: pattern: a repetition of a repetition"},
    {"'a'.matches('*a')", "1:14: pattern: nothing to repeat"},
    {"'a'.matches('(*)')", "1:15: pattern: nothing to repeat"},
    {"'a'.matches('a|+')", "1:16: pattern: nothing to repeat"},
    {"'a'.matches('(?i)*')", "1:18: pattern: nothing to repeat"},
    {"'a'.matches('a{1001}')", "1:15: pattern: a repetition is {n,m} with n <= m <= 1000"},
    {"'a'.matches('a{3,2}')", "1:15: pattern: a repetition is {n,m} with n <= m <= 1000"},
    {"'a'.matches('(a{500}){3}')", "1:22: pattern: nested repetitions come to more than 1000"},
    {"'a'.matches('((a{100}){10}){2}')",
     "1:28: pattern: nested repetitions come to more than 1000"},
    {"'a'.matches('(?=a)')", "1:14: pattern: RE2 has no such group"},
    {"'a'.matches('(?!a)')", "1:14: pattern: RE2 has no such group"},
    {"'a'.matches('(?<=a)')", "1:14: pattern: RE2 has no such group"},
    {"'a'.matches('(?>a)')", "1:14: pattern: RE2 has no such group"},
    {"'a'.matches('(?#c)')", "1:14: pattern: RE2 has no such group"},
    {"'a'.matches('(?x)a')", "1:14: pattern: RE2 has no such group"},
    {"'a'.matches('(?)a')", "1:14: pattern: RE2 has no such group"},
    {"'a'.matches('(?P=n)')", "1:14: pattern: RE2 has no such group"},
    {"'a'.matches('(*UTF)a')", "1:15: pattern: nothing to repeat"},
    {"'a'.matches(r'(a)\\1')", "1:18: pattern: RE2 has no such escape"},
    {"'a'.matches(r'\\h')", "1:15: pattern: RE2 has no such escape"},
    {"'a'.matches(r'\\Z')", "1:15: pattern: RE2 has no such escape"},
    {"'a'.matches(r'\\G')", "1:15: pattern: RE2 has no such escape"},
    {"'a'.matches(r'\\C')", "1:15: pattern: RE2 has no such escape"},
    {"'a'.matches(r'\\K')", "1:15: pattern: RE2 has no such escape"},
    {"'a'.matches(r'\\x{110000}')", "1:15: pattern: a character is \\x41 or \\x{10ffff}"},
    {"'a'.matches(r'\\p{Nope}')", "1:15: pattern: there is no such property of characters"},
    {"'a'.matches(r'\\p{L&}')", "1:15: pattern: there is no such property of characters"},
    {"'a'.matches('[[:nope:]]')", "1:15: pattern: there is no such class of characters"},
    {"'a'.matches('[z-a]')", "1:15: pattern: a range from high to low"},
    {"'a'.matches('[a')", "1:14: pattern: a class is never closed"},
    {"'a'.matches('[]')", "1:14: pattern: a class is never closed"},
    {"'a'.matches('(a')", "1:16: pattern: a parenthesis is never closed"},
    {"'a'.matches('a)')", "1:15: pattern: a parenthesis closes nothing"},
    {"'a'.matches('(?P<n>a)(?P<n>b)')", "1:26: pattern: two groups have the same name"},
    {"'a'.matches('a\\\\')", "1:15: pattern: a backslash at the end"},
};

Test(cel_regex, refuses_what_re2_refuses) {
    TOY_CHECK(refused);
}

static const struct toy_row places[] = {
    {"event.comm.matches(\"\\\\d+\\t(b|*)\")", "1:30: pattern: nothing to repeat"},
    {"event.comm.matches(r\"\\d+é(?=b)\")", "1:26: pattern: RE2 has no such group"},
    {"event.comm.matches('\\u00e9\\303é\\U0001F600x**')",
     "1:44: pattern: a repetition of a repetition"},
    {"event.comm.matches((\"\"\"a\"b\\\\1\"\"\"))", "1:27: pattern: RE2 has no such escape"},
    {"event.comm.matches(\"a\" + \"(b\")", "1:20: pattern: a parenthesis is never closed"},
};

Test(regex, errors_stand_where_the_pattern_is_wrong) {
    TOY_CHECK(places);
}

static const struct {
    const char *pattern, *literal;
} literals[] = {
    {"abc", "abc"},
    {"^/(home|tmp)/.*/\\.hid[0-9]*$", "/.hid"},
    {"abcd*e", "abc"},
    {"abc+de", "abc"},
    {"ab{2}cde", "cde"},
    {"a{,2}", ""},
    {"ab|cd", ""},
    {"x(ab|cd)yz", "yz"},
    {"x([)|]|cd\\))yz", "yz"},
    {"[^]ab]cde", "cde"},
    {"[[:alpha:]abc]x", ""},
    {"(?i)abc", ""},
    {"\\Qa|b\\E", ""},
    {"a\\|b", "a|b"},
    {"\\x41bc", ""},
    {"\xc3\xa9xy", "xy"},
    {"a{b|c}", ""},
    {"", ""},
};

Test(cel_regex, knows_a_text_that_each_match_holds) {
    for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
        const char *pattern = literals[i].pattern;
        char literal[CEL_RE2_LITERAL + 1];
        size_t n = cel_re2_literal(pattern, strlen(pattern), literal);

        literal[n] = '\0';
        cr_expect_str_eq(literal, literals[i].literal, "%s: %s", pattern, literal);
    }
}
