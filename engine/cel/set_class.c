// SPDX-License-Identifier: Apache-2.0
// Sorts the words of objects by who reads them.
#include "cel/set_class.h"

#include <errno.h>
#include <stdlib.h>

#include "cel/uses_node.h"

/* ---- Shapes ---- */

static bool is_text(const struct toc_field *field) {
    return field->kind == TOC_KIND_STRING || field->kind == TOC_KIND_BYTES ||
           field->kind == TOC_KIND_HEX;
}

static size_t bytes_of(const struct toc_field *field) {
    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: return 1;
    case TOC_KIND_INT: return field->width;
    case TOC_KIND_ENUM: return sizeof(uint16_t);
    case TOC_KIND_NAMES:
    case TOC_KIND_OBJECT: return sizeof(uint32_t);
    case TOC_KIND_IP: return sizeof(struct toc_ip);
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME:
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX:
    case TOC_KIND_LIST: break;
    }
    return sizeof(uint64_t);
}

/* The number of the object's shape, made with all that it leads to if need be; -1 without memory or
 * room. The catalogue has no cycles. */
static int shape_of(struct set_classes *classes, const struct toc_object *object) {
    struct set_shape *shape;
    int number;

    for (uint16_t i = 0; i < classes->n_shapes; i++)
        if (classes->shapes[i].object == object)
            return i;
    if (classes->n_shapes == SET_MAX_SHAPES)
        return -1;
    number = classes->n_shapes++;
    shape = &classes->shapes[number];
    shape->object = object;
    shape->classes = calloc(object->size / 8 + 1, sizeof(*shape->classes));
    shape->bytes = calloc(object->size / 8 + 1, sizeof(*shape->bytes));
    shape->leads = calloc(object->n_fields + 1u, sizeof(*shape->leads));
    if (!shape->classes || !shape->bytes || !shape->leads)
        return -1;
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];
        int to = field->object ? shape_of(classes, field->object) : 0;

        if (to < 0)
            return -1;
        if (field->object || is_text(field))
            shape->leads[shape->n_leads++] =
                (struct set_lead){.field = field, .shape = (uint16_t)to};
    }
    return number;
}

static struct set_shape *shape_with(struct set_classes *classes, const struct toc_field *field) {
    for (uint16_t i = 0; i < classes->n_shapes; i++) {
        const struct toc_object *object = classes->shapes[i].object;

        if (field >= object->fields && field < object->fields + object->n_fields)
            return &classes->shapes[i];
    }
    return NULL;
}

/* ---- Classes ---- */

typedef void (*class_fn)(struct set_classes *classes, uint16_t *first, uint8_t bytes, void *ctx);

static struct set_lead *lead_of(struct set_shape *shape, const struct toc_field *field) {
    for (uint16_t i = 0; i < shape->n_leads; i++)
        if (shape->leads[i].field == field)
            return &shape->leads[i];
    return NULL;
}

/* Calls fn for what the field takes of each word, with the first class there. Where a text lies is
 * part of the layout: what may differ is the text. */
static void each_class(struct set_classes *classes, const struct toc_field *field, class_fn fn,
                       void *ctx) {
    struct set_shape *shape = shape_with(classes, field);
    struct set_lead *lead = shape && is_text(field) ? lead_of(shape, field) : NULL;
    size_t end = field->offset + bytes_of(field);

    if (lead) {
        fn(classes, &lead->class, 0xff, ctx);
        return;
    }
    for (size_t at = field->offset; shape && at < end; at = (at / 8 + 1) * 8) {
        size_t n = end - at < 8 - at % 8 ? end - at : 8 - at % 8;
        uint8_t bytes = (uint8_t)(((1u << n) - 1) << at % 8);

        shape->bytes[at / 8] |= bytes;
        fn(classes, &shape->classes[at / 8], bytes, ctx);
    }
}

/* 0: there is none yet. */
static uint16_t class_of(const struct set_classes *classes, uint16_t first, uint8_t bytes) {
    while (first > SET_CLASS_ALL && classes->items[first].bytes != bytes)
        first = classes->items[first].next;
    return first;
}

static void number_class(struct set_classes *classes, uint16_t *first, uint8_t bytes, void *ctx) {
    (void)ctx;
    if (class_of(classes, *first, bytes))
        return;
    if (classes->n == SET_MAX_CLASSES) {
        *first = SET_CLASS_ALL;
        return;
    }
    classes->items[classes->n] = (struct set_class){.next = *first, .bytes = bytes};
    *first = classes->n++;
}

struct bit {
    uint64_t *bits;
    size_t words;
    uint32_t number;
};

static void set_bit(struct set_classes *classes, uint16_t *first, uint8_t bytes, void *ctx) {
    const struct bit *bit = ctx;

    bit->bits[class_of(classes, *first, bytes) * bit->words + bit->number / 64] |=
        UINT64_C(1) << bit->number % 64;
}

static void hide(struct set_classes *classes, uint16_t *first, uint8_t bytes, void *ctx) {
    (void)classes, (void)bytes, (void)ctx;
    *first = SET_CLASS_ALL;
}

