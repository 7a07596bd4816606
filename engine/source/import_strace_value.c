// SPDX-License-Identifier: Apache-2.0
// Reads values: {a=1, ...}, [1, 2], [12 13], ~[RT_1], "text"..., A|B, htons(53), 3</path>, 128
// => 16.
#include <errno.h>
#include <string.h>

#include "source/import_strace.h"

static char peek(const struct strace_text *t) {
    return t->at < t->n ? t->s[t->at] : '\0';
}

static bool pass(struct strace_text *t, const char *s) {
    size_t n = strlen(s);

    if (t->n - t->at < n || memcmp(t->s + t->at, s, n) != 0)
        return false;
    t->at += n;
    return true;
}

/* Blanks and comments. */
void strace_blanks(struct strace_text *t) {
    for (;;) {
        const char *end;

        while (peek(t) == ' ')
            t->at++;
        if (!pass(t, "/*"))
            return;
        end = memmem(t->s + t->at, t->n - t->at, "*/", 2);
        t->at = end ? (size_t)(end - t->s) + 2 : t->n;
    }
}

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* "name=" of a field or argument; a name alone is a word. */
static void read_name(struct strace_text *t, const char **ret, size_t *ret_n) {
    size_t end = t->at;

    while (end < t->n && is_name(t->s[end]))
        end++;
    *ret = NULL;
    *ret_n = 0;
    // A == or => is none.
    if (end == t->at || end + 1 >= t->n || t->s[end] != '=' || strchr("=>", t->s[end + 1]))
        return;
    *ret = t->s + t->at;
    *ret_n = end - t->at;
    t->at = end + 1;
}

/* Members up to `close`, with commas or blanks between. */
static int read_members(struct strace_text *t, char close, unsigned depth,
                        struct strace_value *of) {
    struct strace_value **end = &of->child;

    for (;;) {
        const char *name;
        size_t name_n;
        int r;

        strace_blanks(t);
        while (peek(t) == ',') {
            t->at++;
            strace_blanks(t);
        }
        if (peek(t) == close) {
            t->at++;
            return 0;
        }
        if (pass(t, "...")) {
            of->cut = true;
            continue;
        }
        if (t->at >= t->n)
            return -EBADMSG;
        read_name(t, &name, &name_n);
        r = strace_value(t, depth, end);
        if (r)
            return r;
        if (name) {
            (*end)->name = name;
            (*end)->name_n = name_n;
        }
        end = &(*end)->next;
    }
}

static int read_kind(struct strace_text *t, unsigned depth, struct strace_value *value) {
    value->inverted = pass(t, "~");
    switch (peek(t)) {
    case '{':
        t->at++;
        value->kind = STRACE_STRUCT;
        return read_members(t, '}', depth + 1, value);
    case '[':
        t->at++;
        value->kind = STRACE_LIST;
        return read_members(t, ']', depth + 1, value);
    case '@':
    case '"': value->kind = STRACE_STRING; return strace_string(t, value);
    default: break;
    }
    if (strace_word(t, value))
        return -EBADMSG;
    if (value->kind != STRACE_WORD || peek(t) != '(')
        return 0;
    t->at++;
    value->kind = STRACE_CALL;
    value->name = value->text;
    value->name_n = value->n;
    return read_members(t, ')', depth + 1, value);
}

int strace_value(struct strace_text *t, unsigned depth, struct strace_value **ret) {
    struct strace_value *value;
    int r;

    if (depth > STRACE_MAX_DEPTH || ++t->values > STRACE_MAX_VALUES)
        return -EBADMSG;
    value = toc_arena_alloc(t->import->arena, sizeof(*value));
    if (!value)
        return -EBADMSG;
    *ret = value;
    value->col = t->col ? t->col + (uint32_t)t->at : 0;
    r = read_kind(t, depth, value);
    if (r)
        return r;
    strace_blanks(t);
    return pass(t, "=>") ? (strace_blanks(t), strace_value(t, depth + 1, &value->becomes)) : 0;
}

int strace_arguments(struct strace_text *t, struct strace_value **ret) {
    struct strace_value all = {0};
    int r = read_members(t, ')', 0, &all);

    *ret = all.child;
    return r;
}

const struct strace_value *strace_field(const struct strace_value *of, const char *name) {
    if (!of || (of->kind != STRACE_STRUCT && of->kind != STRACE_LIST))
        return NULL;
    for (const struct strace_value *v = of->child; v; v = v->next)
        if (v->name && strlen(name) == v->name_n && !memcmp(v->name, name, v->name_n))
            return v;
    return NULL;
}

bool strace_is_null(const struct strace_value *value) {
    return value && value->kind == STRACE_WORD && value->n == 4 && !memcmp(value->text, "NULL", 4);
}

bool strace_number(const struct strace_value *value, uint64_t *ret) {
    if (!value || (value->kind != STRACE_NUMBER && value->kind != STRACE_WORD) || !value->known)
        return false;
    *ret = value->u;
    return true;
}
