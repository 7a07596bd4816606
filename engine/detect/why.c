// SPDX-License-Identifier: Apache-2.0
// Finds the fields of a condition, and shows their values.
#include "detect/why.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "cel/parts.h"

/* Memory to take one condition apart in. */
#define PARTS_BYTES (4u << 20)

#define ELLIPSIS "…"

/* Does a path begin with something that an event, a variable or the parameters give? */
static bool is_telling(const struct cel_scope *scope, const char *path, size_t n) {
    const char *dot = memchr(path, '.', n);
    size_t first = dot ? (size_t)(dot - path) : n;

    for (size_t i = 0; i < scope->n_vars; i++)
        if (strlen(scope->vars[i].name) == first && !memcmp(scope->vars[i].name, path, first))
            return true;
    return toc_object_field(scope->root, path, first, scope->root_variants) ||
           (first == 6 && !memcmp(path, "params", 6));
}

/* Objects, and lists of them, explain nothing. */
static bool is_plain(const struct cel_type *type) {
    if (type->kind == CEL_LIST || type->kind == CEL_OPTIONAL)
        return !type->elem || is_plain(type->elem);
    return type->kind != CEL_OBJECT && type->kind != CEL_MAP;
}

static int add(struct toc_whys *whys, const struct cel_scope *scope, const char *path, size_t n,
               struct toc_arena *arena) {
    struct toc_why_part *part = &whys->items[whys->n];
    struct cel_source source = {.text = path, .n = n, .file = ""};

    if (cel_compile(&source, scope, &cel_type_dyn, NULL, &part->program) < 0)
        return 0;
    if (!is_plain(cel_program_type(part->program))) {
        cel_program_free(&part->program);
        return 0;
    }
    part->expr = toc_arena_strndup(arena, path, n);
    whys->n++;
    return part->expr ? 0 : -ENOMEM;
}

int toc_whys_compile(const char *text, const struct cel_scope *scope, struct toc_arena *arena,
                     struct toc_whys *ret, bool *ret_looks) {
    __attribute__((cleanup(toc_arena_free))) struct toc_arena *work = NULL;
    struct cel_source source = {.text = text, .n = strlen(text)};
    struct cel_parts parts;
    int err = toc_arena_new(PARTS_BYTES, &work);

    *ret_looks = false;
    if (!err)
        err = cel_parts(&source, work, &parts);
    for (size_t i = 0; !err && i < parts.n_paths; i++) {
        const char *path = text + parts.paths[i].at;

        if (!is_telling(scope, path, parts.paths[i].n))
            continue;
        *ret_looks |= strncmp(path, "params.", 7) != 0;
        if (ret->n < TOC_ALERT_WHY)
            err = add(ret, scope, path, parts.paths[i].n, arena);
    }
    return err;
}

void toc_whys_clear(struct toc_whys *whys) {
    for (size_t i = 0; i < whys->n; i++)
        cel_program_free(&whys->items[i].program);
    whys->n = 0;
}

void toc_shorten(struct toc_buf *buf, size_t start, size_t max) {
    size_t n = start;

    if (buf->n - start <= max)
        return;
    while (n < buf->n) {
        size_t len = toc_utf8_len(buf->p + n, buf->n - n);

        if (n + (len ? len : 1) - start > max - strlen(ELLIPSIS))
            break;
        n += len ? len : 1;
    }
    buf->n = n;
    toc_buf_adds(buf, ELLIPSIS);
}

void toc_whys_run(const struct toc_whys *whys, const struct cel_activation *activation,
                  struct toc_arena *scratch, struct toc_buf *out) {
    for (size_t i = 0; i < whys->n; i++) {
        size_t start = out->n;
        struct cel_value value;

        toc_arena_reset(scratch);
        value = cel_run(whys->items[i].program, activation, scratch);
        if (value.kind == CEL_OPTIONAL && value.optional)
            value = *value.optional;
        if (value.kind != CEL_ERROR && value.kind != CEL_OPTIONAL)
            cel_value_literal(&value, out);
        toc_shorten(out, start, TOC_MAX_WHY_VALUE);
        toc_buf_addc(out, '\0');
    }
}

const char *toc_whys_list(const struct toc_whys *whys, const char *values, struct toc_why *ret,
                          size_t *ret_n) {
    *ret_n = 0;
    for (size_t i = 0; i < whys->n; i++) {
        if (*values)
            ret[(*ret_n)++] = (struct toc_why){whys->items[i].expr, values};
        values += strlen(values) + 1;
    }
    return values;
}
