// SPDX-License-Identifier: Apache-2.0
// The YAML reader: what it accepts, how scalars are typed, what it refuses and with which words.
#include "detect/yaml.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/limits.h"

static const struct {
    const char *text;
    enum toc_node_kind kind;
    int64_t i;
    bool big;
} scalars[] = {
    {"a", TOC_NODE_STRING, 0, false},
    {"", TOC_NODE_NULL, 0, false},
    {"~", TOC_NODE_NULL, 0, false},
    {"null", TOC_NODE_NULL, 0, false},
    {"nULL", TOC_NODE_STRING, 0, false},
    {"true", TOC_NODE_BOOL, 1, false},
    {"FALSE", TOC_NODE_BOOL, 0, false},
    {"yes", TOC_NODE_STRING, 0, false},
    {"on", TOC_NODE_STRING, 0, false},
    {"0", TOC_NODE_INT, 0, false},
    {"-1", TOC_NODE_INT, -1, false},
    {"+7", TOC_NODE_INT, 7, false},
    {"007", TOC_NODE_INT, 7, false},
    {"0o17", TOC_NODE_INT, 15, false},
    {"0x1F", TOC_NODE_INT, 31, false},
    {"0x", TOC_NODE_STRING, 0, false},
    {"-0x1", TOC_NODE_STRING, 0, false},
    {"0b1", TOC_NODE_STRING, 0, false},
    {"1_000", TOC_NODE_STRING, 0, false},
    {"190:20:30", TOC_NODE_STRING, 0, false},
    {"1.5", TOC_NODE_STRING, 0, false},
    {"127.0.0.1", TOC_NODE_STRING, 0, false},
    {"9223372036854775807", TOC_NODE_INT, INT64_MAX, false},
    {"9223372036854775808", TOC_NODE_INT, 0, true},
    {"-9223372036854775808", TOC_NODE_INT, INT64_MIN, false},
    {"-9223372036854775809", TOC_NODE_INT, 0, true},
    {"0xffffffffffffffffff", TOC_NODE_INT, 0, true},
    {"'1'", TOC_NODE_STRING, 0, false},
    {"\"true\"", TOC_NODE_STRING, 0, false},
    {"''", TOC_NODE_STRING, 0, false},
    {"-", TOC_NODE_LIST, 0, false},
    {"[]", TOC_NODE_LIST, 0, false},
    {"{}", TOC_NODE_MAP, 0, false},
    {"+", TOC_NODE_STRING, 0, false},
};

Test(yaml, scalars_are_typed_by_the_core_schema) {
    for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
        _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;
        char text[64];

        snprintf(text, sizeof(text), "x:\n %s", scalars[i].text);
        cr_assert_eq(toc_yaml_parse("f", text, strlen(text), NULL, &doc), 0, "%s", text);
        cr_expect_eq(doc->root->child->kind, scalars[i].kind, "%s", text);
        cr_expect_eq(doc->root->child->i, scalars[i].i, "%s", text);
        cr_expect_eq(doc->root->child->big, scalars[i].big, "%s", text);
    }
}

#define ROW(text, n_bytes, expected)                                                               \
    { text, n_bytes, expected }
#define TEXT(text, expected) ROW(text, sizeof(text) - 1, expected)

