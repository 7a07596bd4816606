// SPDX-License-Identifier: Apache-2.0
// What people trip over most: tabs, values that need quotes, keys in another column.
#include "detect/yaml_hint.h"

#include <stdio.h>
#include <string.h>

static const char *line_of(const struct toc_yaml *doc, size_t offset) {
    while (offset && doc->text[offset - 1] != '\n')
        offset--;
    return doc->text + offset;
}

static const char *skip_blanks(const char *at, const char *end) {
    while (at < end && *at == ' ')
        at++;
    return at;
}

/* What stands behind the first `key: ` of the line; NULL when `at` comes before that. */
static const char *value_before(const char *line, const char *at) {
    for (const char *p = line; p + 1 < at; p++)
        if (p[0] == ':' && p[1] == ' ')
            return skip_blanks(p + 1, at);
    return NULL;
}

static bool is(const char *problem, const char *what) {
    return problem && !strcmp(problem, what);
}

void toc_yaml_hint(const struct toc_yaml *doc, size_t offset, const yaml_parser_t *parser,
                   char ret[TOC_YAML_HINT]) {
    const char *line = line_of(doc, offset), *at = doc->text + offset, *end = doc->text + doc->n;
    const char *value = value_before(line, at);
    bool begins_line = skip_blanks(line, at) == at;
    bool in_flow = parser->context && !strncmp(parser->context, "while parsing a flow", 20);
    bool has_context = parser->context && parser->context_mark.index < parser->problem_mark.index;

    ret[0] = '\0';
    if (at < end && *at == '\t')
        snprintf(ret, TOC_YAML_HINT, "indent with spaces, not with tabs");
    else if (value && value < end && !in_flow && strchr("!&*@`%>|{['\"", *value))
        snprintf(ret, TOC_YAML_HINT, "a value that begins with %c stands in quotes, all of it",
                 *value);
    else if (value && is(parser->problem, "mapping values are not allowed in this context"))
        snprintf(ret, TOC_YAML_HINT, "a value with a colon and a blank in it stands in quotes");
    else if (begins_line && has_context &&
             (is(parser->problem, "did not find expected key") ||
              is(parser->problem, "did not find expected '-' indicator")))
        snprintf(ret, TOC_YAML_HINT, "what belongs together begins in one column: here column %zu",
                 parser->context_mark.column + 1);
    else if (has_context)
        snprintf(ret, TOC_YAML_HINT, "it began in line %zu, column %zu",
                 parser->context_mark.line + 1, parser->context_mark.column + 1);
}
