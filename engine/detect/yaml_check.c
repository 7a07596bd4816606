// SPDX-License-Identifier: Apache-2.0
// The bytes of a YAML file before the parser sees them: only UTF-8, only characters that every
// reader agrees on.
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "detect/yaml.h"

/* libyaml would take these; they are refused with a word on what to write instead. */
struct encoding {
    const char *mark;
    size_t n;
    const char *name;
};

static const struct encoding encodings[] = {
    {"\xff\xfe\0\0", 4, "UTF-32"},
    {"\0\0\xfe\xff", 4, "UTF-32"},
    {"\xff\xfe", 2, "UTF-16"},
    {"\xfe\xff", 2, "UTF-16"},
};

static uint32_t code_point(const char *s, size_t len) {
    const unsigned char *p = (const unsigned char *)s;

    switch (len) {
    case 1: return p[0];
    case 2: return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    case 3: return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    default:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
               (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
    }
}

/* Why a character may not stand in a file as it is, or NULL. */
static const char *refusal(uint32_t c, bool before_newline) {
    if (c == '\t' || c == '\n' || (c >= 0x20 && c < 0x7f))
        return NULL;
    if (c == '\r')
        return before_newline ? NULL : "a carriage return that ends no line";
    // Line ends for some readers and not for others: positions would differ.
    if (c == 0x85 || c == 0x2028 || c == 0x2029)
        return "a line end that is no newline";
    if (c == 0xfeff)
        return "a byte order mark inside the text";
    if (c == 0)
        return "a NUL byte";
    if (c < 0xa0)
        return "a control character";
    return c == 0xfffe || c == 0xffff ? "a code point that is no character" : NULL;
}

static int refuse(const struct toc_yaml *doc, size_t at, const char *what) {
    const char *line;
    size_t line_n;
    struct toc_place place = toc_yaml_place(doc, at, &line, &line_n);
    struct toc_diag *diag = toc_diag_add(doc->diags, TOC_ERROR, place, "%s", what);

    toc_diag_set_source(diag, line, line_n, 1);
    if (doc->text[at] != '\0' && toc_utf8_len(doc->text + at, doc->n - at))
        toc_diag_set_hint(diag, "in a double-quoted string it can be written as an escape");
    return -EINVAL;
}

static int check_encoding(const struct toc_yaml *doc) {
    struct toc_place place = {.file = doc->file};

    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
        const struct encoding *it = &encodings[i];

        if (doc->n >= it->n && !memcmp(doc->text, it->mark, it->n)) {
            toc_diag_set_hint(toc_diag_add(doc->diags, TOC_ERROR, place,
                                           "is encoded as %s, UTF-8 is needed", it->name),
                              "save the file as UTF-8");
            return -EINVAL;
        }
    }
    return 0;
}

int toc_yaml_check(const struct toc_yaml *doc) {
    int err = check_encoding(doc);

    for (size_t at = 0; !err && at < doc->n;) {
        size_t len = toc_utf8_len(doc->text + at, doc->n - at);
        const char *why;

        if (!len)
            return refuse(doc, at, "not UTF-8 text");
        why =
            refusal(code_point(doc->text + at, len), at + 1 < doc->n && doc->text[at + 1] == '\n');
        if (why)
            return refuse(doc, at, why);
        at += len;
    }
    return err;
}
