// SPDX-License-Identifier: Apache-2.0
// Changes values of a record wherever they are, by its schema.
#include "change.h"

#include <stdlib.h>
#include <string.h>

static uint64_t number(struct orandom *random) {
    static const uint64_t telling[] = {0,   1,   2,     3,     5,         53,
                                       127, 255, 32767, 65535, INT32_MAX, UINT64_MAX};

    return telling[orandom_below(random, sizeof(telling) / sizeof(telling[0]))];
}

static void change_value(struct orandom *random, const struct toc_field *field, char *record,
                         void *value) {
    const struct toc_ref *ref = value;
    uint64_t n = number(random);

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: *(uint8_t *)value ^= 1; break;
    case TOC_KIND_ENUM:
        *(uint16_t *)value = (uint16_t)orandom_below(random, field->names->n);
        break;
    case TOC_KIND_NAMES: *(uint32_t *)value = orandom_bits(random) & 0x80000023; break;
    case TOC_KIND_INT: memcpy(value, &n, field->width); break;
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME: memcpy(value, &n, 8); break;
    case TOC_KIND_IP: ((struct toc_ip *)value)->bytes[3] = (uint8_t)orandom_below(random, 2); break;
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX:
        if (ref->n)
            record[ref->off + orandom_below(random, ref->n)] = "digx"[orandom_below(random, 4)];
        break;
    case TOC_KIND_OBJECT:
    case TOC_KIND_LIST: break;
    }
}

/* A field of the object, or of what it leads to. */
static void change_one(struct orandom *random, const struct toc_object *type, char *record,
                       char *object) {
    const struct toc_field *field = &type->fields[orandom_below(random, type->n_fields)];
    char *value = object + field->offset;
    const struct toc_ref *ref = (const struct toc_ref *)value;

    if (!toc_field_present(field, object))
        return;
    if (field->kind == TOC_KIND_OBJECT)
        change_one(random, field->object, record, record + *(const uint32_t *)value);
    else if (field->kind == TOC_KIND_LIST && ref->n)
        change_one(random, field->object, record,
                   record + ref->off + orandom_below(random, ref->n) * field->object->size);
    else
        change_value(random, field, record, value);
}

uint32_t oracle_change(struct orandom *random, const struct toc_object *root, void *record,
                       size_t n, uint32_t *words) {
    char *new = record, *old = malloc(n);
    uint32_t changed = 0;

    if (!old)
        abort();
    memcpy(old, record, n);
    for (uint64_t left = 2 + orandom_below(random, 8); left; left--)
        change_one(random, root, record, record);
    for (uint32_t i = 0; i < n / 8; i++) {
        uint32_t bytes = 0;

        for (uint32_t k = 0; k < 8; k++)
            bytes |= (uint32_t)(old[8 * i + k] != new[8 * i + k]) << k;
        words[changed] = i << 8 | bytes;
        changed += bytes != 0;
    }
    free(old);
    return changed;
}
