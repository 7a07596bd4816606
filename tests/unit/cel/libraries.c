// SPDX-License-Identifier: Apache-2.0
// Tests: conversions, times, and the libraries of functions.
#include <criterion/criterion.h>

#include "toy.h"

static const struct toy_row conversions[] = {
    {"int('-5')", "-5"},
    {"int('5x')", "error: invalid_argument"},
    {"int(9223372036854775808u)", "error: overflow"},
    {"int(-3.9)", "-3"},
    {"int(9223372036854775808.0)", "error: overflow"},
    {"int(timestamp('1970-01-01T00:01:00Z'))", "60"},
    {"uint(-1)", "error: overflow"},
    {"uint('7')", "7u"},
    {"double('1e3')", "1000.0"},
    {"double('x')", "error: invalid_argument"},
    {"string(1.0)", "\"1\""},
    {"string(123456.0) + string(1234567.0)", "\"1234561.234567e+06\""},
    {"string(0.0001) + string(0.00001)", "\"0.00011e-05\""},
    {"'%s %s'.format([1e25, 1e-7])", "\"10000000000000000000000000 0.0000001\""},
    {"string(b'\\xff')", "error: invalid_argument"},
    {"string(true)", "\"true\""},
    {"string(duration('90m'))", "\"5400s\""},
    {"bytes('\xc3\xa9')", "b\"\\xc3\\xa9\""},
    {"bool('T')", "true"},
    {"bool('yes')", "error: invalid_argument"},
    {"size('\xc3\xa9\xf0\x9f\x90\xb1') == 2 && size(bytes('\xc3\xa9')) == 2", "true"},
};

static const struct toy_row times[] = {
    {"timestamp('2024-02-29T12:34:56.789Z')", "timestamp(\"2024-02-29T12:34:56.789Z\")"},
    {"timestamp('2024-02-29T00:00:00+02:00')", "timestamp(\"2024-02-28T22:00:00Z\")"},
    {"timestamp('2023-02-29T00:00:00Z')", "error: invalid_argument"},
    {"timestamp('2024-02-29')", "error: invalid_argument"},
    {"timestamp('2024-02-29t00:00:00Z')", "error: invalid_argument"},
    {"timestamp('2024-02-29T00:00:00z')", "error: invalid_argument"},
    {"timestamp('2024-02-29T00:00:00+25:00')", "error: invalid_argument"},
    {"string(double('inf'))", "\"+Inf\""},
    {"string(-double('inf'))", "\"-Inf\""},
    {"double('1e400')", "error: invalid_argument"},
    {"timestamp('2024-03-01T23:30:00Z').getHours('+25:00')", "error: invalid_argument"},
    {"timestamp('0001-01-01T00:00:00Z') - duration('1ns')", "error: overflow"},
    {"timestamp('9999-12-31T23:59:59.999999999Z') + duration('1ns')", "error: overflow"},
    {"duration('1h2m3.5s')", "duration(\"3723.5s\")"},
    {"duration('-1.5h')", "duration(\"-5400s\")"},
    {"duration('1')", "error: invalid_argument"},
    {"duration('300000h') + duration('9000000h')", "error: overflow"},
    {"timestamp('2024-01-01T00:00:00Z') - timestamp('2023-01-01T00:00:00Z')",
     "duration(\"31536000s\")"},
    {"duration('-1.5s') < duration('0s')", "true"},
    {"timestamp('2024-12-31T23:59:59Z').getDayOfYear()", "365"},
    {"timestamp('2024-03-01T00:00:00Z').getDayOfWeek()", "5"},
    {"timestamp('2024-03-01T00:00:00Z').getDate()", "1"},
    {"timestamp('2024-03-01T00:00:00Z').getDayOfMonth()", "0"},
    {"timestamp('2024-03-01T00:00:00Z').getMonth()", "2"},
    {"timestamp('2024-03-01T00:00:00Z').getFullYear()", "2024"},
    {"timestamp('1969-12-31T23:59:59.25Z').getMilliseconds()", "250"},
    {"timestamp('1969-12-31T23:59:59.25Z').getSeconds()", "59"},
    {"timestamp('2024-03-01T23:30:00Z').getHours('+01:30')", "1"},
    {"timestamp('2024-03-01T23:30:00Z').getHours('-01:30')", "22"},
    {"timestamp('2024-07-01T12:00:00Z').getHours('Europe/Berlin')", "14"},
    {"timestamp('2024-01-01T12:00:00Z').getHours('Europe/Berlin')", "13"},
    {"timestamp('2060-07-01T12:00:00Z').getHours('Europe/Berlin')", "14"},
    {"timestamp('2060-01-01T12:00:00Z').getHours('America/New_York')", "7"},
    {"timestamp('2060-01-15T12:00:00Z').getHours('Australia/Sydney')", "23"},
    {"timestamp('2024-01-01T12:00:00Z').getHours('Nowhere/Land')", "error: invalid_argument"},
    {"timestamp('2024-01-01T12:00:00Z').getHours('../../etc/passwd')", "error: invalid_argument"},
    {"duration('3730s').getMinutes()", "62"},
};

