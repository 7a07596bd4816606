// SPDX-License-Identifier: Apache-2.0
// Patterns: RE2's syntax on PCRE2's machine.
#include "cel/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "cel/text.h"

/* Bounds the time of one match: (a+)+$ on 30 bytes would take a thousand times as long. */
#define MATCH_LIMIT 100000
#define HEAP_LIMIT_KIB 1024

struct cel_regex {
    pcre2_code *code;
    pcre2_match_context *context;
    char *literal; /* a match without it there is none */
    size_t literal_n;
    bool looks_ahead; /* a match at the end of a text may be none where that goes on */
};

static void *arena_malloc(PCRE2_SIZE n, void *arena) {
    return toc_arena_alloc(arena, n);
}

static void arena_free(void *p, void *arena) {
    (void)p;
    (void)arena;
}

static pcre2_general_context *arena_context(struct toc_arena *arena) {
    return pcre2_general_context_create(arena_malloc, arena_free, arena);
}

void cel_regex_free(void *p) {
    struct cel_regex *regex = p;

    pcre2_code_free(regex->code);
    pcre2_match_context_free(regex->context);
    free(regex->literal);
    free(regex);
}

static bool compile(struct cel_regex *regex, const struct toc_buf *pattern, bool bytes,
                    pcre2_general_context *general, struct cel_re2_error *error) {
    uint32_t options = PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX | PCRE2_NEVER_BACKSLASH_C;
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    PCRE2_SIZE offset;
    int code;

    if (!context)
        return false;
    // RE2's line ends are newlines, whatever the library was built for.
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    regex->code = pcre2_compile((PCRE2_SPTR)(pattern->n ? pattern->p : ""), pattern->n,
                                bytes ? options : options | PCRE2_UTF | PCRE2_NO_UTF_CHECK, &code,
                                &offset, context);
    pcre2_compile_context_free(context);
    if (!regex->code && code != PCRE2_ERROR_NOMEMORY)
        error->text = "the pattern is too large";
    regex->context = regex->code ? pcre2_match_context_create(general) : NULL;
    if (!regex->context)
        return false;
    pcre2_set_match_limit(regex->context, MATCH_LIMIT);
    pcre2_set_depth_limit(regex->context, MATCH_LIMIT);
    pcre2_set_heap_limit(regex->context, HEAP_LIMIT_KIB);
    return true;
}

/* A pattern that is kept is worth a look: one of an arena is used once. */
static bool keep_literal(struct cel_regex *regex, const char *pattern, size_t n) {
    char literal[CEL_RE2_LITERAL];

    regex->literal_n = cel_re2_literal(pattern, n, literal);
    if (!regex->literal_n)
        return true;
    regex->literal = malloc(regex->literal_n);
    if (!regex->literal)
        return false;
    memcpy(regex->literal, literal, regex->literal_n);
    return true;
}

/* Whether more text could undo a match at its end: by $, \z, \b or \B. */
static bool looks_ahead(const char *pattern, size_t n) {
    return memchr(pattern, '$', n) || memmem(pattern, n, "\\z", 2) ||
           memmem(pattern, n, "\\b", 2) || memmem(pattern, n, "\\B", 2);
}

const char *cel_regex_literal(const struct cel_regex *regex, size_t *ret_n) {
    *ret_n = regex->literal_n;
    return regex->literal;
}

bool cel_regex_new(const char *pattern, size_t n, bool bytes, struct toc_arena *arena,
                   struct cel_regex **ret, struct cel_re2_error *error) {
    _cleanup_toc_buf_ struct toc_buf translated = {.arena = arena};
    struct cel_regex *regex;
    pcre2_general_context *general = NULL;

    *error = (struct cel_re2_error){.n = 1};
    if (!cel_re2_translate(pattern, n, bytes, &translated, error))
        return false;
    error->at = 0;
    error->n = n;
    regex = arena ? toc_arena_alloc(arena, sizeof(*regex)) : calloc(1, sizeof(*regex));
    if (arena)
        general = arena_context(arena);
    if (!regex || translated.failed || (arena && !general) ||
        !compile(regex, &translated, bytes, general, error) ||
        (!arena && !keep_literal(regex, pattern, n))) {
        if (regex && !arena)
            cel_regex_free(regex);
        return false;
    }
    regex->looks_ahead = n && looks_ahead(pattern, n);
    // Without JIT the interpreter does the same, more slowly.
    if (!arena)
        pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
    *ret = regex;
    return true;
}

int cel_regex_match(const struct cel_regex *regex, const struct cel_value *subject, size_t from,
                    struct toc_arena *scratch, size_t bounds[2], struct cel_value *error) {
    pcre2_general_context *general;
    pcre2_match_data *data;
    const PCRE2_SIZE *found;
    int r;

    if (regex->literal_n && !memmem(subject->s, subject->n, regex->literal, regex->literal_n))
        return 0;
    general = arena_context(scratch);
    data = general ? pcre2_match_data_create(1, general) : NULL;
    if (!data) {
        *error = cel_fail(CEL_ERR_RESOURCE, "out of scratch memory");
        return -1;
    }
    r = pcre2_match(regex->code, (PCRE2_SPTR)(subject->n ? subject->s : ""), subject->n, from,
                    PCRE2_NO_UTF_CHECK, data, regex->context);
    if (r == PCRE2_ERROR_NOMATCH)
        return 0;
    if (r < 0) {
        *error = cel_fail(CEL_ERR_MATCH_LIMIT, "the pattern took too long on this text");
        return -1;
    }
    found = pcre2_get_ovector_pointer(data);
    bounds[0] = found[0];
    bounds[1] = found[1];
    return 1;
}

int cel_regex_match_cut(const struct cel_regex *regex, const struct cel_value *subject,
                        struct toc_arena *scratch, struct cel_value *error) {
    size_t bounds[2];
    int r = cel_regex_match(regex, subject, 0, scratch, bounds, error);

    return r > 0 && regex->looks_ahead && bounds[1] == subject->n ? 0 : r;
}
