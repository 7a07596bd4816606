// SPDX-License-Identifier: Apache-2.0
// Places inside scalars: a marker in the file is found again through the value, whatever the style.
#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"
#include "detect/yaml.h"

#define MARK "§"

/* Each text is a map whose key `x` holds a scalar with one marker. */
static const char *const texts[] = {
    "x: §a",
    "x: a§",
    "x: \"a§b\"",
    "x: 'a§b'",
    "x: 'it''s §'",
    "x: '''§'",
    "x: \"a\\tb\\\"c§\"",
    "x: \"\\u00e9\\x41\\U0001F600 §\"",
    "x: \"a \\\n  b §\"",
    "x: \"a\\\n\n  b §\"",
    "x: \"a  \n\n   b §\n  c\"",
    "x: \"a\n  b\n  §c\"",
    "x: 'a\n  b\n\n  §c'",
    "x: 'a\r\n  b\r\n\r\n  §c'",
    "x: a\n  b\n  c §d",
    "x: a\n\n\n  b §d",
    "x: a\n  b  \n   c § d # no § of the value",
    "x: a\r\n  b\r\n  c §d\r\n",
    "y: é\nx: é ü §",
    "# é\nx: |\n  §a\n  b\n",
    "x: |\n  a\n  §b\n",
    "x: |\n  a\n   b\n\n\n  c§\n",
    "x: |-\n  a\n  b§\n",
    "x: |+\n  a\n  b§\n\n\n",
    "x: |2\n   a\n  b §\n",
    "x: |2-\n    a\n  b §\n",
    "x: |-2\n\n    a\n  b §\n",
    "x: | # a comment §\n  a\n  §b\n",
    "x: |\n\n\n  a\n  §b\n",
    "x: |2\n  \t a\n  §b\n",
    "x: |\r\n  a\r\n  §b\r\n",
    "x: >\n  a\n  §b\n",
    "x: >-\n  a\n  b\n\n  §c\n",
    "x: >\n  a\n\n\n  b\n    c\n    d\n  §e\n  f\n",
    "x: >\n  a\n\n    b\n\n  §c\n",
    "x: >\n\n  a\n  §b\n",
    "x: >2\n    a\n  §b\n",
    "x: >\r\n  a\r\n  §b\r\n",
    "x: >+\n  a\n  §b\n\n\n",
    "y:\n  z: {x: [a, \"b §\"]}",
    "y:\n  - x: |\n      a\n      §b\n    z: 1\n",
    "y: {x: a\n  b\n  §c}",
    "\xef\xbb\xbfx: §",
    "x: |\n  a\n   \n  §b",
    "x: >2\n  \ta\n  b\n  §c",
};

/* The first scalar below a node whose value has the marker. */
static const struct toc_node *find(const struct toc_node *node) {
    if (node->text && strstr(node->text, MARK))
        return node;
    for (const struct toc_node *child = node->child; child; child = child->next) {
        const struct toc_node *found = find(child);

        if (found)
            return found;
    }
    return NULL;
}

/* The last marker of the text, unless a comment follows: comments' markers are never the value's.
 */
static const char *marker(const char *text) {
    const char *first = strstr(text, MARK), *second = first ? strstr(first + 1, MARK) : NULL;
    const char *comment = strchr(text, '#');

    return second && comment && first > comment && comment > text ? second : first;
}

static void expect_place(const char *text) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;
    const char *at = marker(text), *line = text, *shown;
    const struct toc_node *node;
    struct toc_place place;
    uint32_t number = 1;
    size_t shown_n;

    cr_assert_eq(toc_yaml_parse("f", text, strlen(text), &diags, &doc), 0, "%s: %s", text,
                 diags.n ? diags.items[0].message : "");
    node = find(doc->root);
    cr_assert_not_null(node, "%s", text);
    for (const char *p = text; p < at; p++) {
        if (*p == '\n') {
            number++;
            line = p + 1;
        }
    }
    if (!strncmp(line, "\xef\xbb\xbf", 3))
        line += 3;
    place = toc_yaml_place(
        doc, toc_yaml_offset(doc, node, (size_t)(strstr(node->text, MARK) - node->text)), &shown,
        &shown_n);
    cr_expect_eq(place.line, number, "%s: line %u, not %u", text, place.line, number);
    cr_expect_eq(place.col, toc_utf8_count(line, (size_t)(at - line)) + 1, "%s: column %u", text,
                 place.col);
    cr_expect_eq(strncmp(shown, line, shown_n), 0, "%s: shows %.*s", text, (int)shown_n, shown);
}

Test(yaml_place, a_byte_of_a_scalar_is_found_in_the_file) {
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        expect_place(texts[i]);
}

/* Every byte of a value that is neither folded nor escaped stands in the file as it is. */
static void expect_same_bytes(const struct toc_yaml *doc, const struct toc_node *node) {
    size_t before = 0;

    for (size_t i = 0; i < node->n; i++) {
        size_t at = toc_yaml_offset(doc, node, i);
        char c = doc->text[at];

        cr_expect_geq(at, before);
        cr_expect(c == node->text[i] || c == '\\' || c == '\r' || c == '\n', "%s: byte %zu",
                  doc->text, i);
        before = at;
    }
    for (const struct toc_node *child = node->child; child; child = child->next)
        expect_same_bytes(doc, child);
}

Test(yaml_place, every_byte_is_found) {
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;

        cr_assert_eq(toc_yaml_parse("f", texts[i], strlen(texts[i]), NULL, &doc), 0);
        expect_same_bytes(doc, doc->root);
    }
}

static const struct {
    const char *text;
    uint32_t line, col;
} ends[] = {
    {"x: abc", 1, 7},
    {"x: \"abc\"", 1, 8},
    {"x: |\n  ab\n  c\n\n\ny: 1", 3, 4},
    {"x: >-\n  ab\n  c\n", 3, 4},
    {"x: ''", 1, 4},
    {"x: |+\n  ab\n\n\n", 2, 5},
};

Test(yaml_place, the_end_of_a_scalar_is_behind_its_last_character) {
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        _cleanup_toc_yaml_ struct toc_yaml *doc = NULL;
        const struct toc_node *node;
        struct toc_place place;
        const char *line;
        size_t n;

        cr_assert_eq(toc_yaml_parse("f", ends[i].text, strlen(ends[i].text), NULL, &doc), 0);
        node = doc->root->child;
        place = toc_yaml_place(doc, toc_yaml_offset(doc, node, node->n), &line, &n);
        cr_expect_eq(place.line, ends[i].line, "%s: line %u", ends[i].text, place.line);
        cr_expect_eq(place.col, ends[i].col, "%s: column %u", ends[i].text, place.col);
    }
}
