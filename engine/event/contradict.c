// SPDX-License-Identifier: Apache-2.0
// Finds where a hand-written event states a derived field otherwise than its stored ones imply.

#include <stdio.h>
#include <string.h>

#include "event/derive.h"
#include "event/same.h"

struct pair {
    const struct toc_event *given, *computed;
    char *path;
    size_t cap;
};

static bool find_in(const struct pair *pair, const struct toc_object *object, const char *given,
                    const char *computed, size_t path_n);

static bool find_in_children(const struct pair *pair, const struct toc_field *field,
                             const char *given, const char *computed, size_t path_n) {
    const struct toc_object *object = field->object;
    struct toc_ref a, b;

    if (field->kind == TOC_KIND_OBJECT) {
        a = (struct toc_ref){*(const uint32_t *)given, 1};
        b = (struct toc_ref){*(const uint32_t *)computed, 1};
    } else {
        a = *(const struct toc_ref *)given;
        b = *(const struct toc_ref *)computed;
    }
    for (uint32_t i = 0; i < a.n && i < b.n; i++)
        if (find_in(pair, object, toc_at(pair->given, a.off + i * object->size),
                    toc_at(pair->computed, b.off + i * object->size), path_n))
            return true;
    return false;
}

static bool find_in(const struct pair *pair, const struct toc_object *object, const char *given,
                    const char *computed, size_t path_n) {
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];
        const char *a = given + field->offset, *b = computed + field->offset;
        bool nested = field->kind == TOC_KIND_OBJECT || field->kind == TOC_KIND_LIST;
        int n;

        if (!toc_field_present(field, given) || !toc_field_present(field, computed) ||
            !(field->derived || nested))
            continue;
        n = snprintf(pair->path + path_n, pair->cap - path_n, "%s%s", path_n ? "." : "",
                     field->name);
        if (field->derived && !toc_same_value(field, pair->given, a, pair->computed, b))
            return true;
        if (nested && !field->derived && find_in_children(pair, field, a, b, path_n + (size_t)n))
            return true;
    }
    return false;
}

const char *toc_derive_contradiction(const struct toc_event *given,
                                     const struct toc_event *computed) {
    static _Thread_local char path[256];
    struct pair pair = {given, computed, path, sizeof(path)};

    return find_in(&pair, &toc_object_event, (const char *)given, (const char *)computed, 0) ? path
                                                                                             : NULL;
}