static const struct toy_row strings[] = {
    {"'t\xc3\xa9st'.charAt(1)", "\"\xc3\xa9\""},
    {"'abc'.charAt(3)", "\"\""},
    {"'abc'.charAt(4)", "error: index_out_of_range"},
    {"'t\xc3\xa9st\xc3\xa9'.indexOf('\xc3\xa9')", "1"},
    {"'t\xc3\xa9st\xc3\xa9'.lastIndexOf('\xc3\xa9')", "4"},
    {"'abcabc'.indexOf('b', 2)", "4"},
    {"'abc'.substring(1)", "\"bc\""},
    {"'abc'.substring(1, 2)", "\"b\""},
    {"'abc'.substring(2, 1)", "error: index_out_of_range"},
    {"' \\t\\u3000a b\\n'.trim()", "\"a b\""},
    {"'a,b,c'.split(',')", "[\"a\", \"b\", \"c\"]"},
    {"'a,b,c'.split(',', 2)", "[\"a\", \"b,c\"]"},
    {"'a,b,'.split(',')", "[\"a\", \"b\", \"\"]"},
    {"''.split(',')", "[\"\"]"},
    {"'\xc3\xa9x'.split('')", "[\"\xc3\xa9\", \"x\"]"},
    {"['a', 'b'].join('-')", "\"a-b\""},
    {"'aaa'.replace('a', 'bb')", "\"bbbbbb\""},
    {"'aaa'.replace('a', 'b', 2)", "\"bba\""},
    {"'ab'.replace('', '-')", "\"-a-b-\""},
    {"'a\xc3\xa9'.reverse()", "\"\xc3\xa9"
                              "a\""},
    {"'A\xc3\x89z'.lowerAscii() + 'a\xc3\xa9z'.upperAscii()", "\"a\xc3\x89zA\xc3\xa9Z\""},
    {"strings.quote('a\\n\"')", "\"\\\"a\\\\n\\\\\\\"\\\"\""},
    {"'%s-%d-%.2f-%x-%o-%b-%e%%'.format(['a', 5, 1.005, 255, 8, -5, 1500.0])",
     "\"a-5-1.00-ff-10--101-1.500000e+03%\""},
    {"'%s'.format([{'b': [1u, null], 'a': b'x'}])", "\"{a: x, b: [1, null]}\""},
    {"base64.encode(b'') + base64.encode(b'hello')", "\"aGVsbG8=\""},
    {"base64.decode('aGVsbG8=')", "b\"hello\""},
    {"base64.decode('aGVsbG8') + base64.decode('')", "b\"hello\""},
    {"base64.decode('aGVsb')", "error: invalid_argument"},
    {"base64.decode('aGVsbG8==')", "error: invalid_argument"},
    {"'%d'.format(['a'])", "error: invalid_argument"},
    {"'%d'.format([])", "error: index_out_of_range"},
    {"'%'.format([1])", "error: invalid_argument"},
    {"b'abc'.contains(b'b') && b'abc'.endsWith(b'bc') && !b'abc'.startsWith(b'b')", "true"},
};

static const struct toy_row numbers[] = {
    {"math.greatest(1, 2u, 1.5) == 2u", "true"},
    {"math.least([3, 1, 2])", "1"},
    {"math.greatest(dyn(['a']))", "error: no_such_overload"},
    {"math.round(-2.5)", "-3.0"},
    {"math.ceil(1.2) + math.floor(1.8) + math.trunc(-1.5)", "2.0"},
    {"math.abs(-9223372036854775808)", "error: overflow"},
    {"math.sign(-3) + math.sign(5)", "0"},
    {"math.isNaN(0.0 / 0.0) && math.isInf(1.0 / 0.0) && math.isFinite(1.0)", "true"},
    {"math.bitAnd(12, 10) + math.bitOr(12, 10) + math.bitXor(12, 10)", "28"},
    {"math.bitNot(0u)", "18446744073709551615u"},
    {"math.bitShiftLeft(1, 63)", "-9223372036854775808"},
    {"math.bitShiftRight(-1, 63)", "1"},
    {"math.bitShiftLeft(1, -1)", "error: invalid_argument"},
    {"math.bitAnd(args.flags, MSG_DONTWAIT) != 0", "true"},
    {"math.sqrt(16)", "4.0"},
};