static void each_with_cut(struct set_classes *classes, const struct toc_object *object,
                          const struct toc_field *field, class_fn fn, void *ctx) {
    const struct toc_field *cut = cel_field_cut(object, field);

    each_class(classes, field, fn, ctx);
    if (cut)
        each_class(classes, cut, fn, ctx);
}

/* What the result of a program depends on. */
static void each_of_reads(struct set_classes *classes, const struct cel_reads *reads, class_fn fn,
                          void *ctx) {
    for (const struct cel_use *use = reads ? reads->uses : NULL; use; use = use->next)
        for (uint16_t i = 0; i < use->object->n_fields; i++)
            if (use->fields >> i & 1)
                each_with_cut(classes, use->object, &use->object->fields[i], fn, ctx);
}

/* What an index looks at: the last field of each of its paths. */
static void each_of_path(struct set_classes *classes, const struct cel_path *path,
                         class_fn fn, void *ctx) {
    const struct cel_step *step = path ? &path->steps[path->n - 1] : NULL;

    for (; step; step = step->other) {
        const struct set_shape *shape = shape_with(classes, step->field);

        if (shape)
            each_with_cut(classes, shape->object, step->field, fn, ctx);
    }
}

static void number_all(const struct cel_set *set, struct set_classes *classes) {
    classes->n = SET_CLASS_ALL + 1;
    classes->items[SET_CLASS_ALL].bytes = 0xff;
    for (size_t i = 0; i < set->n_conditions; i++) {
        const struct cel_reads *reads = set->conditions[i].reads;

        if (reads && reads->hidden)
            each_class(classes, reads->hidden, hide, NULL);
    }
    for (size_t i = 0; i < set->n_conditions; i++)
        each_of_reads(classes, set->conditions[i].reads, number_class, NULL);
    for (size_t i = 0; i < set->n_indexes; i++) {
        each_of_path(classes, set->indexes[i].path, number_class, NULL);
        each_of_path(classes, set->indexes[i].second, number_class, NULL);
    }
}

/* ---- What depends on them ---- */

static void fill_condition(const struct cel_set *set, struct set_classes *classes, uint32_t id) {
    const struct set_condition *condition = &set->conditions[id];
    const struct cel_reads *reads = condition->reads;
    const struct cel_path *list =
        condition->domain ? cel_op_path(set->domains[condition->domain].list) : NULL;
    struct bit bit = {classes->conditions, classes->words, id};
    uint64_t one = UINT64_C(1) << id % 64;

    if (!reads || reads->vars || (reads->element && !list))
        classes->always[id / 64] |= one;
    if (list && reads && cel_reads_field(reads, list->steps[list->n - 1].field))
        classes->across[id / 64] |= one;
    each_of_reads(classes, reads, set_bit, &bit);
}

static void fill(const struct cel_set *set, struct set_classes *classes) {
    for (uint32_t i = 0; i < set->n_conditions; i++)
        fill_condition(set, classes, i);
    for (uint32_t i = 0; i < set->n_indexes; i++) {
        struct bit bit = {classes->indexes, classes->index_words, i};

        each_of_path(classes, set->indexes[i].path, set_bit, &bit);
        each_of_path(classes, set->indexes[i].second, set_bit, &bit);
    }
    memset(classes->conditions + SET_CLASS_ALL * classes->words, 0xff,
           classes->words * sizeof(uint64_t));
    memset(classes->indexes + SET_CLASS_ALL * classes->index_words, 0xff,
           classes->index_words * sizeof(uint64_t));
}

/* The object that all records are; NULL when there is not one. */
static const struct toc_object *root_of(const struct cel_set *set) {
    const struct toc_object *root = NULL;

    for (size_t i = 0; i < set->n_conditions; i++) {
        const struct cel_reads *reads = set->conditions[i].reads;

        if (!reads)
            continue;
        if (!reads->root || (root && reads->root != root))
            return NULL;
        root = reads->root;
    }
    return root;
}

int cel_set_classify(struct cel_set *set) {
    const struct toc_object *root = root_of(set);
    struct set_classes *classes;

    if (!root)
        return 0;
    classes = set->classes = calloc(1, sizeof(*classes));
    if (!classes)
        return -ENOMEM;
    classes->words = set->words;
    classes->index_words = set->n_indexes / 64 + 1;
    if (shape_of(classes, root) < 0) {
        cel_set_classes_free(&set->classes);
        return 0;
    }
    number_all(set, classes);
    classes->conditions = calloc(classes->n, classes->words * sizeof(uint64_t));
    classes->indexes = calloc(classes->n, classes->index_words * sizeof(uint64_t));
    classes->always = calloc(classes->words, sizeof(uint64_t));
    classes->across = calloc(classes->words, sizeof(uint64_t));
    if (!classes->conditions || !classes->indexes || !classes->always || !classes->across)
        return -ENOMEM;
    fill(set, classes);
    return 0;
}

void cel_set_classes_free(struct set_classes **classes) {
    struct set_classes *c = *classes;

    if (!c)
        return;
    for (uint16_t i = 0; i < c->n_shapes; i++) {
        free(c->shapes[i].classes);
        free(c->shapes[i].bytes);
        free(c->shapes[i].leads);
    }
    free(c->conditions);
    free(c->indexes);
    free(c->always);
    free(c->across);
    free(c);
    *classes = NULL;
}
