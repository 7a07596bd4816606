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

/* One change: what is chosen decides which values, what is drawn what they become. */
struct change {
    struct orandom *places, *values;
    char *record;
    uint8_t *told; /* by word: the bytes of the values, a bit each */
};

static void tell(const struct change *change, const void *value, size_t n) {
    size_t at = (size_t)((const char *)value - change->record);

    for (size_t end = at + n; at < end; at++)
        change->told[at / 8] |= (uint8_t)(1u << at % 8);
}

static void change_value(const struct change *change, const struct toc_field *field, void *value) {
    const struct toc_ref *ref = value;
    struct orandom *random = change->values;
    uint64_t n = number(random);
    char *letter;

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL:
        *(uint8_t *)value = orandom_below(random, 2);
        tell(change, value, 1);
        break;
    case TOC_KIND_ENUM:
        *(uint16_t *)value = (uint16_t)orandom_below(random, field->names->n);
        tell(change, value, 2);
        break;
    case TOC_KIND_NAMES:
        *(uint32_t *)value = orandom_bits(random) & 0x80000023;
        tell(change, value, 4);
        break;
    case TOC_KIND_INT:
        memcpy(value, &n, field->width);
        tell(change, value, field->width);
        break;
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME:
        memcpy(value, &n, 8);
        tell(change, value, 8);
        break;
    case TOC_KIND_IP:
        ((struct toc_ip *)value)->bytes[3] = (uint8_t)orandom_below(random, 2);
        tell(change, &((struct toc_ip *)value)->bytes[3], 1);
        break;
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX:
        if (!ref->n)
            break;
        letter = change->record + ref->off + orandom_below(change->places, ref->n);
        *letter = "digx"[orandom_below(random, 4)];
        tell(change, letter, 1);
        break;
    case TOC_KIND_OBJECT:
    case TOC_KIND_LIST: break;
    }
}

/* A field of the object, or of what it leads to. */
static void change_one(const struct change *change, const struct toc_object *type, char *object) {
    const struct toc_field *field = &type->fields[orandom_below(change->places, type->n_fields)];
    char *value = object + field->offset;
    const struct toc_ref *ref = (const struct toc_ref *)value;

    if (!toc_field_present(field, object))
        return;
    if (field->kind == TOC_KIND_OBJECT)
        change_one(change, field->object, change->record + *(const uint32_t *)value);
    else if (field->kind == TOC_KIND_LIST && ref->n)
        change_one(change, field->object,
                   change->record + ref->off +
                       orandom_below(change->places, ref->n) * field->object->size);
    else
        change_value(change, field, value);
}

uint32_t oracle_change(struct orandom *places, struct orandom *values,
                       const struct toc_object *root, void *record, size_t n, uint32_t *words) {
    struct change change = {places, values, record, calloc(n / 8 + 1, 1)};
    uint32_t told = 0;

    if (!change.told)
        abort();
    for (uint64_t left = 2 + orandom_below(places, 8); left; left--)
        change_one(&change, root, record);
    for (uint32_t i = 0; i < n / 8; i++)
        if (change.told[i])
            words[told++] = i << 8 | change.told[i];
    free(change.told);
    return told;
}
