// SPDX-License-Identifier: Apache-2.0
// cel-go's string functions that make new strings: join, split, replace, case, quote, reverse.
#include <string.h>

#include "base/text.h"
#include "cel/function.h"
#include "cel/text.h"

#define NO_MEMORY cel_fail(CEL_ERR_RESOURCE, "out of scratch memory")

static struct cel_value map_ascii(const struct cel_call *call, const struct cel_value *s, char from,
                                  int shift) {
    char *text = toc_arena_strndup(call->scratch, s->s, s->n);

    for (size_t i = 0; text && i < s->n; i++)
        if (text[i] >= from && text[i] <= from + 25)
            text[i] = (char)(text[i] + shift);
    return text ? cel_string(text, s->n) : NO_MEMORY;
}

static struct cel_value lower_ascii(const struct cel_call *call, const struct cel_value *args) {
    return map_ascii(call, &args[0], 'A', 32);
}

static struct cel_value upper_ascii(const struct cel_call *call, const struct cel_value *args) {
    return map_ascii(call, &args[0], 'a', -32);
}

static struct cel_value reverse(const struct cel_call *call, const struct cel_value *args) {
    char *text = toc_arena_alloc(call->scratch, args[0].n + 1u);
    size_t at = 0;

    while (text && at < args[0].n) {
        uint32_t c;
        size_t n = cel_utf8_get(args[0].s + at, args[0].n - at, &c);

        memcpy(text + args[0].n - at - n, args[0].s + at, n);
        at += n;
    }
    return text ? cel_string(text, args[0].n) : NO_MEMORY;
}

static struct cel_value join_with(const struct cel_call *call, const struct cel_value *list,
                                  const char *sep, size_t sep_n) {
    size_t count = cel_list_size(list), n = 0, at = 0;
    char *text;

    for (size_t i = 0; i < count; i++) {
        struct cel_value item = cel_list_at(list, i, call->scratch);

        if (item.kind != CEL_STRING)
            return cel_fail(CEL_ERR_NO_OVERLOAD, "join takes a list of strings");
        n += item.n + (i ? sep_n : 0);
    }
    text = n <= UINT32_MAX ? toc_arena_alloc(call->scratch, n + 1) : NULL;
    for (size_t i = 0; text && i < count; i++) {
        struct cel_value item = cel_list_at(list, i, call->scratch);

        if (i) {
            memcpy(text + at, sep, sep_n);
            at += sep_n;
        }
        memcpy(text + at, item.s, item.n);
        at += item.n;
    }
    return text ? cel_string(text, n) : NO_MEMORY;
}

static struct cel_value join(const struct cel_call *call, const struct cel_value *args) {
    return join_with(call, &args[0], "", 0);
}

static struct cel_value join_sep(const struct cel_call *call, const struct cel_value *args) {
    return join_with(call, &args[0], args[1].s, args[1].n);
}

/* The byte length of the next piece before a separator, and that of the separator; an empty
 * separator stands between all code points. */
static size_t next_piece(const char *s, size_t n, const struct cel_value *sep, size_t *ret_sep) {
    const char *found;
    uint32_t c;

    if (!sep->n) {
        *ret_sep = 0;
        return cel_utf8_get(s, n, &c);
    }
    found = memmem(s, n, sep->s, sep->n);
    *ret_sep = found ? sep->n : 0;
    return found ? (size_t)(found - s) : n;
}

static struct cel_value split_into(const struct cel_call *call, const struct cel_value *s,
                                   const struct cel_value *sep, int64_t limit) {
    size_t cap = s->n + 1u, n = 0, at = 0;
    struct cel_value *items;

    if (limit >= 0 && (uint64_t)limit < cap)
        cap = (size_t)limit;
    items = toc_arena_array(call->scratch, cap, sizeof(*items));
    while (items && n < cap && (at < s->n || (sep->n && at <= s->n))) {
        size_t sep_n, piece = s->n - at ? next_piece(s->s + at, s->n - at, sep, &sep_n) : 0;

        if (at == s->n)
            sep_n = 0;
        if (n + 1 == cap)
            piece = s->n - at;
        items[n++] = cel_string(s->s + at, piece);
        at += piece + sep_n;
        if (sep->n && !sep_n)
            break;
    }
    return cel_items(items, n, call->scratch);
}