static const struct {
    const char *text;
    size_t n;
    const char *expected;
} wrong[] = {
    TEXT("", "f: error: is empty\n"),
    TEXT("# only\n", "f: error: is empty\n"),
    TEXT("a: 1\nb: 2\na: 3\n", "f:3:1: error: duplicate key \"a\"\na: 3\n^\n"
                               "  hint: the first one is in line 1, column 1\n"),
    TEXT("a: &x 1\nb: *x\n", "f:1:4: error: anchors and aliases are not allowed\na: &x 1\n"
                             "   ^\n  hint: write the value out\n"),
    TEXT("b: *x\n", "f:1:4: error: anchors and aliases are not allowed\nb: *x\n   ^\n"
                    "  hint: write the value out\n"),
    TEXT("a: !!str 1\n", "f:1:4: error: tags are not allowed\na: !!str 1\n   ^\n"
                         "  hint: a value that begins with ! stands in quotes, all of it\n"),
    TEXT("a: ! 1\n", "f:1:4: error: tags are not allowed\na: ! 1\n   ^\n"
                     "  hint: a value that begins with ! stands in quotes, all of it\n"),
    TEXT("a: 1\n---\nb: 2\n", "f:2:1: error: a second document\n---\n^\n"
                              "  hint: one file holds one document\n"),
    TEXT("? [a]\n: 1\n", "f:1:3: error: a key must be plain text\n? [a]\n  ^\n"),
    TEXT("a: \"\\0\"\n", "f:1:4: error: a NUL character in a string\na: \"\\0\"\n   ^\n"),
    TEXT("a: é\xff\n", "f:1:5: error: not UTF-8 text\na: é�\n    ^\n"),
    TEXT("a: \0", "f:1:4: error: a NUL byte\na: �\n   ^\n"),
    TEXT("\xff\xfe"
         "a\0",
         "f: error: is encoded as UTF-16, UTF-8 is needed\n"
         "  hint: save the file as UTF-8\n"),
    TEXT("\xfe\xff\0a", "f: error: is encoded as UTF-16, UTF-8 is needed\n"
                        "  hint: save the file as UTF-8\n"),
    TEXT("a: b\rc: d\n",
         "f:1:5: error: a carriage return that ends no line\na: b�c: d\n"
         "    ^\n  hint: in a double-quoted string it can be written as an escape\n"),
    TEXT("a: \xe2\x80\xa8\n", "f:1:4: error: a line end that is no newline\na: \xe2\x80\xa8\n   ^\n"
                              "  hint: in a double-quoted string it can be written as an escape\n"),
    TEXT("a: \xef\xbb\xbf\n",
         "f:1:4: error: a byte order mark inside the text\na: \xef\xbb\xbf\n   ^\n"
         "  hint: in a double-quoted string it can be written as an escape\n"),
    TEXT("a: \x1b[0m\n", "f:1:4: error: a control character\na: �[0m\n   ^\n"
                         "  hint: in a double-quoted string it can be written as an escape\n"),
    TEXT("a:\n\t- b\n",
         "f:2:1: error: not valid YAML: found character that cannot start any token, "
         "while scanning for the next token\n\t- b\n^\n"
         "  hint: indent with spaces, not with tabs\n"),
    TEXT("a: [1, 2\n", "f:2:1: error: not valid YAML: did not find expected ',' or ']', "
                       "while parsing a flow sequence\n\n^\n"
                       "  hint: it began in line 1, column 4\n"),
    TEXT("a: b: c\n",
         "f:1:5: error: not valid YAML: mapping values are not allowed in this context\n"
         "a: b: c\n    ^\n  hint: a value with a colon and a blank in it stands in quotes\n"),
    TEXT("a: \"b\" in c\n",
         "f:1:8: error: not valid YAML: did not find expected key, while parsing a block mapping\n"
         "a: \"b\" in c\n       ^\n"
         "  hint: a value that begins with \" stands in quotes, all of it\n"),
    TEXT("a: !(b > 5)\n",
         "f:1:10: error: not valid YAML: did not find expected comment or line break, while "
         "scanning a block scalar\na: !(b > 5)\n         ^\n"
         "  hint: a value that begins with ! stands in quotes, all of it\n"),
    TEXT("a: {b: 1 c: 2}\n", "f:1:11: error: not valid YAML: did not find expected ',' or '}', "
                             "while parsing a flow mapping\na: {b: 1 c: 2}\n          ^\n"
                             "  hint: it began in line 1, column 4\n"),
    TEXT("a: 1\n  b: 2\n",
         "f:2:4: error: not valid YAML: mapping values are not allowed in this context\n"
         "  b: 2\n   ^\n"),
    TEXT("a: [1]\n  b: 2\n",
         "f:2:3: error: not valid YAML: did not find expected key, while parsing a block mapping\n"
         "  b: 2\n  ^\n  hint: what belongs together begins in one column: here column 1\n"),
};

Test(yaml, what_is_refused) {
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;
        _cleanup_free_ char *got = NULL;

        cr_expect_eq(toc_yaml_parse("f", wrong[i].text, wrong[i].n, &diags, &doc), -EINVAL, "%s",
                     wrong[i].text);
        cr_expect_null(doc);
        cr_assert_geq(diags.n, 1, "%s", wrong[i].text);
        got = toc_diag_format(&diags.items[0]);
        cr_expect_str_eq(got, wrong[i].expected, "%s\ngot:\n%s", wrong[i].expected, got);
    }
}

Test(yaml, all_duplicates_are_named) {
    const char *text = "a: 1\na: 2\nb: {c: 1, c: 2}\n";
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;

    cr_expect_eq(toc_yaml_parse("f", text, strlen(text), &diags, &doc), -EINVAL);
    cr_expect_eq(diags.n_errors, 2);
}

static void expect_refused(const struct toc_buf *buf, int code, const char *message) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;

    cr_expect_eq(toc_yaml_parse("f", buf->p, buf->n, &diags, &doc), code);
    cr_assert_eq(diags.n, 1);
    cr_expect_str_eq(diags.items[0].message, message);
}

Test(yaml, limits_hold, .timeout = 60) {
    _cleanup_toc_buf_ struct toc_buf deep = {0}, wide = {0}, large = {0}, bomb = {0};

    for (int i = 0; i < 400000; i++)
        toc_buf_addc(&deep, '[');
    expect_refused(&deep, -EINVAL, "nested too deeply");
    toc_buf_adds(&wide, "x: [");
    for (int i = 0; i < TOC_MAX_YAML_NODES; i++)
        toc_buf_adds(&wide, "1,");
    expect_refused(&wide, -EINVAL, "too many values in one file");
    while (large.n <= TOC_MAX_YAML_BYTES)
        toc_buf_adds(&large, "# nothing here but a comment\n");
    expect_refused(&large, -EFBIG, "is larger than the 1048576 bytes allowed");
    toc_buf_adds(&bomb, "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a]\n");
    expect_refused(&bomb, -EINVAL, "anchors and aliases are not allowed");
}

Test(yaml, many_keys_are_cheap, .timeout = 60) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;

    for (int i = 0; i < 45000; i++)
        toc_buf_addf(&buf, "k%d: 1\n", i);
    cr_expect_eq(toc_yaml_parse("f", buf.p, buf.n, NULL, &doc), 0);
}

Test(yaml, a_large_file_is_not_read, .timeout = 60) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;
    char path[] = "/tmp/tocsin-yaml-XXXXXX";
    _cleanup_close_ int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    cr_assert_eq(ftruncate(fd, 100 << 20), 0);
    cr_expect_eq(toc_yaml_read(path, &diags, &doc), -EFBIG);
    unlink(path);
    cr_expect_eq(diags.n_errors, 1);
}