static const struct toy_row lists[] = {
    {"[1, 2, 3].sum()", "6"},
    {"[].sum()", "0"},
    {"[1.5, 2.5].sum()", "4.0"},
    {"[9223372036854775807, 1].sum()", "error: overflow"},
    {"['b', 'a'].min() + ['b', 'c'].max()", "\"ac\""},
    {"[].min()", "error: invalid_argument"},
    {"[1, 2, 1].indexOf(1) + [1, 2, 1].lastIndexOf(1)", "2"},
    {"[1, 2].indexOf(3)", "-1"},
    {"[3, 1, 3, 1].distinct()", "[3, 1]"},
    {"[3, 1, 2].sort()", "[1, 2, 3]"},
    {"[1, 2].isSorted() && ![2, 1].isSorted()", "true"},
    {"[1, 2, 3].reverse().slice(0, 2)", "[3, 2]"},
    {"[1].slice(0, 2)", "error: index_out_of_range"},
    {"sets.contains([1, 2], [2, 2]) && !sets.contains([1], [2])", "true"},
    {"sets.equivalent([1, 2], [2, 1, 1]) && sets.intersects([1], [2, 1])", "true"},
    {"msgs.map(m, m.index).sum()", "3"},
    {"optional.of(1).hasValue() && !optional.none().hasValue()", "true"},
    {"optional.none().value()", "error: invalid_argument"},
    {"optional.none().or(optional.of(2)).orValue(3)", "2"},
    {"optional.ofNonZeroValue('')", "optional.none()"},
    {"optional.of(2).optMap(x, x * 2)", "optional.of(4)"},
    {"optional.of(2).optFlatMap(x, optional.none())", "optional.none()"},
    {"{'a': 1}.?a.orValue(0) + {'a': 1}.?b.orValue(5)", "6"},
    {"[1][?3].orValue(7)", "7"},
    {"[?optional.none(), 1, ?optional.of(2)]", "[1, 2]"},
    {"{?'a': optional.none(), 'b': 1}", "{\"b\": 1}"},
    {"has({'a': 1}.?b)", "1:5: has() takes a field: has(a.b)"},
};

static const struct toy_row network[] = {
    {"ip('192.168.0.1').family()", "4"},
    {"ip('2001:DB8::1')", "ip(\"2001:db8::1\")"},
    {"ip('1.2.3')", "error: invalid_argument"},
    {"ip('::ffff:1.2.3.4')", "error: invalid_argument"},
    {"ip('::ffff:c0a8:1') == ip('192.168.0.1')", "true"},
    {"ip('::ffff:c0a8:1').family() == 4 && !ip.isCanonical('::ffff:c0a8:1')", "true"},
    {"cidr('192.168.0.0/24').containsIP('::ffff:c0a8:1')", "true"},
    {"cidr('::ffff:c0a8:0/112') == cidr('192.168.0.0/16')", "true"},
    {"cidr('::ffff:0:0/95').prefixLength()", "95"},
    {"isIP('::1') && !isIP('x') && isCIDR('::/0') && !isCIDR('1.2.3.4/33')", "true"},
    {"ip.isCanonical('::1') && !ip.isCanonical('0::1')", "true"},
    {"cidr('10.1.2.3/8').masked()", "cidr(\"10.0.0.0/8\")"},
    {"cidr('10.0.0.0/9').containsIP('10.127.0.1') && !cidr('10.0.0.0/9').containsIP('10.128.0.1')",
     "true"},
    {"cidr('10.0.0.0/8').containsIP(ip('::1'))", "false"},
    {"cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && "
     "!cidr('10.1.0.0/16').containsCIDR('10.0.0.0/8')",
     "true"},
    {"cidr('1.2.3.4/32').ip() == ip('1.2.3.4') && cidr('::/7').prefixLength() == 7", "true"},
    {"ip('127.1.2.3').isLoopback() && ip('169.254.1.1').isLinkLocalUnicast()", "true"},
    {"ip('8.8.8.8').isGlobalUnicast() && !ip('224.0.0.1').isGlobalUnicast()", "true"},
    {"ip('ff02::1').isLinkLocalMulticast() && ip('::').isUnspecified()", "true"},
    {"cidr('127.0.0.0/8').containsIP(msgs[0].enter.name.ip)", "true"},
    {"string(cidr('::1/128')) + string(ip('::1'))", "\"::1/128::1\""},
};

Test(cel_libraries, conversions) {
    TOY_CHECK(conversions);
    TOY_CHECK_DYN(conversions);
}

Test(cel_libraries, timestamps_and_durations) {
    TOY_CHECK(times);
    TOY_CHECK_DYN(times);
}

Test(cel_libraries, strings) {
    TOY_CHECK(strings);
    TOY_CHECK_DYN(strings);
}

Test(cel_libraries, math) {
    TOY_CHECK(numbers);
    TOY_CHECK_DYN(numbers);
}

Test(cel_libraries, lists_sets_and_optionals) {
    TOY_CHECK(lists);
    TOY_CHECK_DYN(lists);
}

Test(cel_libraries, addresses) {
    TOY_CHECK(network);
    TOY_CHECK_DYN(network);
}