static struct cel_value split(const struct cel_call *call, const struct cel_value *args) {
    return split_into(call, &args[0], &args[1], -1);
}

static struct cel_value split_some(const struct cel_call *call, const struct cel_value *args) {
    return split_into(call, &args[0], &args[1], args[2].i);
}

/* What was built in the arena; the buffer may have failed. */
static struct cel_value take(const struct toc_buf *buf) {
    return buf->failed || buf->n > UINT32_MAX ? NO_MEMORY
                                              : cel_string(buf->n ? buf->p : "", buf->n);
}

static struct cel_value replace_some(const struct cel_call *call, const struct cel_value *args,
                                     int64_t limit) {
    const struct cel_value *s = &args[0], *old = &args[1], *new = &args[2];
    struct toc_buf buf = {.arena = call->scratch};
    size_t at = 0;

    for (; limit && at <= s->n; limit -= limit > 0) {
        const char *found = old->n ? memmem(s->s + at, s->n - at, old->s, old->n) : s->s + at;
        uint32_t c;
        size_t n;

        if (!found)
            break;
        toc_buf_add(&buf, s->s + at, (size_t)(found - s->s) - at);
        toc_buf_add(&buf, new->s, new->n);
        at = (size_t)(found - s->s) + old->n;
        if (buf.failed)
            return NO_MEMORY;
        if (old->n)
            continue;
        if (at == s->n)
            break;
        n = cel_utf8_get(s->s + at, s->n - at, &c);
        toc_buf_add(&buf, s->s + at, n);
        at += n;
    }
    toc_buf_add(&buf, s->s + at, s->n - at);
    return take(&buf);
}

static struct cel_value replace(const struct cel_call *call, const struct cel_value *args) {
    return replace_some(call, args, -1);
}

static struct cel_value replace_n(const struct cel_call *call, const struct cel_value *args) {
    return replace_some(call, args, args[3].i);
}

static struct cel_value quote(const struct cel_call *call, const struct cel_value *args) {
    static const char plain[] = "\a\b\f\n\r\t\v\"\\", letters[] = "abfnrtv\"\\";
    struct toc_buf buf = {.arena = call->scratch};

    toc_buf_addc(&buf, '"');
    for (size_t i = 0; i < args[0].n; i++) {
        char c = args[0].s[i];
        const char *found = c ? strchr(plain, c) : NULL;

        if (found)
            toc_buf_addc(&buf, '\\');
        toc_buf_addc(&buf, found ? letters[found - plain] : c);
    }
    toc_buf_addc(&buf, '"');
    return take(&buf);
}

#define S &cel_type_string

static const struct cel_function functions[] = {
    CEL_ROW("lowerAscii", true, 1, cel_type_string, lower_ascii, S),
    CEL_ROW("upperAscii", true, 1, cel_type_string, upper_ascii, S),
    CEL_ROW("reverse", true, 1, cel_type_string, reverse, S),
    CEL_ROW("join", true, 1, cel_type_string, join, &cel_type_list_string),
    CEL_ROW("join", true, 2, cel_type_string, join_sep, &cel_type_list_string, S),
    CEL_ROW("split", true, 2, cel_type_list_string, split, S, S),
    CEL_ROW("split", true, 3, cel_type_list_string, split_some, S, S, &cel_type_int),
    CEL_ROW("replace", true, 3, cel_type_string, replace, S, S, S),
    CEL_ROW("replace", true, 4, cel_type_string, replace_n, S, S, S, &cel_type_int),
    CEL_ROW("strings.quote", false, 1, cel_type_string, quote, S),
};

CEL_LIBRARY(cel_lib_strings_make);
